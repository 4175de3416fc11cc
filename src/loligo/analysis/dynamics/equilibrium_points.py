"""Saddle-nodes and Hopf points of a branch of equilibria, and the branch as it is shown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from loligo.analysis.dynamics.criticality import lyapunov_coefficient, oscillation
from loligo.analysis.dynamics.diagram import HOPF, SADDLE_NODE, Branch, Point
from loligo.analysis.dynamics.equilibria import EquilibriumCurve, Track, crossings

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEUTRAL = 1e-6  # of the frequency: a Hopf point's growth rate is below
MOVED = 1e-4  # length along the branch over which the slope of the growth rate is taken
CRITICAL = 1e-9  # 1/ms: an eigenvalue so near the imaginary axis counts as on it


def equilibrium_points(curve: EquilibriumCurve, track: Track) -> list[tuple[int, NDArray[np.float64], Point]]:
    """Return the bifurcations of a branch: after which of its points, where on the curve, and what."""

    def turning(_: NDArray[np.float64], tangent: NDArray[np.float64]) -> float:
        return float(tangent[-1])

    def balance(x: NDArray[np.float64], _: NDArray[np.float64]) -> float:
        return _balance(curve.jacobian(x))

    found = [(k, x, _saddle_node(curve, x)) for k, x in crossings(curve, track, turning)]
    if curve.system.size > 1:
        for k, x in crossings(curve, track, balance):
            values = np.linalg.eigvals(curve.jacobian(x))
            turns = values[np.abs(values.imag) > 0]
            if turns.size and (np.abs(turns.real) < NEUTRAL * np.abs(turns.imag)).any():  # else a neutral saddle
                found.append((k, x, _hopf(curve, x, track.tangents[k])))
    return sorted(found, key=lambda one: (one[0], float(track.tangents[one[0]] @ one[1])))


def equilibrium_branch(
    curve: EquilibriumCurve, track: Track, found: list[tuple[int, NDArray[np.float64], Point]]
) -> Branch:
    """Return a branch with its bifurcations in their places."""
    rows = [(x, "") for x in track.points]
    for k, x, point in reversed(found):
        rows.insert(k + 1, (x, point.kind))
    eigenvalues = np.array([_eigenvalues(curve, x) for x, _ in rows])
    states = np.array([curve.system.state(x[:-1]) for x, _ in rows])
    return Branch(
        kind="equilibria",
        values=np.array([curve.value(x) for x, _ in rows]),
        states=states,
        v_min=states[:, 0],
        v_max=states[:, 0],
        periods=np.full(len(rows), np.nan),
        multipliers=eigenvalues,
        unstable=(eigenvalues.real > CRITICAL).sum(axis=1),
        marks=tuple(mark for _, mark in rows),
    )


def _balance(jacobian: NDArray[np.float64]) -> float:
    """Return the product of all sums of two eigenvalues, each over its size: zero where a pair is ``±i omega``."""
    values = np.linalg.eigvals(jacobian)
    first, second = np.triu_indices(len(values), 1)
    sizes = np.abs(values[first]) + np.abs(values[second])
    return float(np.prod((values[first] + values[second]) / np.where(sizes == 0, 1, sizes)).real)


def _eigenvalues(curve: EquilibriumCurve, x: NDArray[np.float64]) -> NDArray[np.complex128]:
    values = np.linalg.eigvals(curve.jacobian(x)).astype(complex)
    return values[np.argsort(-values.real, kind="stable")]


def _saddle_node(curve: EquilibriumCurve, x: NDArray[np.float64]) -> Point:
    values = _eigenvalues(curve, x)
    left = float(np.abs(curve.residual(x)).max())
    state = curve.system.state(x[:-1])
    v = float(state[0])
    return Point(
        kind=SADDLE_NODE,
        value=curve.value(x),
        residual=max(left, float(np.abs(values).min())),
        error=_shift(curve, x, left),
        state=state,
        v_min=v,
        v_max=v,
        period=math.nan,
        multipliers=values,
    )


def _hopf(curve: EquilibriumCurve, x: NDArray[np.float64], along: NDArray[np.float64]) -> Point:
    system, p = curve.system, curve.value(x)
    eigenvalue, _ = oscillation(curve.jacobian(x))
    left = float(np.abs(curve.residual(x)).max())
    state = system.state(x[:-1])
    coefficient = lyapunov_coefficient(system, x[:-1], p)
    return Point(
        kind=HOPF,
        value=p,
        residual=max(left, abs(eigenvalue.real)),
        error=(left + abs(eigenvalue.real)) * _per_growth(curve, x, along) + float(np.spacing(abs(p))),
        state=state,
        v_min=float(state[0]),
        v_max=float(state[0]),
        period=2 * math.pi / eigenvalue.imag,
        multipliers=_eigenvalues(curve, x),
        note="subcritical" if coefficient > 0 else "supercritical" if coefficient < 0 else "of unknown criticality",
        coefficient=coefficient,
    )


def _shift(curve: EquilibriumCurve, x: NDArray[np.float64], residual: float) -> float:
    """Return by how much the parameter would move to take a residual away, and no less than rounding."""
    by_parameter = float(np.abs(curve.derivative(x)[:, -1]).max())
    moved = residual / by_parameter * curve.unit if by_parameter else 0.0
    return moved + float(np.spacing(abs(curve.value(x))))


def _per_growth(curve: EquilibriumCurve, x: NDArray[np.float64], along: NDArray[np.float64]) -> float:
    """Return the change of the parameter per change of the growth rate."""
    tangent = curve.tangent(x, along)
    there = curve.between(x, tangent, MOVED)
    if there is None:
        return math.nan
    growth = oscillation(curve.jacobian(there))[0].real - oscillation(curve.jacobian(x))[0].real
    return abs((curve.value(there) - curve.value(x)) / growth) if growth else math.inf
