"""How far a long command is, on stderr: a bar for people, a line for each part in a log."""

import sys
from types import TracebackType
from typing import Any, Self

import typer


class Progress:
    """A callable that takes a description of the work and the fraction that is done; closed as a context.

    Examples
    --------
    >>> with Progress() as progress:
    ...     progress("first spike", 0.2)
    """

    def __init__(self) -> None:
        self._bar: Any = None
        self._part = ""

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from tqdm import tqdm

            form = "{desc} {percentage:3.0f}%|{bar}| {elapsed}"
            self._bar = tqdm(total=1.0, file=sys.stderr, leave=False, bar_format=form)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, part: str, fraction: float) -> None:
        """Show ``part``, and ``fraction`` (0 to 1) of everything as done."""
        if self._bar is not None:
            self._bar.set_description_str(part, refresh=False)
            self._bar.update(min(1.0, fraction) - self._bar.n)
            self._bar.refresh()
        elif part != self._part:
            typer.echo(f"loligo: {part}", err=True)
        self._part = part
