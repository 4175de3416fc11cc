"""Members in pieces: each is run in blocks, a few pieces ahead of the consumer, and yielded in order."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from loligo.population.workers.progress import Progress

MOST: Final = 32  # largest number of pieces in memory at a time
Columns = dict[str, "NDArray[Any]"]


@dataclass(frozen=True)
class Workers:
    """The functions that run blocks of members.

    Attributes
    ----------
    submit : callable
        Function that takes the columns of a block and its number of members, and returns a future.
    result : callable
        Function that waits for a future and returns the columns of its result.
    threads : int
        Number of blocks that run at a time.
    block : int
        Number of members in a task.
    drop : callable
        Function that takes a future that is no longer needed.
    """

    submit: Callable[[Mapping[str, NDArray[np.float64]], int], Any]
    result: Callable[[Any], Columns]
    threads: int
    block: int
    drop: Callable[[Any], None]


@dataclass(frozen=True, eq=False)
class Piece:
    """Members that are yielded together.

    Attributes
    ----------
    number : int
        Index of the piece, counted from 0.
    columns : mapping of str to array (members,)
        The values that vary.
    known : array of bool (members,), optional
        Members whose results are known already.
    results : dict of str to array (known,)
        Their results.
    """

    number: int
    columns: Mapping[str, NDArray[np.float64]]
    known: NDArray[np.bool_]
    results: Columns

    def blocks(self, size: int) -> Iterator[tuple[Mapping[str, NDArray[np.float64]], int]]:
        """Yield the columns of some unknown members at a time, and their number."""
        unknown = np.flatnonzero(~self.known)
        for start in range(0, len(unknown), size):
            places = unknown[start : start + size]
            yield {name: values[places] for name, values in self.columns.items()}, len(places)

    def joined(self, found: list[Columns]) -> Columns:
        """Return the whole table, from known and new results."""
        table: Columns = dict(self.columns)
        for name in found[0] if found else self.results:
            fresh = [columns[name] for columns in found]
            if self.known.any():
                values = np.empty(len(self.known), dtype=(fresh or [self.results[name]])[0].dtype)
                values[self.known] = self.results[name]
                if fresh:
                    values[~self.known] = np.concatenate(fresh)
                table[name] = values
            else:
                table[name] = np.concatenate(fresh)
        return table


def whole_piece(number: int, columns: Mapping[str, NDArray[np.float64]], members: int) -> Piece:
    """Return a piece without known results."""
    return Piece(number, columns, np.zeros(members, dtype=bool), {})


def run_pieces(pieces: Iterable[Piece], workers: Workers, progress: Progress) -> Iterator[tuple[int, Columns]]:
    """Run pieces and yield the number and the table of each, in order.

    At most as many pieces are started ahead as there are workers, so a killed run loses no more than these.
    """
    waiting: deque[tuple[Piece, list[Any]]] = deque()
    try:
        for piece in pieces:
            while len(waiting) >= min(workers.threads, MOST):
                yield _finished(waiting, workers, progress)
            waiting.append((piece, [workers.submit(*block) for block in piece.blocks(workers.block)]))
            if piece.results:
                progress(piece.results)
        while waiting:
            yield _finished(waiting, workers, progress)
    finally:
        for _, futures in waiting:
            for future in futures:
                workers.drop(future)


def _finished(waiting: deque[tuple[Piece, list[Any]]], workers: Workers, progress: Progress) -> tuple[int, Columns]:
    """Wait for the earliest piece; return its number and its table."""
    piece, futures = waiting[0]
    found = []
    for future in futures:
        found.append(workers.result(future))
        progress(found[-1])
    waiting.popleft()
    return piece.number, piece.joined(found)
