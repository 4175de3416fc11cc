"""`doctor`: files next to a student's script that Python reads instead of the intended ones. No code is run."""

from __future__ import annotations

import importlib.util
import marshal
import sys
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import CodeType

NEEDED: Final = (
    "loligo", "numpy", "scipy", "numba", "llvmlite", "sympy", "mpmath", "matplotlib", "contourpy", "tqdm", "typer",
)  # fmt: skip
COPY: Final = "HH.py"
_HEAD: Final = 16  # bytes of a file of bytecode before its code


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Attributes
    ----------
    ok : bool
        Whether nothing needs to be done.
    message : str
        The finding, as a sentence.
    advice : str
        Advice if something needs to be done.
    """

    ok: bool
    message: str
    advice: str = ""


def shadows(folder: Path) -> list[Finding]:
    """Return the files and packages of a folder that hide a library or a standard module from scripts in it."""
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        module = path.stem if path.suffix == ".py" else path.name if (path / "__init__.py").is_file() else ""
        if (module not in NEEDED and module not in sys.stdlib_module_names) or _is_the_library(module, path):
            continue
        found.append(
            Finding(
                ok=False,
                message=f"{path} hides {module} from every script in this folder",
                advice=f"Rename it, for example to my_{path.name}, and delete the folder __pycache__ next to it.",
            )
        )
    return found


def copies() -> list[Finding]:
    """Report which file `import HH` reads in a script in this folder, and whether there are several copies."""
    places = dict.fromkeys(Path(place or ".").absolute() for place in ["", *sys.path])
    files = [place / COPY for place in places if (place / COPY).is_file()]
    if not files:
        return []
    if len(files) == 1:
        return [
            Finding(ok=True, message=f"import HH reads {files[0]}; from neurodynex... reads the installed file instead")
        ]
    others = " and ".join(map(str, files[1:]))
    return [
        Finding(
            ok=False,
            message=f"there are {len(files)} copies of {COPY}: import HH reads {files[0]} and not {others}",
            advice=f"Edit {files[0]}, or rename or delete the others.",
        )
    ]


def stale() -> list[Finding]:
    """Return outdated bytecode beside copies of the classroom file that Python would still use."""
    found = []
    for place in dict.fromkeys(Path(place or ".").absolute() for place in ["", *sys.path]):
        source = place / COPY
        if source.is_file() and _is_stale(source, Path(importlib.util.cache_from_source(str(source)))):
            found.append(
                Finding(
                    ok=False,
                    message=f"Python keeps an older version of {source} in __pycache__, so edits have no effect",
                    advice=f"Delete the folder {place / '__pycache__'}, or save {COPY} once more.",
                )
            )
    return found


def _is_the_library(module: str, path: Path) -> bool:
    """Return whether a path is the module itself, as in its installation folder, or hides no module."""
    own = (path / "__init__.py" if path.is_dir() else path).resolve()
    loaded = getattr(sys.modules.get(module), "__file__", None)
    if loaded is not None:
        return Path(loaded).resolve() == own
    elsewhere = [place for place in sys.path if Path(place or ".").absolute() != Path.cwd()]
    spec = PathFinder.find_spec(module, elsewhere)
    return spec is None or module in sys.builtin_module_names


def _is_stale(source: Path, cache: Path) -> bool:
    """Return whether bytecode has the time and size of its source, but was compiled from another text."""
    try:
        kept, text, state = cache.read_bytes(), source.read_bytes(), source.stat()
        head = importlib.util.MAGIC_NUMBER + bytes(4)
        head += (int(state.st_mtime) & 0xFFFFFFFF).to_bytes(4, "little")
        head += (state.st_size & 0xFFFFFFFF).to_bytes(4, "little")
        if kept[:_HEAD] != head:
            return False  # Python would compile the source
        old: CodeType = marshal.loads(kept[_HEAD:])  # noqa: S302 - what Python itself would load, and run, at an import
        return old != compile(text, str(source), "exec", dont_inherit=True)
    except (OSError, ValueError, EOFError, TypeError, SyntaxError):
        return False
