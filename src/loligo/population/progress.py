"""How far a run is: members in a second, the time that is left, and failures so far, on stderr or in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from loligo._errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from numpy.typing import NDArray

PATIENCE: Final = 1.0  # s: a run that takes less shows nothing unless it is told to
_FORM: Final = "{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} members, {rate_noinv_fmt}, {remaining} left{postfix}"


class Progress:
    """A callable that is told of members that are finished; closed as a context.

    Parameters
    ----------
    total : int
        How many members there are.
    shown : bool or None
        None shows a bar when the run takes longer than a second.
    done : int
        How many were finished before.

    Raises
    ------
    ArgumentError
        Something else for ``shown``.
    """

    def __init__(self, total: int, shown: bool | None, done: int = 0) -> None:
        if shown not in (None, True, False):
            raise ArgumentError(f"progress is True, False, or None for what takes longer than a second; got {shown!r}.")
        self._failed = 0
        self._bar: Any = None
        if shown is not False:
            from tqdm.auto import tqdm

            delay = 0.0 if shown else PATIENCE
            self._bar = tqdm(
                total=total, initial=done, unit=" members", delay=delay, bar_format=_FORM, mininterval=0.25
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, results: Mapping[str, NDArray[Any]]) -> None:
        """Count the members of a block as finished, and those that did not go well as failed."""
        if self._bar is not None:
            status = results["status"]
            self._failed += int((status != "ok").sum())
            self._bar.set_postfix_str(f"{self._failed:,} failed", refresh=False)
            self._bar.update(len(status))
