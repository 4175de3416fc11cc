"""Builds the lab's page into a wheel or a source archive, where Node is there; else says so in one sentence."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = (20, 19)
SECONDS = 600


class Page(BuildHookInterface):
    """Builds `src/loligo/lab/static/index.html` if it is missing or older than what it is built from."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the page, unless this is an editable installation, whose page is built by `make web`."""
        page, web = Path(self.root, "src/loligo/lab/static/index.html"), Path(self.root, "web")
        if version == "editable":
            return
        if is_stale(page, web) and (reason := built(web)):
            state = "is that of older sources" if page.exists() else "is left out"
            self.app.display_warning(
                f"loligo: the lab's page {state}, since {reason}; everything else works without it."
            )
        elif not page.with_name("diagrams.json").exists():
            self.app.display_warning(
                "loligo: the lab's diagrams are left out, since `make dist` has not made them; `loligo lab` computes"
                " them when it first starts, which takes minutes."
            )


def is_stale(page: Path, web: Path) -> bool:
    """Tell whether a page is missing, or older than a file that it is built from."""
    if not page.exists():
        return True
    sources = [path for path in web.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    return any(path.stat().st_mtime > page.stat().st_mtime for path in sources)


def built(web: Path) -> str:
    """Build the page; return why it could not be built, or nothing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return "there is no Node here"
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=60).stdout  # noqa: S603
        if tuple(int(part) for part in re.findall(r"\d+", said)[:2]) < OLDEST_NODE:
            return f"Node is {said.strip()} and must be at least {'.'.join(map(str, OLDEST_NODE))}"
        for command in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([npm, *command], cwd=web, capture_output=True, check=True, timeout=SECONDS)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        return f"Node could not build it ({error})"
    return ""
