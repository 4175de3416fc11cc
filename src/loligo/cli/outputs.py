"""The outputs of a command, checked before its run begins."""

import errno
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from loligo._errors import ArgumentError
from loligo._files import all_or_nothing

LONGEST_SEARCH: Final = 100_000_000  # bytes of a file that are searched for our own mark
Made = TypeVar("Made")
Force = Annotated[
    bool,
    typer.Option("--force", help="Replace files that exist already.", rich_help_panel="Output"),
]


def checked_targets(targets: Sequence[Path], *, force: bool) -> Sequence[Path]:
    """Refuse what cannot become files, by the names that were typed.

    Raises
    ------
    OSError
        A target that cannot be written, or that exists and may not be replaced; names it.
    ArgumentError
        Two targets are the same file.
    """
    if len({os.path.realpath(target) for target in targets}) < len(targets):
        raise ArgumentError(f"Two outputs are one file: {' and '.join(str(target) for target in targets)}.")
    for target in targets:
        _check(target)
        check_free(target, force=force)
    return targets


def made_into(
    files: Sequence[tuple[Path, Callable[[Made, Path], None]]], make: Callable[[], Made], *, force: bool
) -> Made:
    """Find out whether files can be written, make what they hold, and write all of them or none.

    Parameters
    ----------
    files : sequence of (Path, callable)
        Each with the function that writes what was made to a path.
    make : callable
        Runs the command.
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
    """Refuse to replace a file that exists, unless it was asked for or it is one that the same command wrote.

    Parameters
    ----------
    target : Path
    force : bool
        Whether to replace it was asked for.
    ours : str, optional
        What only files of the command itself hold.

    Raises
    ------
    OSError
        Another file is there.
    """
    if force or not target.exists() or (ours and _holds(target, ours.encode())):
        return
    raise FileExistsError(errno.EEXIST, "exists already; give another name, or --force to replace it", str(target))


def check_folder(folder: Path) -> None:
    """Refuse a folder for outputs that cannot be made, because it or what it lies in is a file.

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
    """Refuse a picture whose name does not end like its format.

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
