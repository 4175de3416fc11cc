"""Branches of equilibria, followed by pseudo-arclength through their folds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from loligo._errors import RestError
from loligo.dynamics.continuation import Ending
from loligo.dynamics.verification import DOMAIN_SLACK
from loligo.dynamics.zeros import Branch, Path, Place, Zeros, followed
from loligo.resting import rest, state_scales, why_no_rest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.system import System

SCANNED_VALUES = 5  # number of values of the parameter at which equilibria are searched for


class EquilibriumCurve(Zeros):
    """The curve ``f(z, p) = 0`` in ``x = (z, p/unit)``."""

    def __init__(self, system: System) -> None:
        super().__init__(system, "A branch of equilibria")
        self.system = system

    def value(self, x: NDArray[np.float64]) -> float:
        """Return the parameter at a point."""
        return float(self.values(x)[0])

    def point(self, z: NDArray[np.float64], p: float) -> NDArray[np.float64]:
        """Return the point of a scaled state and a value."""
        return np.append(z, p / self.equations.units)

    def residual(self, x: NDArray[np.float64], fixed: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return dz/dt at a point [1/ms]."""
        return self.slopes(x)

    def derivative(self, x: NDArray[np.float64], fixed: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return the derivative with respect to state and parameter, shape (n, n + 1)."""
        return np.column_stack([self.jacobian(x), self.by_parameters(x)])


class EquilibriumBranch(Branch):
    """A branch of equilibria, followed one way until it leaves the range or the domain of a state, or closes."""

    def ends_before(self, points: Sequence[Place], base: Place, there: Place) -> Ending[Place] | None:
        """End where a state leaves its domain."""
        left = _outside(self.zeros, there.x) if self.inside(there) else ""
        return Ending(note=self.stopped(base, f"{left} falls below its minimum")) if left else None


def equilibrium_tracks(curve: EquilibriumCurve) -> list[Path]:
    """Return all branches that pass through one of five values of the parameter in the range.

    A closed branch that lies between two neighbouring values is missed.
    """
    tracks: list[Path] = []
    for p in np.linspace(*curve.system.span, SCANNED_VALUES):
        for z in _scanned(curve.system, float(p)):
            start = curve.with_parameter(curve.point(z, float(p)), float(p))
            if start is not None and not any(curve.on(track, start) for track in tracks):
                tracks.append(followed(partial(EquilibriumBranch, curve), curve, start))
    return tracks


def no_branch(system: System) -> str:
    """Return a note that says why there is no branch of equilibria."""
    values = [float(p) for p in np.linspace(*system.span, SCANNED_VALUES)]
    why = [why_no_rest(system.membrane_at(p), system.current_at(p)) for p in values]
    if all(why):
        middle = why[SCANNED_VALUES // 2]
        return f"No branch of equilibria: none was found at {SCANNED_VALUES} values of {system.parameter}. {middle}."
    return "No branch of equilibria: Newton's method does not converge from the equilibria that were found."


def _outside(zeros: Zeros, x: NDArray[np.float64]) -> str:
    """Return the name of a state that lies below its minimum, or "" if none does."""
    membrane, state = zeros.equations.membrane, zeros.state(x)
    states, scales = membrane.states, state_scales(membrane)
    values = state[len(state) - len(states) :]
    least = (
        one.minimum - DOMAIN_SLACK * max(abs(x), scale) for x, scale, one in zip(values, scales, states, strict=True)
    )
    return next((one.name for x, low, one in zip(values, least, states, strict=True) if x < low), "")


def _scanned(system: System, p: float) -> Iterator[NDArray[np.float64]]:
    """Yield the scaled equilibria at one value of the parameter, from low v to high."""
    with contextlib.suppress(RestError):
        first = rest(system.membrane_at(p), system.current_at(p))
        for state in sorted([first.state, *(one.state for one in first.others)], key=lambda state: float(state[0])):
            yield system.scaled(state)
