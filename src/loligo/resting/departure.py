"""The initial state of a run: the rest, or a state near it if it is unstable; and the stability of given states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.integrate.status import DISPLACED_BY, MOVED
from loligo.kernel import compiled
from loligo.resting.equilibrium import rest, settles
from loligo.resting.level_set import LevelSet
from loligo.resting.scales import state_scales
from loligo.resting.slaved import Slaved
from loligo.resting.verification import LEAST_GROWTH, grows, jacobian, residuals

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

AT_EQUILIBRIUM: Final = 1e-6  # largest slope at an equilibrium, relative to the terms that cancel in the slope
DRIVEN_BY_V: Final = 1e-2  # least share of a growing direction in a displacement of v: with less, v leaves too slowly
ROUNDING_OF_V: Final = 1e-9  # a smaller share of a direction in a displacement of v is rounding
GATE_SCALE: Final = 0.1


def start_at_rest(membrane: Membrane) -> NDArray[float64]:
    """Return the state at which a run from rest begins.

    The state is the rest if the rest is stable. A run from exactly an unstable rest would stay there until rounding
    errors have grown, which no real membrane does. So the run begins at `departure`, near the rest, and a membrane that
    fires spontaneously fires in the run.

    Raises
    ------
    RestError
        As for `loligo.rest`.
    """
    state = rest(membrane).state
    return state if settles(membrane) else departure(membrane, 0.0, state)


def departure(membrane: Membrane, current: float, state: NDArray[float64]) -> NDArray[float64]:
    """Return a state near an unstable equilibrium, from which a run leaves the equilibrium.

    v is displaced upwards by ``DISPLACED_BY`` of its scale (1 mV). If that has no component along a growing direction,
    for example if v does not act on the unstable further states, these are also displaced along that direction, by
    ``DISPLACED_BY`` of their scales.

    Parameters
    ----------
    membrane : Membrane
    current : float
        The constant current [µA/cm²].
    state : array (variables,)
        The equilibrium.
    """
    beside = state.copy()
    beside[0] += DISPLACED_BY * membrane.v_scale
    return beside + _unfed(membrane, current, state) if membrane.states else beside


def unfed_states(membrane: Membrane, current: float, state: NDArray[float64]) -> list[str]:
    """Return the names of the variables other than v that are displaced to leave an unstable equilibrium."""
    if not membrane.states:
        return []
    return [membrane.variables[k] for k in np.flatnonzero(_unfed(membrane, current, state))]


def _unfed(membrane: Membrane, current: float, state: NDArray[float64]) -> NDArray[float64]:
    """Return the displacement of other variables along the growing directions that v does not reach, or zero.

    A displacement of v reaches a direction if it has a component along that eigenvector, with all variables in units
    of their scales. If it reaches none, the fastest-growing direction is added; otherwise, all directions whose
    component is only rounding.
    """
    slaved, none = Slaved(membrane, current), np.zeros(state.size)
    level = LevelSet(slaved.first, slaved.sums)
    whole = np.array([membrane.v_scale, *[GATE_SCALE] * (slaved.first - 1), *state_scales(membrane)])
    scale = level.part(whole)
    matrix = level.jacobian(jacobian(slaved, state)) * (scale / scale[:, None])
    if not np.isfinite(matrix).all():
        return none
    values, vectors = np.linalg.eig(matrix)
    vectors = vectors / np.abs(vectors).max(axis=0)
    parts = np.abs(np.linalg.pinv(vectors)[:, 0])
    growing = np.flatnonzero((values.real > LEAST_GROWTH * np.abs(values).max()) & (values.imag >= 0.0))
    if not growing.size:
        return none
    if parts[growing].max() < DRIVEN_BY_V:
        left = growing[[int(values[growing].real.argmax())]]
    else:
        left = growing[parts[growing] < ROUNDING_OF_V]
    moves = [level.lift @ (_real(vectors[:, k]) * scale) for k in left]
    for move in moves:
        move[0] = 0.0
    return sum((_inside(slaved, state, move) for move in moves), none)


def _real(vector: NDArray[np.complex128]) -> NDArray[float64]:
    """Return an eigenvector turned so that its largest component is real, and displaced by ``DISPLACED_BY``."""
    largest = vector[int((np.abs(vector) > 1.0 - 1e-6).argmax())]
    turned: NDArray[float64] = (vector * (np.abs(largest) / largest)).real
    return DISPLACED_BY * np.where(np.abs(turned) > ROUNDING_OF_V, turned, 0.0)


def _inside(slaved: Slaved, state: NDArray[float64], move: NDArray[float64]) -> NDArray[float64]:
    """Return a displacement, or its opposite if only that stays in the domain; clipped if neither does."""
    least = np.array([-np.inf, *[0.0] * (slaved.first - 1), *slaved.minimum])
    most = np.array([np.inf, *[1.0] * (slaved.first - 1), *[np.inf] * slaved.count])
    for signed in (move, -move):
        if (state + signed >= least).all() and (state + signed <= most).all():
            return signed
    within: NDArray[float64] = np.clip(state + move, least, most) - state
    return within


def start_at(membrane: Membrane, v: float) -> NDArray[float64]:
    """Return the state at a potential with the gates settled there and every further state at its ``initial`` value.

    A run of a membrane without a rest, such as one with a clock, begins at this state if only v is given.
    """
    kernel, q = compiled(membrane)
    state = np.zeros(len(membrane.variables))
    state[0], state[state.size - len(membrane.states) :] = v, [own.initial for own in membrane.states]
    return kernel.steady(state, q)


def stays_unstable(membrane: Membrane, state: NDArray[float64], current: float, duration: float) -> bool:
    """Return whether a state is an unstable equilibrium, which a run leaves only when rounding errors have grown.

    Parameters
    ----------
    membrane : Membrane
    state : array (variables,)
    current : float
        The constant current at the beginning of the run [µA/cm²].
    duration : float
        Duration of the run [ms]; a state that moves noticeably in that time is not an equilibrium and is not examined
        further.
    """
    kernel, q = compiled(membrane)
    gates = len(membrane.variables) - 1 - len(membrane.states)
    sizes = np.maximum(np.abs(state), [membrane.v_scale, *[1.0] * gates, *state_scales(membrane)])
    if not (np.abs(kernel.rhs(current, state, q)) * duration <= MOVED * sizes).all():
        return False
    with np.errstate(all="ignore"):
        slaved = Slaved(membrane, current)
        left = residuals(slaved, state, jacobian(slaved, state))
        return bool((left <= AT_EQUILIBRIUM).all()) and grows(slaved, state)
