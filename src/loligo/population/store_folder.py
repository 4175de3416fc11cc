"""The folder of a store on any file system that fsspec knows, whose files are whole or not there."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loligo._errors import ArgumentError, LoligoError, MissingPackageError, StoreError
from loligo._files import write_whole
from loligo.population.packages import needed

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Folder:
    """A folder and what can be done with the files in it.

    Attributes
    ----------
    url : str
        As it was given.
    files : fsspec.AbstractFileSystem
    path : str
        Of the folder, on that file system.
    """

    url: str
    files: Any
    path: str

    @classmethod
    def at(cls, store: str | os.PathLike[str]) -> Folder:
        """Return the folder with a URL; it need not exist.

        Raises
        ------
        ArgumentError
            Not a URL of a kind that fsspec knows.
        MissingPackageError
            A library is needed for this kind of URL.
        """
        fsspec = needed("fsspec")
        if not isinstance(store, (str, os.PathLike)) or not os.fspath(store):
            raise ArgumentError(f"store must be a folder or a URL, such as 'runs/squid/'; got {store!r}.")
        url = os.fspath(store)
        try:
            files, path = fsspec.core.url_to_fs(url)
        except ImportError as error:
            raise MissingPackageError(f"The store {url} needs another library: {error}") from error
        except Exception as error:  # of any kind: the file systems are other people's
            raise ArgumentError(f"The store {url!r} is no URL that can be opened: {error}") from error
        return cls(url, files, path.rstrip("/") or path)

    def names(self, inside: str = "") -> list[str]:
        """Return the names of what is in the folder, or in a folder inside it; none if there is no such folder."""
        with self._clearly("read"):
            self.files.invalidate_cache()
            try:
                found = self.files.ls(self._full(inside), detail=False)
            except FileNotFoundError:
                return []
        return sorted(name.rstrip("/").rpartition("/")[2] for name in found)

    def read(self, name: str) -> bytes:
        """Return the content of a file."""
        with self._clearly("read"):
            content: bytes = self.files.cat_file(self._full(name))
        return content

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all, making the folder where it is missing."""
        path = self._full(name)
        with self._clearly("written"):
            self.files.makedirs(path.rpartition("/")[0], exist_ok=True)
            if "file" in _protocols(self.files):
                write_whole(Path(path), content)
            else:
                self.files.pipe_file(path, content)

    def remove(self, name: str) -> None:
        """Remove a file, or a folder with what is in it."""
        with self._clearly("written"):
            self.files.rm(self._full(name), recursive=True)

    def _full(self, name: str) -> str:
        return f"{self.path}/{name}" if name else self.path

    @contextmanager
    def _clearly(self, done: str) -> Iterator[None]:
        """Turn whatever a file system raises into one sentence."""
        try:
            yield
        except LoligoError:
            raise
        except Exception as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            what = "make room" if getattr(error, "errno", None) in _FULL else "put that right, or take another store"
            raise StoreError(
                f"The store {self.url} cannot be {done}: {reason}. What is finished is kept: {what}, and run again."
            ) from error


def _protocols(files: Any) -> tuple[str, ...]:
    return (files.protocol,) if isinstance(files.protocol, str) else tuple(files.protocol)
