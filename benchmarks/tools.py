"""The tools under comparison, their environments, and how one of them is asked to do one job."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = "loligo"


class NotAvailableError(Exception):
    """A tool that cannot be installed, built or run here; the message is the reason."""


@dataclass(frozen=True)
class Peer:
    """Another tool: what pip installs, what else it needs, how much faster loligo should be, by job, and its jobs."""

    packages: tuple[str, ...]
    needs: str = ""
    targets: dict[str, float] = field(default_factory=dict)
    jobs: tuple[str, ...] = ("simulate", "threshold")


EVERY = ("simulate", "threshold", "population")
PEERS = {
    "brian2": Peer(
        ("brian2", "numpy<2.4", "cython", "setuptools"), "a C++ compiler", {"simulate": 100, "threshold": 10}, EVERY
    ),
    "neuron": Peer(("neuron",), targets={"simulate": 20, "threshold": 10}, jobs=EVERY),
    "myokit": Peer(
        ("myokit", "setuptools"),
        "a C compiler and the headers of SUNDIALS (Debian: libsundials-dev)",
        {"simulate": 10, "threshold": 10},
    ),
    "jaxley": Peer(("jaxley",), targets={"simulate": 10, "threshold": 10}, jobs=EVERY),
    "heyoka": Peer(("heyoka",), targets={"simulate": 1}, jobs=EVERY),
    "brainpy": Peer(("brainpy", "jax"), jobs=("population",)),
    "diffrax": Peer(("diffrax",), jobs=("simulate", "population")),
    "c": Peer(("numpy",), "gcc", jobs=("simulate", "population")),
}


def checked(command: list[str], seconds: float, environment: dict[str, str] | None = None) -> str:
    """Run a command in the project's root, in this or another environment, and return what it printed.

    Raises
    ------
    NotAvailableError
        With the last line of its complaint when it fails, or when it takes more than ``seconds``.
    """
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            encoding="utf-8",
        )
    except subprocess.TimeoutExpired:
        raise NotAvailableError(f"no result within {seconds:g} s") from None
    if done.returncode:
        raise NotAvailableError(complaint(done.stderr))
    return done.stdout


def complaint(errors: str) -> str:
    """Return the last line that names an error, fit for a table: short, without addresses, paths and bars."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()] or ["no message"]
    named = [line for line in lines if "error" in line.lower()] or lines
    return re.sub(r"\S*/\S+", "...", named[-1]).replace("|", "/")[:200]


def interpreter(tool: str, build: Path) -> Path:
    """Return the interpreter that has ``tool``, making a peer's environment under ``build`` when missing."""
    if tool == OURS:
        return Path(sys.executable)
    home = build / tool
    python = home / "bin" / "python"
    complete = home / "complete"  # so that an interrupted installation is taken up again
    if not complete.exists():
        checked([sys.executable, "-m", "venv", str(home)], 300)
        checked([str(python), "-m", "pip", "install", "--quiet", *PEERS[tool].packages], 1800)
        complete.touch()
    return python


def module(tool: str, job: str) -> str:
    """Return the name of the module that measures ``tool`` on ``job``."""
    if job == "population":
        return f"benchmarks.population.{'ours' if tool == OURS else tool}"
    if job in ("dynamics", "fits", "lab"):
        return f"benchmarks.{job}"
    return "benchmarks.ours" if tool == OURS else f"benchmarks.peers.{tool}"


def command(tool: str, job: str) -> str:
    """Return the command a reader can type to repeat one job of one tool, in the project's root."""
    python = "python" if tool == OURS else f"build/bench/{tool}/bin/python"
    return f"{python} -m {module(tool, job)} {job}"


def ask(tool: str, job: str, build: Path, budget: float) -> dict:
    """Let one tool do one job in a process of its own; return the JSON it printed."""
    options = ["--truth", str(build / "truth.json"), "--budget", str(budget)]
    try:
        printed = checked([str(interpreter(tool, build)), "-m", module(tool, job), job, *options], 3600)
    except NotAvailableError as error:
        needs = PEERS[tool].needs if tool in PEERS else ""
        raise NotAvailableError(f"{error}; it needs {needs}" if needs else str(error)) from error
    return json.loads(printed.splitlines()[-1])
