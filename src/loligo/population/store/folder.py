"""The folder of a store, on any file system that fsspec knows; its files are complete or absent."""

from __future__ import annotations

import errno
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loligo._bounded import MEGABYTE
from loligo._errors import ArgumentError, LoligoError, MissingPackageError, StoreError
from loligo._optional import optional
from loligo.population.store import local_files

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Folder(ABC):
    """A folder, and operations on the files in it.

    Attributes
    ----------
    url : str
    The URL as given.
    """

    url: str

    @staticmethod
    def at(store: str | os.PathLike[str]) -> Folder:
        """Return the folder of a URL; it need not exist.

        Raises
        ------
        ArgumentError
            fsspec does not know this kind of URL.
        MissingPackageError
            The library for this kind of URL is missing.
        """
        fsspec = optional("fsspec", "population")
        if not isinstance(store, (str, os.PathLike)) or not os.fspath(store):
            raise ArgumentError(f"store must be a folder or a URL, such as 'runs/squid/'; got {store!r}.")
        url = os.fspath(store)
        try:
            if _is_name(url):
                files = fsspec.filesystem("file")
                path = files._strip_protocol(url)  # noqa: SLF001  # what url_to_fs does, apart from chains
            else:
                files, path = fsspec.core.url_to_fs(url)
        except ImportError as error:
            raise MissingPackageError(f"The store {url} needs another library: {error}") from error
        except Exception as error:  # errors of any type: file systems are third-party code
            raise ArgumentError(f"The store {url!r} cannot be opened: {error}") from error
        path = path.rstrip("/") or path
        return LocalFolder(url, Path(path)) if "file" in _protocols(files) else RemoteFolder(url, files, path)

    @abstractmethod
    def names(self, inside: str = "") -> list[str]:
        """Return the names in the folder, or in a folder inside it; none if it does not exist."""

    @abstractmethod
    def is_file(self) -> bool:
        """Return whether a file is where the folder should be."""

    @abstractmethod
    def holds_folder(self, name: str) -> bool:
        """Return whether a name inside belongs to a folder."""

    @abstractmethod
    def read(self, name: str, most_megabytes: float) -> bytes:
        """Return the content of a file up to a size limit."""

    @abstractmethod
    def write(self, name: str, content: bytes) -> None:
        """Write a file atomically, and create the folder if it is missing."""

    @abstractmethod
    def create(self, name: str, content: bytes) -> bool:
        """Write a file that must be new; return False if there is one already."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove a file; a folder stays."""

    @abstractmethod
    def remove_empty(self, name: str) -> None:
        """Remove a folder inside if nothing is in it."""

    @abstractmethod
    def set_aside(self, name: str) -> str:
        """Rename what is in the way of a file; return its new name."""

    def _not_too_long(self, content: bytes, name: str, most_megabytes: float) -> bytes:
        if len(content) > most_megabytes * MEGABYTE:
            raise StoreError(
                f"The store {self.url} cannot be read: {name} in it is larger than {most_megabytes:g} MB, the "
                "most that loligo writes. Remove it, or use another store."
            )
        return content

    @contextmanager
    def _clearly(self, done: str) -> Iterator[None]:
        """Turn any error of a file system into a one-sentence `StoreError`."""
        try:
            yield
        except LoligoError:
            raise
        except Exception as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            what = "make room" if getattr(error, "errno", None) in _FULL else "fix this, or use another store"
            raise StoreError(
                f"The store {self.url} cannot be {done}: {reason}. Finished members are kept: {what}, and run again."
            ) from error


@dataclass(frozen=True)
class LocalFolder(Folder):
    """A folder on this machine; only the folder itself may be a link.

    Attributes
    ----------
    url : str
    path : Path
    """

    url: str
    path: Path

    def names(self, inside: str = "") -> list[str]:
        """Return the names in the folder."""
        if not inside and self.is_file():
            return [self.path.name]
        with self._clearly("read"):
            path = self._inside(inside)
            if not inside and path.is_symlink() and not path.exists():
                raise OSError(errno.ENOENT, f"{path} is a link to nothing", str(path))
            return local_files.names(path)

    def is_file(self) -> bool:
        """Return whether a file is where the folder should be."""
        with self._clearly("read"):
            return self.path.is_file()

    def holds_folder(self, name: str) -> bool:
        """Return whether a name inside belongs to a folder."""
        with self._clearly("read"):
            return local_files.is_folder(self._inside(name))

    def read(self, name: str, most_megabytes: float) -> bytes:
        """Return the content of a file."""
        with self._clearly("read"), local_files.opened(self._inside(name)) as file:
            return self._not_too_long(file.read(int(most_megabytes * MEGABYTE) + 1), name, most_megabytes)

    def write(self, name: str, content: bytes) -> None:
        """Write a file; it is flushed to disk before it gets its name."""
        with self._clearly("written"):
            path = self._inside(name)
            local_files.make_folder(path.parent)
            local_files.write(path, content)

    def create(self, name: str, content: bytes) -> bool:
        """Write a file that must be new; of several runs that try at once, exactly one succeeds."""
        with self._clearly("written"):
            path = self._inside(name)
            local_files.make_folder(path.parent)
            try:
                local_files.write(path, content, new=True)
            except FileExistsError:
                return False
        return True

    def remove(self, name: str) -> None:
        """Remove a file; it is no error if another run has removed it."""
        with self._clearly("written"), suppress(FileNotFoundError):
            local_files.remove_file(self._inside(name))

    def remove_empty(self, name: str) -> None:
        """Remove a folder inside if nothing is in it."""
        with self._clearly("written"):
            local_files.remove_empty(self._inside(name))

    def set_aside(self, name: str) -> str:
        """Rename what is in the way of a file."""
        with self._clearly("written"):
            return local_files.set_aside(self._inside(name))

    def _inside(self, name: str) -> Path:
        path = self.path
        for part in name.split("/") if name else ():
            path /= part
            local_files.refuse_link(path)
        return path


@dataclass(frozen=True)
class RemoteFolder(Folder):
    """A folder on any other file system; its writes are as atomic as those of that system.

    Attributes
    ----------
    url : str
    files : fsspec.AbstractFileSystem
    path : str
        Path of the folder, on that file system.
    """

    url: str
    files: Any
    path: str

    def names(self, inside: str = "") -> list[str]:
        """Return the current names in the folder."""
        with self._clearly("read"):
            self.files.invalidate_cache()
            try:
                found = self.files.ls(self._full(inside), detail=False)
            except FileNotFoundError:
                return []
        return sorted(name.rstrip("/").rpartition("/")[2] for name in found)

    def is_file(self) -> bool:
        """Return whether a file is where the folder should be."""
        with self._clearly("read"):
            return bool(self.files.isfile(self.path))

    def holds_folder(self, name: str) -> bool:
        """Return whether a name inside belongs to a folder."""
        with self._clearly("read"):
            return bool(self.files.isdir(self._full(name)))

    def read(self, name: str, most_megabytes: float) -> bytes:
        """Return the content of a file."""
        with self._clearly("read"):
            content: bytes = self.files.cat_file(self._full(name), start=0, end=int(most_megabytes * MEGABYTE) + 1)
            return self._not_too_long(content, name, most_megabytes)

    def write(self, name: str, content: bytes) -> None:
        """Write a file, and create the folder if it is missing."""
        path = self._full(name)
        with self._clearly("written"):
            self.files.makedirs(path.rpartition("/")[0], exist_ok=True)
            self.files.pipe_file(path, content)

    def create(self, name: str, content: bytes) -> bool:
        """Write a file that must be new; atomic if the file system supports it (memory, S3, GCS)."""
        path = self._full(name)
        with self._clearly("written"):
            self.files.makedirs(path.rpartition("/")[0], exist_ok=True)
            try:
                self.files.pipe_file(path, content, mode="create")
            except FileExistsError:
                return False
            except (TypeError, NotImplementedError):
                if self.files.exists(path):
                    return False
                self.files.pipe_file(path, content)
        return True

    def remove(self, name: str) -> None:
        """Remove a file."""
        with self._clearly("written"), suppress(FileNotFoundError):
            self.files.rm_file(self._full(name))

    def remove_empty(self, name: str) -> None:
        """Remove an inner folder if it is empty; many of these systems have no empty folders."""
        with suppress(Exception):  # errors of any type: removing the file is only tidier
            self.files.rmdir(self._full(name))

    def set_aside(self, name: str) -> str:
        """Rename a file that is in the way of another."""
        folder, _, file = name.rpartition("/")
        with self._clearly("written"):
            aside = next(
                each for k in range(1, 1_000_000)
                if not self.files.exists(self._full(f"{folder}/{(each := f'{local_files.ASIDE}{k}-{file}')}"))
            )  # fmt: skip
            self.files.mv(self._full(name), self._full(f"{folder}/{aside}"), recursive=self.holds_folder(name))
        return aside

    def _full(self, name: str) -> str:
        return f"{self.path}/{name}" if name else self.path


def _is_name(url: str) -> bool:
    """Return whether a text is a folder's name: ``::`` chains file systems only after a name or URL of one."""
    first, chained, _ = url.partition("::")
    if not chained:
        return False
    return "://" not in first and first not in optional("fsspec", "population").available_protocols()


def _protocols(files: Any) -> tuple[str, ...]:
    return (files.protocol,) if isinstance(files.protocol, str) else tuple(files.protocol)
