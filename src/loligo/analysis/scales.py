"""How fast a membrane is, and how much current moves it: the units of waiting times, trial amplitudes and pulses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import RestError
from loligo.kernel import compiled
from loligo.membrane import Channel
from loligo.resting import rest, state_scales
from loligo.resting.level_set import LevelSet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.stimulus import Pieces

WAIT: Final = 8.0  # waiting time, in slowest time constants: an exponential decays to 0.03 %
DIFFERENCE: Final = 1e-6  # step of central differences, relative to the scale of a variable
TIMES_PER_PIECE: Final = 32  # number of times at which a piece of a stimulus is sampled
MOST_PIECES: Final = 4096  # largest number of pieces of a stimulus that are sampled


@dataclass(frozen=True)
class Scales:
    """Scales of a membrane at its rest.

    Attributes
    ----------
    slowest : float
        The slowest time constant of small displacements from rest [ms].
    time_constant : float
        Time constant of v alone with all gates held: capacitance over conductance [ms].
    conductance : float
        Slope of the membrane current over v with all gates held [mS/cm²].
    """

    slowest: float
    time_constant: float
    conductance: float

    @property
    def wait(self) -> float:
        """The time that a disturbed membrane needs to return to rest [ms]: 8 times its slowest time constant."""
        return WAIT * self.slowest


@lru_cache(maxsize=256)
def scales_at_rest(membrane: Membrane) -> Scales:
    """Return the scales of a membrane at its rest; without a rest, the scales with all its channels open."""
    try:
        state = rest(membrane).state
    except RestError:
        return _without_rest(membrane)
    jacobian = LevelSet.of(membrane).jacobian(_jacobian(membrane, state))
    if not np.isfinite(jacobian).all():
        return _without_rest(membrane)
    rates = np.abs(np.linalg.eigvals(jacobian).real)
    known = rates[rates > 1e-9 * rates.max(initial=0.0)]  # a pure integrator has the rate 0
    own = abs(float(jacobian[0, 0]))
    if not (known.size and own):
        return _without_rest(membrane)
    return Scales(1 / float(known.min()), 1 / own, membrane.C * own)


def current_scale(membrane: Membrane, zero: Pieces, one: Pieces) -> float:
    """Return the amplitude of a stimulus that moves v by about its scale.

    Parameters
    ----------
    membrane : Membrane
    zero : Pieces
        The stimulus with amplitude 0.
    one : Pieces
        The stimulus with amplitude 1.

    Returns
    -------
    float
        The amplitude that moves v by ``v_scale`` through the conductance at rest, or, for short stimuli, by charging
        the capacitance; 1 for a stimulus that does not change with its amplitude.
    """
    edges = one.edges if np.array_equal(zero.edges, one.edges) else np.union1d(zero.edges, one.edges)
    if edges.size > MOST_PIECES:
        edges = edges[np.linspace(0, edges.size - 1, MOST_PIECES).astype(int)]
    widths = np.diff(edges)
    shares = (np.arange(TIMES_PER_PIECE) + 0.5) / TIMES_PER_PIECE
    times = (edges[:-1, None] + widths[:, None] * shares).ravel()
    current = np.abs(one(times) - zero(times))
    peak = float(current.max(initial=0.0))
    if not peak:
        return 1.0
    width = float((current.reshape(-1, TIMES_PER_PIECE).mean(axis=1) * widths).sum()) / peak  # a pulse with that charge
    return membrane.v_scale * (scales_at_rest(membrane).conductance + membrane.C / width) / peak


def _without_rest(membrane: Membrane) -> Scales:
    conductance = math.fsum(part.g for part in membrane.channels if isinstance(part, Channel)) or membrane.C
    return Scales(membrane.C / conductance, membrane.C / conductance, conductance)


def _jacobian(membrane: Membrane, state: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Jacobian by central differences, which needs no compilation."""
    kernel, q = compiled(membrane)
    gates = len(membrane.variables) - 1 - len(membrane.states)
    steps = DIFFERENCE * np.array([membrane.v_scale, *[1.0] * gates, *state_scales(membrane)])
    columns = [
        (kernel.rhs(0.0, state + d, q) - kernel.rhs(0.0, state - d, q)) / (2 * s)
        for s, d in zip(steps, np.diag(steps), strict=True)
    ]
    return np.column_stack(columns)
