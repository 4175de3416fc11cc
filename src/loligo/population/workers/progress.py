"""The progress of a run: members per second, remaining time, and failures so far, on stderr or in a notebook."""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, Self

from loligo._errors import ArgumentError
from loligo._progress import Progress as Shown
from loligo._progress import Report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from numpy.typing import NDArray

PATIENCE: Final = 1.0  # a shorter run shows no bar by default [s]
LINE_EVERY: Final = 10.0  # first interval between lines without a terminal [s]; later intervals are longer
LINE_SHARE: Final = 0.2  # interval between lines, as a fraction of the time so far
LINE_AT_LEAST_EVERY: Final = 600.0  # longest interval between lines [s]
_BAR: Final = "{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} members{postfix}"


class Progress:
    """A callable that counts finished members; as a context manager it starts a clock, and closes the bar at the end.

    A terminal or a notebook shows a bar, anything else (the log of a job) an occasional line.

    Parameters
    ----------
    total : int
        Number of members.
    shown : bool, callable or None
        None shows a bar when the run takes longer than a second, and lines when it takes longer than ten. A callable
        gets ``"members"`` and the fraction done; returning False cancels.
    done : int
        Number of members that were finished before.

    Raises
    ------
    ArgumentError
        ``shown`` is none of the allowed values.
    """

    def __init__(self, total: int, shown: Shown, done: int = 0) -> None:
        if not (callable(shown) or shown is None or shown is True or shown is False):
            raise ArgumentError(
                "progress= must be True, False, None (a bar if the run takes longer than a second), or a callable that "
                f"takes a text and a fraction; got {shown!r}."
            )
        self._report = Report(shown if callable(shown) else None)
        self._total, self._before, self._done = total, done, done
        self._shown = False if callable(shown) else shown
        self._failed = 0
        self._bar: Any = None
        self._began = self._told = perf_counter()

    def __enter__(self) -> Self:
        self._began = self._told = perf_counter()
        if self._shown is not False:
            self._bar = _bar(self._total, self._done, 0.0 if self._shown else PATIENCE)
        if self._bar is None and self._shown and self._done:
            self._write()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
        elif self._shown or (self._shown is None and perf_counter() - self._began > LINE_EVERY):
            self._write()

    def __call__(self, results: Mapping[str, NDArray[Any]]) -> None:
        """Count the members of a block as finished, and those whose status is not ok as failed."""
        status = results["status"]
        self._failed += int((status != "ok").sum())
        self._done += len(status)
        self._report("members", self._done / max(self._total, 1))
        if self._bar is not None:
            self._bar.set_postfix_str(self._said(), refresh=False)
            self._bar.update(len(status))
        elif self._shown is not False:
            now = perf_counter()
            every = min(max(LINE_EVERY, LINE_SHARE * (now - self._began)), LINE_AT_LEAST_EVERY)
            if now - self._told > every and self._done < self._total:
                self._told = now
                self._write()

    @property
    def left(self) -> float:
        """The remaining time at the pace of the run so far [s]."""
        fresh = self._done - self._before
        elapsed = perf_counter() - self._began
        return (self._total - self._done) * elapsed / fresh if fresh else float("inf")

    def _said(self) -> str:
        pace = (self._done - self._before) / max(perf_counter() - self._began, 1e-9)
        return f"{pace:,.{0 if pace >= 10 else 2}f} members/s, {_clock(self.left)} left, {self._failed:,} failed"

    def _write(self) -> None:
        share = 100 * self._done / max(self._total, 1)
        sys.stderr.write(f"{share:3.0f}% {self._done}/{self._total} members, {self._said()}\n")
        sys.stderr.flush()


def _bar(total: int, done: int, delay: float) -> Any:
    """Return a bar for a terminal or a notebook, or None if there is neither."""
    from tqdm import auto

    notebook = auto.notebook_tqdm is not auto.std_tqdm
    if not (notebook or sys.stderr.isatty()):
        return None
    return auto.tqdm(total=total, initial=done, delay=delay, bar_format=_BAR, mininterval=0.25)


def _clock(seconds: float) -> str:
    if seconds == float("inf"):
        return "?"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
