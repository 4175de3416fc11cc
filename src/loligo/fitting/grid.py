"""The steps in which a fit follows a command: samples and edges, and a moving command cut into short ones."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.stimulus import Pieces
    from loligo.sweep import Sweep

FINEST_MOVE: Final = 0.5  # mV: v moves no further on a step, so that its error is some 1e-7 of the current


@dataclass(frozen=True, eq=False)
class Grid:
    """The steps of one sweep; see `loligo.fitting.clamp_loop.follow`.

    Attributes
    ----------
    potentials : array (nodes,)
        [mV]
    lengths, nodes, sampled, sample_nodes : array
        As `follow` takes them.
    measured : array (samples,)
        The current at the samples that are kept.
    kept : array (samples,)
        Which samples of the sweep these are.
    """

    potentials: NDArray[np.float64]
    lengths: NDArray[np.float64]
    nodes: NDArray[np.int64]
    sampled: NDArray[np.int64]
    sample_nodes: NDArray[np.int64]
    measured: NDArray[np.float64]
    kept: NDArray[np.intp]


def grid_of(sweep: Sweep, refinement: int = 1) -> Grid:
    """Return the steps of a sweep, those of a moving command ``refinement`` times finer than need be."""
    kept = np.flatnonzero(sweep.kept)
    times = sweep.t[kept]
    pieces = sweep.command.joined(float(times[-1]) or 1.0)
    holding = float(sweep.holding or 0.0)
    v: list[NDArray[np.float64]] = [np.array([holding])]
    steps: list[tuple[NDArray[Any], ...]] = []
    count, done = 1, 0
    for k, (start, stop) in enumerate(pairwise(pieces.edges.tolist())):
        last = k == len(pieces.constant) - 1
        end = times.size if last else int(np.searchsorted(times, stop, side="left"))
        own = times[done:end]
        rows = np.arange(done, end)
        done = end
        moving = pieces.slope[k] != 0 or pieces.offsets[k + 1] > pieces.offsets[k]
        ends, marks = _cut(pieces, k, own, rows, start, stop, refinement) if moving else _plain(own, rows, stop)
        begins = np.concatenate(([start], ends[:-1]))
        if moving:
            middle = 0.5 * (begins + ends)
            at = np.concatenate(([start], np.stack([middle, ends], axis=1).ravel()))
            values = holding + _within(pieces, k, at)
            first = count + 2 * np.arange(ends.size)
            nodes = np.stack([first, first + 1, first + 2], axis=1)
        else:
            values = np.array([holding + pieces.constant[k]])
            nodes = np.full((ends.size, 3), count)
        v.append(values)
        count += values.size
        steps.append((ends - begins, nodes, marks, nodes[:, 2]))
    lengths, nodes, sampled, sample_nodes = (np.concatenate(each) for each in zip(*steps, strict=True))
    potentials, places = np.unique(np.concatenate(v), return_inverse=True)
    first = np.array([[places[0]] * 3])  # a step of no length: the gates begin settled at the holding potential
    return Grid(
        potentials=potentials,
        lengths=np.concatenate(([0.0], lengths)),
        nodes=np.ascontiguousarray(np.concatenate((first, places[nodes]))),
        sampled=np.concatenate(([-1], sampled)),
        sample_nodes=np.concatenate((first[0, :1], places[sample_nodes])),
        measured=np.asarray(sweep.current)[kept],
        kept=kept,
    )


def _plain(
    own: NDArray[np.float64], rows: NDArray[np.intp], stop: float
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return ends of steps at each sample and at the end of the piece, and the sample at each."""
    if own.size and own[-1] == stop:
        return own, rows
    return np.append(own, stop), np.append(rows, -1)


def _cut(
    pieces: Pieces,
    k: int,
    own: NDArray[np.float64],
    rows: NDArray[np.intp],
    start: float,
    stop: float,
    refinement: int,
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return ends of steps on which v moves by `FINEST_MOVE` at most, and the sample at each."""
    ends, marks = _plain(own, rows, stop)
    begins = np.concatenate(([start], ends[:-1]))
    waves = pieces.waves[pieces.offsets[k] : pieces.offsets[k + 1]]
    turning = np.abs(waves[:, 2:3] + 2.0 * waves[:, 3:4] * (begins - start)) + np.abs(waves[:, 3:4]) * (ends - begins)
    speed = np.abs(pieces.slope[k]) + (np.abs(waves[:, 0:1]) * turning).sum(axis=0)
    length = ends - begins
    parts = refinement * np.ceil(
        np.maximum(speed * length / FINEST_MOVE, turning.max(axis=0, initial=0.0) * length)
    ).astype(np.int64)
    parts = np.maximum(parts, refinement)
    which = np.repeat(np.arange(ends.size), parts)
    number = np.arange(which.size) - np.repeat(np.cumsum(parts) - parts, parts) + 1
    whole = number == parts[which]
    fine = np.where(whole, ends[which], begins[which] + length[which] * (number / parts[which]))
    return fine, np.where(whole, marks[which], -1)


def _within(pieces: Pieces, k: int, t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what piece k is at times in it, its end included."""
    s = t - pieces.edges[k]
    value = pieces.constant[k] + pieces.slope[k] * s
    for amplitude, phase, omega, chirp in pieces.waves[pieces.offsets[k] : pieces.offsets[k + 1]]:
        value = value + amplitude * np.sin(phase + (omega + chirp * s) * s)
    return np.asarray(value)
