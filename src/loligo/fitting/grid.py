"""The steps of a fit along a command: from sample to sample and edge to edge, shorter where the command changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from loligo.stimulus import Pieces
    from loligo.sweep import Sweep

FINEST_MOVE: Final = 0.5  # mV: largest change in v during a step, for an error of about 1e-7 of the current
COARSE_MOVE: Final = 4.0  # mV: largest change in v during a step of a thinned grid
JUMP: Final = 1.0  # mV: after a jump of the command by more than this, samples are dense
SPACING: Final = 0.25  # spacing of samples of a thinned grid, relative to the number of samples since a jump


@dataclass(frozen=True, eq=False)
class Grid:
    """The steps of one sweep; see `loligo.fitting.clamp_loop.follow`.

    Attributes
    ----------
    potentials : array (nodes,)
        [mV]
    lengths, nodes, sampled, sample_nodes : array
        The arguments of `follow` with these names.
    measured : array (samples,)
        The current at the kept samples.
    kept : array (samples,)
        Indices of those samples of the sweep that are compared.
    """

    potentials: NDArray[np.float64]
    lengths: NDArray[np.float64]
    nodes: NDArray[np.int64]
    sampled: NDArray[np.int64]
    sample_nodes: NDArray[np.int64]
    measured: NDArray[np.float64]
    kept: NDArray[np.intp]


def grid_of(sweep: Sweep, refinement: int = 1, every: int = 1) -> Grid:
    """Return the steps of a sweep.

    Parameters
    ----------
    sweep : Sweep
    refinement : int
        Number of parts into which each step of a changing command is divided.
    every : int
        Largest distance of kept samples, in samples; if above 1, steps are longer, too.
    """
    kept = np.flatnonzero(sweep.kept)
    pieces = sweep.command.joined(float(sweep.t[kept[-1]]) or 1.0)
    if every > 1:
        kept = _thinned(kept, sweep.t, pieces, every)
    times = sweep.t[kept]
    holding = float(sweep.holding or 0.0)
    longest = COARSE_MOVE if every > 1 else FINEST_MOVE
    piece, begins, ends, marks = _fine(pieces, *_plain(pieces, times), longest, refinement)
    moving = _moving(pieces)[piece]
    own = piece[moving]
    at = np.stack([begins, 0.5 * (begins + ends), ends], axis=1)[moving]
    moved = _within(pieces, np.repeat(own, 3), at.ravel())
    nodes = np.repeat(1 + piece[:, np.newaxis], 3, axis=1)  # the holding potential first, then all constants
    nodes[moving] = 1 + pieces.constant.size + np.arange(moved.size).reshape(-1, 3)
    visited = np.concatenate(([holding], holding + pieces.constant, holding + moved))
    potentials, places = np.unique(visited, return_inverse=True)
    first = np.array([[places[0]] * 3])  # a step of zero length: the gates begin settled at the holding potential
    nodes = np.ascontiguousarray(np.concatenate((first, places[nodes])))
    return Grid(
        potentials=potentials,
        lengths=np.concatenate(([0.0], ends - begins)),
        nodes=nodes,
        sampled=np.concatenate(([-1], marks)),
        sample_nodes=np.ascontiguousarray(nodes[:, 2]),
        measured=np.asarray(sweep.current)[kept],
        kept=kept,
    )


def _plain(
    pieces: Pieces, times: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Return the steps from one sample or edge to the next: piece, start, end, and the sample at the end or -1.

    A sample at an edge belongs to the later piece.
    """
    edges = pieces.edges[1:-1]
    ends = np.concatenate((edges, times))
    order = np.argsort(ends, kind="stable")  # edges before samples at the same time
    ends, edge = ends[order], order < edges.size
    piece: NDArray[np.intp] = np.cumsum(edge) - edge
    return piece, np.concatenate((pieces.edges[:1], ends[:-1])), ends, np.where(edge, -1, order - edges.size)


def _fine(
    pieces: Pieces,
    piece: NDArray[np.intp],
    begins: NDArray[np.float64],
    ends: NDArray[np.float64],
    marks: NDArray[np.intp],
    move: float,
    refinement: int,
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Return the same steps, divided into parts in which v changes by at most ``move`` [mV]."""
    length, since = ends - begins, begins - pieces.edges[piece]
    speed, fastest = np.abs(pieces.slope[piece]), np.zeros(length.size)
    for has, (amplitude, _, omega, chirp) in _waves(pieces, piece):
        turning = np.abs(omega + 2.0 * chirp * since[has]) + np.abs(chirp) * length[has]
        speed[has] += np.abs(amplitude) * turning
        fastest[has] = np.maximum(fastest[has], turning)
    parts = np.ceil(np.maximum(speed * length / move, fastest * length)).astype(np.int64)
    parts = np.where(_moving(pieces)[piece], refinement * np.maximum(parts, 1), 1)
    which = np.repeat(np.arange(ends.size), parts)
    number = np.arange(which.size) - np.repeat(np.cumsum(parts) - parts, parts) + 1
    whole = number == parts[which]
    fine = np.where(whole, ends[which], begins[which] + length[which] * (number / parts[which]))
    return piece[which], np.concatenate((begins[:1], fine[:-1])), fine, np.where(whole, marks[which], -1)


def _thinned(kept: NDArray[np.intp], t: NDArray[np.float64], pieces: Pieces, every: int) -> NDArray[np.intp]:
    """Return a selection of samples: all just after a jump of the command or a gap, then increasingly fewer."""
    inner = pieces.edges[1:-1]
    before = _within(pieces, np.arange(inner.size), inner)
    after = _within(pieces, np.arange(1, inner.size + 1), inner)
    jumps = np.searchsorted(t[kept], inner[np.abs(after - before) > JUMP])
    gaps = np.flatnonzero(np.diff(kept) > 1) + 1
    begins = np.unique(np.concatenate(([0], jumps, gaps)))
    begins = begins[begins < kept.size]
    chosen = []
    for begin, end in zip(begins, np.append(begins[1:], kept.size), strict=True):
        place = 0
        while place < end - begin:
            chosen.append(begin + place)
            place += min(every, 1 + int(SPACING * place))
    return np.asarray(kept[chosen])


def _moving(pieces: Pieces) -> NDArray[np.bool_]:
    """Return a mask of the pieces on which the command changes."""
    return np.asarray((pieces.slope != 0) | (np.diff(pieces.offsets) > 0))


def _waves(
    pieces: Pieces, piece: NDArray[np.intp]
) -> Iterator[tuple[NDArray[np.bool_], tuple[NDArray[np.float64], ...]]]:
    """Yield the first, second, ... wave of each entry's piece: a mask of entries that have it, and its parameters."""
    counts = np.diff(pieces.offsets)[piece]
    for j in range(int(counts.max(initial=0))):
        has = counts > j
        yield has, tuple(pieces.waves[pieces.offsets[piece[has]] + j].T)


def _within(pieces: Pieces, piece: NDArray[np.intp], t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values of pieces at times within them, including their ends."""
    s = t - pieces.edges[piece]
    value = pieces.constant[piece] + pieces.slope[piece] * s
    for has, (amplitude, phase, omega, chirp) in _waves(pieces, piece):
        value[has] += amplitude * np.sin(phase + (omega + chirp * s[has]) * s[has])
    return np.asarray(value)
