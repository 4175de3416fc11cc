"""Compiled code on disk: written once, atomically, and checked before every use.

An entry is a folder with Python modules, the machine code that Numba keeps beside them, and a record of all digests
(`records`). The name of an entry is a hash of everything that the machine code depends on. A damaged entry is discarded
and rebuilt. When several processes need an entry at the same time, one compiles and the others wait (`locks`). If the
cache folder is not trusted or not writable (`folders`), this process uses a private folder or, failing that, memory.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Final

import llvmlite
import llvmlite.binding as llvm
import numba
import numpy as np

from loligo._errors import TimeLimitError
from loligo.kernel.folders import cache_folder, cache_root, check_free, private_folder, remove, said
from loligo.kernel.loading import imported, undisturbed
from loligo.kernel.locks import locked
from loligo.kernel.machine_code import loading_alone
from loligo.kernel.records import (
    CODE,
    DamagedError,
    Record,
    checked,
    code_files,
    digest,
    read_file,
    read_record,
    stamps,
)
from loligo.kernel.stops import Stopped, interrupts_kept

__all__ = ["Folder", "cache_folder", "cached_modules"]

LOG = logging.getLogger("loligo")
PARTS: Final = {"jacobian": "the Jacobian of ", "rates": "the rates of ", "observe": "the currents of "}
FORGOTTEN: Final = 86_400.0  # age at which the unfinished entry of a killed process is removed [s]
_ONE_AT_A_TIME: Final = threading.RLock()


def cached_modules(key: str, sources: Callable[[], dict[str, str]], what: str) -> Folder:
    """Return the entry for ``key``, building it if it is missing or damaged.

    Parameters
    ----------
    key : str
        Identifies everything that the sources depend on, apart from this machine and the versions in use.
    sources : callable
        Returns ``{module name: source text}``; called only when the entry must be built.
    what : str
        Description of what is compiled, for the log.
    """
    folder = Folder(key, sources, what)
    with _ONE_AT_A_TIME:
        folder.prepare()
    return folder


class _NotCompiledError(Exception):
    """Raised if an entry is complete but lacks the machine code of a module."""


class Folder:
    """One entry of the cache, whose modules are imported on demand."""

    def __init__(self, key: str, sources: Callable[[], dict[str, str]], what: str) -> None:
        self.what = what
        self._key, self._sources, self._versions = key, sources, _environment()
        self._name = hashlib.sha256(f"{key}|{self._versions}".encode()).hexdigest()[:20]
        self._root: Path | None = cache_root().path  # None if no folder can be written
        self._reason = ""

    @property
    def path(self) -> Path:
        """The folder of the entry."""
        return (self._root or cache_root().path) / self._name

    def prepare(self) -> None:
        """Build the entry, without machine code, unless it exists."""
        if cache_root().reason:
            original = self.path
            self._give_up(cache_root().reason)
            if cache_root().trusted and self._root is not None:
                with contextlib.suppress(OSError, DamagedError):
                    self._copy(original)
        try:
            read_record(self.path, self._key, self._versions)
        except (FileNotFoundError, DamagedError):
            self._attempt(self._written)

    def module(self, name: str) -> ModuleType:
        """Import a module of the entry and store any code that Numba compiles; a damaged entry is rebuilt."""
        with _ONE_AT_A_TIME:
            if self._root is not None:
                with contextlib.suppress(FileNotFoundError, DamagedError, _NotCompiledError):
                    return self._loaded(name)
            return self._attempt(lambda: self._made(name)) or self._in_memory(name)

    def _attempt(self, action: Callable[[], ModuleType | None]) -> ModuleType | None:
        """Call a function that writes the entry, under its lock, in the cache or, failing that, in a private folder."""
        while self._root is not None:
            try:
                with locked(self._root / f"{self._name}.lock"):
                    return action()
            except TimeLimitError:
                raise
            except (OSError, DamagedError) as error:
                self._give_up(said(error))
        return None

    def _give_up(self, reason: str) -> None:
        """Continue without the folder that should have stored the entry."""
        before, self._root = self._root, None
        self._reason = self._reason or reason
        with contextlib.suppress(OSError):
            self._root = private_folder() if before == cache_root().path else None

    def _loaded(self, name: str) -> ModuleType:
        """Import a module with existing machine code, after comparing it with the record."""
        entry = self.path
        record = read_record(entry, self._key, self._versions)
        source = checked(entry, record, name)
        if not record.machine_code(name):
            raise _NotCompiledError
        try:
            before = stamps(entry, name)
            with loading_alone(), interrupts_kept():  # Numba passes machine code to LLVM in a callback
                module = imported(entry, name, source)
            if stamps(entry, name) != before:  # Numba compiled again: its settings are not part of the key
                self._record_code(name)
        except (Stopped, TimeLimitError):
            raise
        except Exception as error:  # a damaged file may raise anything
            raise DamagedError(f"{name} cannot be loaded: {error!r}") from error
        return module

    def _made(self, name: str) -> ModuleType:
        """Import a module without valid machine code, unless another process has compiled it in the meantime."""
        entry = self.path
        try:
            return self._loaded(name)
        except _NotCompiledError:
            pass
        except (FileNotFoundError, DamagedError) as error:
            self._written(error if isinstance(error, DamagedError) else None)
        source = checked(entry, read_record(entry, self._key, self._versions), name)
        check_free(entry.parent)
        self._announce(name)
        try:
            with undisturbed():
                module = imported(entry, name, source)
            self._record_code(name)
        except BaseException:
            with contextlib.suppress(OSError, DamagedError):
                for file in code_files(entry, name):
                    (entry / file).unlink()
            raise
        self._say_where()
        return module

    def _record_code(self, name: str) -> None:
        entry = self.path
        record = read_record(entry, self._key, self._versions)
        record.with_code(name, {file: digest(read_file(entry, file)) for file in code_files(entry, name)}).write(entry)

    def _in_memory(self, name: str) -> ModuleType:
        """Compile a module in memory, if no file can be written."""
        source = self._sources()[name].replace("cache=True", "cache=False").encode()
        self._announce(name)
        with undisturbed():
            module = imported(self.path, name, source)
        self._say_where()
        return module

    def _say_where(self) -> None:
        if self._reason:
            _say_once(cache_root().path, self._root, self._reason)

    def _announce(self, name: str) -> None:
        what = PARTS.get(name, "") + self.what
        if not self._reason:
            LOG.warning("loligo compiles %s (once, a few seconds) and keeps the result in %s", what, self._root)
            return
        LOG.warning("loligo compiles %s (a few seconds) for this process only", what)

    def _written(self, damage: Exception | None = None) -> None:
        """Write the entry unless another process has, and log a damaged entry that is discarded."""
        entry = self.path
        try:
            read_record(entry, self._key, self._versions)
        except FileNotFoundError:
            damage = None
        except DamagedError as error:
            damage = damage or error
        else:
            if damage is None:
                return
        texts = {name: text.encode() for name, text in self._sources().items()}  # without newline translation
        if damage is not None:
            LOG.warning("loligo discards compiled code in %s and rebuilds it: %s", entry, damage)
            remove(entry)
        files = {f"{name}.py": content for name, content in texts.items()}
        self._build(files, Record(self._key, self._versions, {file: digest(data) for file, data in files.items()}))

    def _copy(self, original: Path) -> None:
        """Copy an entry that is readable but not writable."""
        record = read_record(original, self._key, self._versions)
        files = {file: read_file(original, file) for file in record.files}
        if {file: digest(data) for file, data in files.items()} == record.files and not os.path.lexists(self.path):
            self._build(files, record, original)

    def _build(self, files: dict[str, bytes], record: Record, original: Path | None = None) -> None:
        """Write an entry in a temporary folder and move it into place, unless another process was first."""
        entry = self.path
        _tidy(entry.parent)
        building = Path(tempfile.mkdtemp(dir=entry.parent, prefix=".building-"))
        try:
            (building / CODE).mkdir(mode=0o700)
            for file, content in files.items():
                (building / file).write_bytes(content)
                if original is not None:  # some versions of Numba compare the modification time of the source
                    status = (original / file).stat()
                    os.utime(building / file, ns=(status.st_atime_ns, status.st_mtime_ns))
            record.write(building)
            try:
                building.replace(entry)
            except OSError:
                read_record(entry, self._key, self._versions)
        finally:
            shutil.rmtree(building, ignore_errors=True)


@lru_cache(maxsize=8)
def _say_once(folder: Path, instead: Path | None, reason: str) -> None:
    where = f"in {instead} for this process only" if instead else "in memory only"
    LOG.warning(
        "loligo cannot keep compiled code in %s: %s. It is kept %s, so the next process has to compile again. Set the "
        "environment variable LOLIGO_CACHE_DIR to a folder of your own with enough free space.",
        folder, reason, where,
    )  # fmt: skip


def _tidy(root: Path) -> None:
    """Remove leftovers of killed processes: temporary folders that were never moved into place."""
    for pattern in (".building-*", ".discarded-*"):
        for left in root.glob(pattern):
            with contextlib.suppress(OSError):
                if not left.is_symlink() and time.time() - left.stat().st_mtime > FORGOTTEN:
                    shutil.rmtree(left, ignore_errors=True)


@lru_cache(maxsize=1)
def _environment() -> str:
    """Return what machine code depends on besides its source: versions and the processor."""
    try:
        flags = llvm.get_host_cpu_features().flatten()
    except RuntimeError:  # LLVM cannot detect the processor's features on all systems
        flags = ""
    features = hashlib.sha256(flags.encode()).hexdigest()[:8]
    package, printers = Path(__file__).parent.parent, hashlib.sha256()
    for file in sorted([*package.glob("kernel/*.py"), *package.glob("membrane/*.py")]):
        printers.update(file.read_bytes())
    processor = f"{llvm.get_host_cpu_name()}-{features}"
    versions = (
        f"{sys.version_info[:3]}|numba {numba.__version__}|llvmlite {llvmlite.__version__}|numpy {np.__version__}"
    )
    return f"{versions}|{processor}|{printers.hexdigest()}"
