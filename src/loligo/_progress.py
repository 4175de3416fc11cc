"""Progress of long functions: the values that ``progress=`` takes everywhere, and how a callable cancels the work.

None or False
    Shows nothing. (`Population.run` shows a bar by default when it takes longer than a second.)
True
    Shows a bar on stderr in a terminal, and one line for each part elsewhere, such as in the log of a job.
callable
    Called as ``progress(text, fraction)`` with a description of the current work and the fraction of all work done,
    from 0 to 1, or NaN if it is unknown. If it returns False, the function stops and raises `CancelledError`.
    An exception that it raises also stops the function and reaches the caller unchanged.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from loligo._errors import ArgumentError, CancelledError

if TYPE_CHECKING:
    from types import TracebackType

Progress = bool | Callable[[str, float], object] | None


def quiet(text: str, fraction: float = math.nan) -> None:
    """Show no progress."""


class Report:
    """A receiver of progress, for a bar or a callable; as a context manager it closes the bar on exit.

    Parameters
    ----------
    progress : bool, callable or None
        The ``progress=`` argument of a long function; see this module.

    Raises
    ------
    ArgumentError
        ``progress`` is none of these.

    Examples
    --------
    >>> def show(text, fraction):
    ...     print(text, fraction)
    ...     return fraction < 0.5
    >>> with Report(show) as report:
    ...     report("first spike", 0.2)
    ...     report("second spike", 0.6)
    Traceback (most recent call last):
    ...
    loligo._errors.CancelledError: Cancelled by progress= during: second spike.
    """

    def __init__(self, progress: Progress) -> None:
        if not (callable(progress) or progress is None or progress is True or progress is False):
            raise ArgumentError(
                f"progress= must be True, False, or a callable that takes a text and a fraction; got {progress!r}."
            )
        self._shown = progress is True
        self._callable = progress if callable(progress) else None
        self._bar: Any = None
        self._text = ""
        self._raised: Exception | None = None

    def __enter__(self) -> Self:
        if self._shown:
            self._bar = _bar()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
        if error is None:
            self._raise_what_was_raised()

    def __call__(self, text: str, fraction: float = math.nan) -> None:
        """Report the current work and the fraction of all work done.

        Raises
        ------
        CancelledError
            The callable returned False.
        """
        self._raise_what_was_raised()
        if self._callable is not None:
            try:
                answer = self._callable(text, fraction)
            except Exception as error:
                self._raised = error
                raise
            if answer is False:
                self._raised = CancelledError(f"Cancelled by progress= during: {text}.")
                raise self._raised
        elif self._bar is not None:
            self._bar.set_description_str(text, refresh=False)
            if math.isfinite(fraction):
                self._bar.update(min(1.0, fraction) - self._bar.n)
            self._bar.refresh()
        elif self._shown and text != self._text:
            sys.stderr.write(f"loligo: {text}\n")
            sys.stderr.flush()
        self._text = text

    def _raise_what_was_raised(self) -> None:
        """Raise the callable's error again if a search took it for one of its own and went on."""
        if self._raised is not None:
            raise self._raised


def _bar() -> Any:
    """Return a bar for a terminal, or None."""
    if not sys.stderr.isatty():
        return None
    from tqdm import tqdm

    return tqdm(total=1.0, file=sys.stderr, leave=False, bar_format="{desc} {percentage:3.0f}%|{bar}| {elapsed}")
