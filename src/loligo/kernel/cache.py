"""Compiled code on disk: written once, atomically, checked before every use.

An entry is a folder of Python modules, named by a hash of all that its machine code depends on. Numba keeps
the machine code beside them; digests of its files are kept too, and a file that does not match is thrown away
before Numba sees it. Where the disk cannot be written, a temporary copy serves this process alone.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import hashlib
import importlib.util
import json
import logging
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Final

import llvmlite.binding as llvm
import numba

from loligo._files import write_whole
from loligo.kernel.stops import interrupts_kept

LOG = logging.getLogger("loligo")
PARTS: Final = {"jacobian": "the Jacobian of ", "rates": "the rates of ", "observe": "the currents of "}
_ONE_AT_A_TIME: Final = threading.RLock()
_DIGESTS = "digests.json"


def cache_folder() -> Path:
    """Return where compiled code is kept: ``LOLIGO_CACHE_DIR``, or the user's cache folder of the platform."""
    if own := os.environ.get("LOLIGO_CACHE_DIR"):
        return Path(own)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "loligo"


def cached_modules(key: str, sources: Callable[[], dict[str, str]], what: str) -> Folder:
    """Return the entry for ``key``, making it when it is missing or damaged.

    Parameters
    ----------
    key : str
        Names everything the sources depend on, apart from this machine and the versions in use.
    sources : callable
        Makes ``{module name: source text}``; called only when the entry must be made.
    what : str
        What is compiled, for the one line that is logged.
    """
    name = hashlib.sha256(f"{key}|{_environment()}".encode()).hexdigest()[:20]
    folder = _writable_root() / name
    with _ONE_AT_A_TIME:
        if not _intact(folder):
            _make(folder, sources())
    return Folder(folder, what)


class Folder:
    """One entry of the cache, whose modules are imported on demand."""

    def __init__(self, path: Path, what: str) -> None:
        self.path = path
        self.what = what

    def module(self, name: str) -> ModuleType:
        """Import a module of the entry; what Numba compiles then is kept, and a damaged file made anew."""
        with _ONE_AT_A_TIME:
            return self._module(name)

    def _module(self, name: str) -> ModuleType:
        _drop_damaged(self.path)
        before = _machine_code(self.path)
        known = any(file.startswith(f"{name}.") for file in before)
        if not known:
            part = PARTS.get(name, "")
            LOG.warning("loligo compiles %s%s once, a few seconds; kept in %s", part, self.what, self.path.parent)
        try:
            with contextlib.nullcontext() if known else _undisturbed():
                module = _imported(self.path, name)
        except Exception:  # whatever a damaged file raises: without it the import is tried once more
            if not before:
                raise
            for file in (self.path / "__pycache__").glob("*.nb?"):
                with contextlib.suppress(OSError):
                    file.unlink(missing_ok=True)
            module = _imported(self.path, name)
        if _machine_code(self.path) != before:
            with contextlib.suppress(OSError):
                write_whole(self.path / _DIGESTS, json.dumps(_machine_code(self.path)).encode())
        return module


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold the garbage collector while Numba compiles: looking through its many live objects takes a seventh longer.

    Ctrl-C is heard all the same.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        with interrupts_kept():
            yield
    finally:
        if collecting:
            gc.enable()


@lru_cache(maxsize=1)
def _environment() -> str:
    """Return what machine code depends on beside its source: versions and the processor."""
    try:
        flags = llvm.get_host_cpu_features().flatten()
    except RuntimeError:  # LLVM does not know the processor's features everywhere
        flags = ""
    features = hashlib.sha256(flags.encode()).hexdigest()[:8]
    package, printers = Path(__file__).parent.parent, hashlib.sha256()
    imported = [package / "integrate" / name for name in ("drive.py", "status.py")]  # by the programs there
    for file in sorted([*package.glob("kernel/*.py"), *package.glob("membrane/*.py"), *imported]):
        printers.update(file.read_bytes())
    processor = f"{llvm.get_host_cpu_name()}-{features}"
    return f"{sys.version_info[:3]}|{numba.__version__}|{processor}|{printers.hexdigest()}"


@lru_cache(maxsize=1)
def _writable_root() -> Path:
    root = cache_folder()
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            return root
    except OSError:
        private = Path(tempfile.mkdtemp(prefix="loligo-"))
        atexit.register(shutil.rmtree, private, ignore_errors=True)
        if root.is_dir():
            shutil.copytree(root, private, dirs_exist_ok=True)
        return private


def _make(folder: Path, sources: dict[str, str]) -> None:
    """Write an entry beside its place and move it there; when another process was first, its entry stays."""
    building = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".building-"))
    try:
        for name, text in sources.items():
            (building / f"{name}.py").write_bytes(text.encode())  # no line ends turned: digests are of these bytes
        (building / "sources.json").write_text(json.dumps({n: _digest(t.encode()) for n, t in sources.items()}))
        if not _intact(folder):
            if folder.exists():
                folder.replace(building / "damaged")
            building.replace(folder)
    except OSError:
        if not _intact(folder):
            raise
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _intact(folder: Path) -> bool:
    try:
        listed = json.loads((folder / "sources.json").read_text())
        return all(_digest((folder / f"{name}.py").read_bytes()) == digest for name, digest in listed.items())
    except (OSError, ValueError, AttributeError):
        return False


def _drop_damaged(folder: Path) -> None:
    try:
        known = json.loads((folder / _DIGESTS).read_text())
    except (OSError, ValueError):
        known = {}
    if not isinstance(known, dict):
        known = {}
    for file, digest in _machine_code(folder).items():
        if known.get(file) != digest:
            with contextlib.suppress(OSError):  # held by another process: it is then compiled for this one alone
                (folder / "__pycache__" / file).unlink(missing_ok=True)


def _machine_code(folder: Path) -> dict[str, str]:
    found = {}
    for file in sorted((folder / "__pycache__").glob("*.nb?")):
        try:
            found[file.name] = _digest(file.read_bytes())
        except OSError:  # another process has just replaced it
            continue
    return found


def _imported(folder: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"loligo_{name}_{folder.name}", folder / f"{name}.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot import {name} from {folder}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # Numba finds the globals of cached code through it
    elsewhere, numba.config.CACHE_DIR = numba.config.CACHE_DIR, ""  # machine code stays beside its checked source
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[spec.name]
        raise
    finally:
        numba.config.CACHE_DIR = elsewhere
    return module


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
