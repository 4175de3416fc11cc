"""Verifying equilibria: they must be finite, inside their domain, and have a small residual relative to its terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.resting.level_set import LevelSet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.resting.slaved import Slaved

    Array = NDArray[np.float64]

SMALL_RESIDUAL: Final = 1e-9  # largest residual at an equilibrium, relative to the terms that cancel in an equation
DOMAIN_ROUNDING: Final = 1e-12  # how far a gate may be outside [0, 1], and a state outside its domain (relative)
RESIDUAL_ROUNDING: Final = 1e-13  # relative to the terms that cancel in an equation: a smaller residual is rounding
POLISHING_STEPS: Final = 5
LEAST_GROWTH: Final = 1e-8  # relative to the fastest rate: a slower growth rate is rounding


def jacobian(slaved: Slaved, state: Array) -> Array:
    """Return the Jacobian; if all variables but v are gates, from differences, so that nothing needs compiling."""
    if slaved.count:
        return slaved.kernel.jacobian(state, slaved.q)
    steps = 1e-6 * np.maximum(np.abs(state), 1e-3 * np.array([slaved.membrane.v_scale, *[1.0] * (state.size - 1)]))
    beside = np.concatenate([state + np.diag(steps), state - np.diag(steps)])
    up, down = slaved.kernel.slopes(slaved.current, beside, slaved.q).reshape(2, state.size, state.size)
    return ((up - down) / (2 * steps[:, None])).T


def residuals(slaved: Slaved, state: Array, derivatives: Array) -> Array:
    """Return the slope of each variable relative to the size of the terms that cancel in it.

    The size of the terms is the sum over all variables of the Jacobian times the size of the variable (for v at least
    its scale).
    """
    slopes = np.abs(slaved.kernel.rhs(slaved.current, state, slaved.q))
    sizes = np.abs(state)
    sizes[0] = max(sizes[0], slaved.membrane.v_scale)
    terms = np.abs(derivatives) @ sizes
    terms[0] = max(terms[0], abs(slaved.current) / slaved.membrane.C)
    return np.where(slopes == 0.0, 0.0, slopes / np.maximum(terms, 1e-300))


def polished(slaved: Slaved, state: Array) -> Array:
    """Take Newton steps in all variables as long as they reduce the residual."""
    slopes = slaved.kernel.rhs(slaved.current, state, slaved.q)
    for _ in range(POLISHING_STEPS):
        matrix, right = jacobian(slaved, state), slopes.copy()
        weights = 1.0 / np.maximum(np.abs(matrix) @ np.maximum(np.abs(state), 1e-12), 1e-300)
        pivots = slaved.sums.pivots
        if pivots.size:
            matrix[slaved.first + pivots] = 0.0
            matrix[slaved.first + pivots, slaved.first :] = slaved.sums.rows
            right[slaved.first + pivots] = slaved.sums.rows @ state[slaved.first :] - slaved.sums.levels
        try:
            trial = state - np.linalg.solve(matrix, right)
        except np.linalg.LinAlgError:
            break
        there = slaved.kernel.rhs(slaved.current, trial, slaved.q)
        if not np.linalg.norm(there * weights) < np.linalg.norm(slopes * weights):
            break
        state, slopes = trial, there
    return state


def verified(slaved: Slaved, state: Array, small: float = SMALL_RESIDUAL) -> Array | None:
    """Return a state, with rounding errors beyond its domain removed, or None if it is not an equilibrium."""
    if not np.isfinite(state).all():
        return None
    state = state.copy()
    gates, own = slice(1, slaved.first), slice(slaved.first, state.size)
    inside = np.clip(state[gates], 0.0, 1.0)
    if (np.abs(state[gates] - inside) > DOMAIN_ROUNDING).any():
        return None
    state[gates] = inside
    least = np.maximum(state[own], slaved.minimum)
    if (least - state[own] > DOMAIN_ROUNDING * np.maximum(np.abs(slaved.guess), DOMAIN_ROUNDING)).any():
        return None
    state[own] = least
    derivatives = jacobian(slaved, state)
    if not np.isfinite(derivatives).all():
        return None
    return state if (residuals(slaved, state, derivatives) <= small).all() else None


def decays(slaved: Slaved, state: Array) -> bool:
    """Return whether small displacements that keep the conserved sums decay."""
    derivatives = on_level_set(slaved, jacobian(slaved, state))
    return bool(np.isfinite(derivatives).all() and np.linalg.eigvals(derivatives).real.max() < 0)


def grows(slaved: Slaved, state: Array) -> bool:
    """Return whether some small displacement that keeps the conserved sums grows.

    A displacement that neither grows nor decays does not count, such as that of v in a membrane without open channels.
    """
    derivatives = on_level_set(slaved, jacobian(slaved, state))
    if not np.isfinite(derivatives).all():
        return False
    values = np.linalg.eigvals(derivatives)
    return bool(values.real.max() > LEAST_GROWTH * np.abs(values).max())


def on_level_set(slaved: Slaved, derivatives: Array) -> Array:
    """Return the Jacobian of the free variables, which conserved sums do not determine."""
    return LevelSet(slaved.first, slaved.sums).jacobian(derivatives)
