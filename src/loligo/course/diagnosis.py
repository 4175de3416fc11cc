"""`doctor`: what may keep the exercise from running on this machine, and how to solve it."""

from __future__ import annotations

import platform
import sys
import tempfile
from dataclasses import dataclass
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Final

import loligo
from loligo._errors import FileFormatError
from loligo.course.classroom import classroom_file, is_ours
from loligo.kernel.cache import cache_folder

PACKAGE: Final = "neurodynex"
MODULE: Final = "neurodynex.hodgkin_huxley.HH"
LIBRARIES: Final = ("numpy", "scipy", "numba", "sympy", "matplotlib")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    subject : str
        What.
    fine : bool
        Whether nothing needs to be done.
    message : str
        What was found.
    remedy : str
        What to do when it is not fine.
    """

    subject: str
    fine: bool
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f"\n         {self.remedy}" if self.remedy else ""
        return f"{'ok     ' if self.fine else 'PROBLEM'}  {self.subject}: {self.message}{remedy}"


def doctor() -> list[Finding]:
    """Look at the installation.

    Returns
    -------
    list of Finding
        In the order in which to read them.
    """
    return [_python(), *(_library(name) for name in LIBRARIES), _cache(), _classroom_file(), _imported_module()]


def others_with_the_package() -> list[str]:
    """Return the installed distributions, apart from loligo, that bring a package called neurodynex."""
    found = set()
    for distribution in metadata.distributions():
        name = str(distribution.metadata["Name"] or "")
        files = distribution.files or ()
        if name.lower() != "loligo" and any(file.parts and file.parts[0] == PACKAGE for file in files):
            found.add(f"{name} {distribution.version}")
    return sorted(found)


def _python() -> Finding:
    fine = sys.version_info >= (3, 11)
    message = f"{platform.python_version()}, with loligo {loligo.__version__}"
    return Finding("Python", fine, message, "" if fine else "Install Python 3.11 or newer.")


def _library(name: str) -> Finding:
    try:
        return Finding(name, fine=True, message=metadata.version(name))
    except metadata.PackageNotFoundError:
        return Finding(name, fine=False, message="is not installed", remedy=f"python -m pip install {name}")


def _cache() -> Finding:
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return Finding("compiled code", fine=True, message=f"is kept in {folder}")
    except OSError as error:
        return Finding(
            "compiled code",
            fine=False,
            message=f"cannot be kept in {folder} ({error.strerror}): every start takes some seconds more",
            remedy="Set the environment variable LOLIGO_CACHE_DIR to a folder that you can write to.",
        )


def _classroom_file() -> Finding:
    try:
        return Finding("classroom file", fine=True, message=str(classroom_file()))
    except FileFormatError as error:
        return Finding("classroom file", fine=False, message=str(error).split(":")[0], remedy=_reinstall())


def _imported_module() -> Finding:
    """Tell which file `from neurodynex.hodgkin_huxley.HH import *` reads."""
    origin = _read_from()
    ours = origin is not None and is_ours(origin)
    others = others_with_the_package()
    message = f"is read from {origin}" if origin else "cannot be imported"
    if origin and not ours:
        message += ", which is not loligo's"
    if others:
        message += f"; {' and '.join(others)} brings a package called {PACKAGE} too"
    fine = ours and not others
    return Finding(MODULE, fine, message, "" if fine else _reinstall())


def _read_from() -> Path | None:
    """Find the module as a script in this folder would, without running anyone's code."""
    places, spec = [str(Path.cwd()), *sys.path], None
    for part in MODULE.split("."):
        spec = PathFinder.find_spec(part, places)
        places = list(spec.submodule_search_locations or ()) if spec else []
    origin = Path(spec.origin) if spec and spec.origin else None
    return origin if origin and origin.is_file() else None


def _reinstall() -> str:
    names = " ".join(other.split()[0] for other in others_with_the_package())
    remove = f"python -m pip uninstall {names}, then " if names else ""
    shadow = "" if names else f"Rename a folder or file called {PACKAGE} beside your script if there is one. "
    return (
        f"{shadow}{remove}python -m pip install --force-reinstall --no-deps loligo. Or keep both: "
        "`loligo exercise --copy`, and `import HH` beside it."
    )
