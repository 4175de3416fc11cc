"""Whole processes: a student's first line against the least that draws the same figure."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import TYPE_CHECKING

from benchmarks.protocol import timed
from benchmarks.tools import NotAvailableError, checked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAIRS = 12
FIRSTS = 3


def seconds_of(name: str, figure: Path, **environment: str) -> float:
    """Return the seconds ``python -m benchmarks.<name>`` takes, having checked that it drew a figure."""
    inherited = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"}
    figure.unlink(missing_ok=True)
    command = [sys.executable, "-m", f"benchmarks.{name}", str(figure)]
    seconds, _ = timed(lambda: checked(command, 300, inherited | {"MPLBACKEND": "Agg"} | environment))
    if not figure.exists():
        raise NotAvailableError(f"benchmarks.{name} drew no figure")
    return seconds


def measure(build: Path, tick: Callable[[], object]) -> dict[str, list[float]]:
    """Time ours and the baseline in turn, caches warm, then ours with an empty cache folder (seconds)."""
    build = build.resolve()
    durations: dict[str, list[float]] = {"fresh": [], "baseline": [], "first": []}
    for name in ("fresh", "baseline"):
        seconds_of(name, build / f"{name}.png")
    for _ in range(PAIRS):
        for name in ("fresh", "baseline"):
            durations[name].append(seconds_of(name, build / f"{name}.png"))
        tick()
    for _ in range(FIRSTS):
        with tempfile.TemporaryDirectory() as empty:
            durations["first"].append(seconds_of("fresh", build / "first.png", LOLIGO_CACHE_DIR=empty))
        tick()
    return durations
