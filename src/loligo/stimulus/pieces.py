"""The normal form of all stimuli: a line plus waves between two edges.

On the piece that starts at edge ``t_k`` the stimulus is, with ``s = t - t_k``,

    constant + slope s + sum_j  amplitude_j sin(phase_j + omega_j s + chirp_j s^2)

Integrators never step over an edge, so a stimulus is applied exactly, and its derivative is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Wave(NamedTuple):
    """One sinusoid on one piece: amplitude, and phase [rad], omega [rad/ms] and chirp [rad/ms²] at the start."""

    amplitude: float
    phase: float
    omega: float
    chirp: float

    def later(self, shift: float) -> Wave:
        """Return the same wave for a start that is ``shift`` ms later."""
        phase = self.phase + self.omega * shift + self.chirp * shift * shift
        return self._replace(phase=phase, omega=self.omega + 2 * self.chirp * shift)


class Piece(NamedTuple):
    """A piece of one stimulus from ``start`` on: a line and at most a few waves."""

    start: float
    constant: float
    slope: float = 0.0
    waves: tuple[Wave, ...] = ()


class Pieces(NamedTuple):
    """A stimulus on ``[edges[0], edges[-1]]`` in normal form.

    Attributes
    ----------
    edges : array (n + 1,)
        Boundaries of pieces [ms]; the last entry is the end.
    constant : array (n,)
        The value of the line of each piece at the start of the piece.
    slope : array (n,)
        The slope of the line of each piece, per ms.
    offsets : array of int (n + 1,)
        The waves of piece k are rows ``offsets[k]:offsets[k + 1]`` of ``waves``.
    waves : array (w, 4)
        Amplitude, phase, omega, chirp.
    """

    edges: NDArray[np.float64]
    constant: NDArray[np.float64]
    slope: NDArray[np.float64]
    offsets: NDArray[np.int64]
    waves: NDArray[np.float64]

    @classmethod
    def joined(cls, pieces: list[Piece], end: float) -> Pieces:
        """Build the arrays from a list of pieces in order of time."""
        starts, constants, slopes, waves = zip(*pieces, strict=True)
        return cls(
            edges=np.array([*starts, end], dtype=float),
            constant=np.array(constants, dtype=float),
            slope=np.array(slopes, dtype=float),
            offsets=np.array([*accumulate(map(len, waves), initial=0)], dtype=np.int64),
            waves=np.array([*chain.from_iterable(waves)], dtype=float).reshape(-1, 4),
        )

    def listed(self) -> list[Piece]:
        """Return the pieces one by one."""
        waves = [Wave(*row) for row in self.waves.tolist()]
        lines = zip(self.edges.tolist(), self.constant.tolist(), self.slope.tolist(), strict=False)
        parts = pairwise(self.offsets.tolist())
        return [Piece(*line, tuple(waves[a:b])) for line, (a, b) in zip(lines, parts, strict=False)]

    def between(self, start: float, stop: float) -> Pieces:
        """Return the part on ``[start, stop]``, which must lie inside."""
        first = max(int(np.searchsorted(self.edges, start, side="right")) - 1, 0)
        last = max(int(np.searchsorted(self.edges, stop, side="left")), first + 1)
        shift = start - self.edges[first]
        waves = self.waves[self.offsets[first] : self.offsets[last]].copy()
        own = slice(0, int(self.offsets[first + 1] - self.offsets[first]))
        waves[own] = [Wave(*row).later(shift) for row in waves[own]] or waves[own]
        constant, slope = self.constant[first:last].copy(), self.slope[first:last].copy()
        constant[0] += slope[0] * shift
        edges = np.concatenate(([start], self.edges[first + 1 : last], [stop]))
        return Pieces(edges, constant, slope, self.offsets[first : last + 1] - self.offsets[first], waves)

    def cut(self, times: Iterable[float]) -> Pieces:
        """Return the same stimulus with an edge at each of the times that lie inside [ms]."""
        ends = self.edges[[0, -1]].tolist()
        edges = sorted({*ends, *(t for t in times if ends[0] < t < ends[1] and t not in self.edges)})
        if len(edges) == len(ends):
            return self
        parts = [self.between(a, b).listed() for a, b in pairwise(edges)]
        return Pieces.joined([*chain.from_iterable(parts)], ends[1])

    def __call__(self, t: NDArray[np.float64]) -> NDArray[np.float64]:
        """Evaluate at times inside; at an edge the later piece counts."""
        k = self.edges[1:-1].searchsorted(t, side="right")
        s = t - self.edges[k]
        value = self.constant[k] + self.slope[k] * s
        if not self.waves.size:
            return value
        counts = np.diff(self.offsets)
        for j in range(int(counts.max(initial=0))):
            has = counts[k] > j
            amplitude, phase, omega, chirp = self.waves[self.offsets[k[has]] + j].T
            value[has] += amplitude * np.sin(phase + (omega + chirp * s[has]) * s[has])
        return value
