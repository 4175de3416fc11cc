"""`doctor`: problems that may keep the exercise from running on this machine, and their solutions."""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Final

import loligo
from loligo._errors import FileFormatError
from loligo.course import surroundings
from loligo.course.classroom import classroom_file, is_ours
from loligo.course.display import screen
from loligo.course.surroundings import Finding
from loligo.kernel.folders import found_root

PACKAGE: Final = "neurodynex"
MODULE: Final = "neurodynex.hodgkin_huxley.HH"
LIBRARIES: Final = ("numpy", "scipy", "numba", "sympy", "matplotlib")


def doctor() -> list[Finding]:
    """Check the installation.

    Returns
    -------
    list of Finding
        The findings, in the order in which to read them.
    """
    installed = [_python(), *(_library(name) for name in LIBRARIES), _cache(), _classroom_file(), _imported_module()]
    return [*installed, screen(), *surroundings.shadows(Path.cwd()), *surroundings.copies(), *surroundings.stale()]


def others_with_the_package() -> list[str]:
    """Return the installed distributions, apart from loligo, that contain a package called neurodynex."""
    found = set()
    for distribution in metadata.distributions():
        name = str(distribution.metadata["Name"] or "")
        files = distribution.files or ()
        if name.lower() != "loligo" and any(file.parts and file.parts[0] == PACKAGE for file in files):
            found.add(f"{name} {distribution.version}")
    return sorted(found)


def _python() -> Finding:
    ok = sys.version_info >= (3, 11)
    message = f"Python {platform.python_version()}, loligo {loligo.__version__}"
    return Finding(ok, message, "" if ok else "Install Python 3.11 or newer.")


def _library(name: str) -> Finding:
    try:
        return Finding(ok=True, message=f"{name} {metadata.version(name)}")
    except metadata.PackageNotFoundError:
        return Finding(ok=False, message=f"{name} is not installed", advice=f"python -m pip install {name}")


def _cache() -> Finding:
    root = found_root()
    if not root.reason:
        return Finding(ok=True, message=f"compiled code is kept in {root.path}")
    return Finding(
        ok=False,
        message=f"compiled code cannot be kept in {root.path} ({root.reason}): every start takes a few seconds longer",
        advice="Set the environment variable LOLIGO_CACHE_DIR to a folder that you can write to.",
    )


def _classroom_file() -> Finding:
    try:
        return Finding(ok=True, message=f"the classroom file is {classroom_file()}")
    except FileFormatError as error:
        return Finding(ok=False, message=str(error).split(": ")[0], advice=_reinstall())


def _imported_module() -> Finding:
    """Report which file `from neurodynex.hodgkin_huxley.HH import *` reads."""
    package, origin = _read_from()
    ours = origin is not None and is_ours(origin)
    others = others_with_the_package()
    message = f"{MODULE} is {origin}" if origin else f"{MODULE} cannot be imported"
    if origin and not ours:
        message += ", which is not loligo's"
    if package:  # loligo's package has no __init__.py, so it does not hide another one
        message += f", as the package {package} comes first"
    if others:
        message += f"; {' and '.join(others)} also installs a package called {PACKAGE}"
    ok = ours and not others and not package
    return Finding(ok, message, "" if ok else _reinstall())


def _read_from() -> tuple[Path | None, Path | None]:
    """Find package and module as a script in this folder would, without running any code."""
    places, origins = [str(Path.cwd()), *sys.path], []
    for part in MODULE.split("."):
        spec = PathFinder.find_spec(part, places)
        places = list(spec.submodule_search_locations or ()) if spec else []
        origins.append(Path(spec.origin) if spec and spec.origin else None)
    return origins[0], origins[-1]


def _reinstall() -> str:
    names = " ".join(other.split()[0] for other in others_with_the_package())
    remove = f"python -m pip uninstall {names}" if names else f"Rename the file or folder {PACKAGE} next to your script"
    return (
        f"{remove}, then python -m pip install --force-reinstall --no-deps loligo. Or keep both: run "
        "`loligo exercise --copy` next to your script and write `import HH` there."
    )
