"""The output files of a command, checked before its run begins."""

import errno
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from loligo._errors import ArgumentError
from loligo._files import all_or_nothing

LONGEST_SEARCH: Final = 100_000_000  # number of bytes of a file that are searched for the mark of our own files
Made = TypeVar("Made")
Force = Annotated[
    bool,
    typer.Option("--force", help="Replace files that exist already.", rich_help_panel="Output"),
]


def checked_targets(targets: Sequence[Path], *, force: bool) -> Sequence[Path]:
    """Refuse targets that cannot be written, with the names that were typed.

    Raises
    ------
    OSError
        A target that cannot be written, or that exists and may not be replaced; the message names it.
    ArgumentError
        Two targets are the same file.
    """
    if len({os.path.realpath(target) for target in targets}) < len(targets):
        raise ArgumentError(f"Two outputs are the same file: {' and '.join(str(target) for target in targets)}.")
    for target in targets:
        _check(target)
        check_free(target, force=force)
    return targets


def made_into(
    files: Sequence[tuple[Path, Callable[[Made, Path], None]]], make: Callable[[], Made], *, force: bool
) -> Made:
    """Check that files can be written, compute their content, and write all of them or none.

    Parameters
    ----------
    files : sequence of (Path, callable)
        Each with a function that writes the result to a path.
    make : callable
        Computes the result.
    force : bool
        Whether files that exist may be replaced.

    Raises
    ------
    OSError, ArgumentError
        As `checked_targets`.
    """
    with all_or_nothing(checked_targets([target for target, _ in files], force=force)) as unfinished:
        made = make()
        for (_, write), path in zip(files, unfinished, strict=True):
            write(made, path)
    return made


def check_free(target: Path, *, force: bool, ours: str = "") -> None:
    """Refuse to replace an existing file, unless this was requested or the same command wrote it.

    Parameters
    ----------
    target : Path
    force : bool
        Whether it may be replaced.
    ours : str, optional
        A text that only files of this command contain.

    Raises
    ------
    OSError
        A different file with this name exists.
    """
    if force or not target.exists() or (ours and _holds(target, ours.encode())):
        return
    raise FileExistsError(errno.EEXIST, "exists already; give another name, or --force to replace it", str(target))


def check_folder(folder: Path) -> None:
    """Refuse an output folder that cannot be created, because it or a parent is a file.

    Raises
    ------
    ArgumentError
        The name is that of a file.
    """
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    if there.exists() and not there.is_dir():
        raise ArgumentError(f"--output {folder} must be a folder, but {there} is a file: give another name.")


def _holds(target: Path, mark: bytes) -> bool:
    if not target.is_file():
        return False
    with target.open("rb") as file:
        return mark in file.read(LONGEST_SEARCH)


def checked_picture(target: Path | None) -> None:
    """Refuse a picture whose name does not end in its format.

    Raises
    ------
    ArgumentError
        A name that does not end in ``.png``.
    """
    if target and target.suffix.lower() != ".png":
        raise ArgumentError(f"--png writes a PNG picture: call it {target.with_suffix('.png').name!r}.")


def _check(target: Path) -> None:
    if target == Path("-"):
        raise OSError(errno.EINVAL, "only --csv writes to standard output", str(target))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder; give the name of a file", str(target))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "is not a regular file; --csv - writes to standard output", str(target))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {str(target.parent)!r}", str(target))
