"""The saddle-nodes and Hopf points of a branch of equilibria, and the branch with these points inserted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo.dynamics.branch import HOPF, SADDLE_NODE, Branch, Point, of_rows
from loligo.dynamics.criticality import lyapunov_coefficient, oscillation, sorted_eigenvalues
from loligo.dynamics.equilibria import EquilibriumCurve
from loligo.dynamics.verification import doubt
from loligo.dynamics.zeros import Path, crossings

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_RELATIVE_GROWTH = 1e-6  # largest growth rate at a Hopf point, as a fraction of the frequency
GROWTH_STEP = 1e-4  # length along the branch over which the slope of the growth rate is taken
CRITICAL_RATE = 1e-10  # fraction of the fastest rate: an eigenvalue this close to the imaginary axis counts as on it


def equilibrium_points(
    curve: EquilibriumCurve, track: Path
) -> tuple[list[tuple[int, NDArray[np.float64], Point]], list[str]]:
    """Return the bifurcations of a branch (index of the point before, place on the curve, point), and notes."""

    def turning(before: NDArray[np.float64], x: NDArray[np.float64]) -> float:
        return float(curve.tangent(x, before)[-1])

    def balance(_: NDArray[np.float64], x: NDArray[np.float64]) -> float:
        return _balance(curve.jacobian(x))

    turns = track.tangents[:, -1].tolist()
    found = [(k, x, _saddle_node(curve, x)) for k, x in crossings(curve, track, turns, turning)]
    if curve.system.size > 1:
        balances = [_balance(curve.jacobian(x)) for x in track.points]
        for k, x in crossings(curve, track, balances, balance):
            values = np.linalg.eigvals(curve.jacobian(x))
            pairs = values[np.abs(values.imag) > 0]
            if (np.abs(pairs.real) < MAX_RELATIVE_GROWTH * np.abs(pairs.imag)).any():  # else a neutral saddle
                found.append((k, x, _hopf(curve, x, track.tangents[k])))
    doubts = [doubt(curve.system, point) for _, _, point in found]
    sure = [one for one, why in zip(found, doubts, strict=True) if not why]
    return sorted(sure, key=lambda one: (one[0], float(track.tangents[one[0]] @ one[1]))), [
        why for why in doubts if why
    ]


def equilibrium_branch(
    curve: EquilibriumCurve, track: Path, found: list[tuple[int, NDArray[np.float64], Point]]
) -> Branch:
    """Return a branch with its bifurcations inserted."""
    rows = [_row(curve, x, "") for x in track.points]
    for k, x, point in reversed(found):
        rows.insert(k + 1, _row(curve, x, point.kind))
    return of_rows(Branch, "equilibria", rows)


def _row(curve: EquilibriumCurve, x: NDArray[np.float64], mark: str) -> tuple[Any, ...]:
    """Return an equilibrium as a row of its branch."""
    state, values = curve.state(x), sorted_eigenvalues(curve.jacobian(x))
    unstable = int((values.real > CRITICAL_RATE * np.abs(values).max()).sum())
    return curve.value(x), state, state[0], state[0], math.nan, values, unstable, mark


def _balance(jacobian: NDArray[np.float64]) -> float:
    """Return the product of all normalised sums of two eigenvalues: zero where a pair is ``±i omega``."""
    values = np.linalg.eigvals(jacobian)
    first, second = np.triu_indices(len(values), 1)
    sizes = np.abs(values[first]) + np.abs(values[second])
    return float(np.prod((values[first] + values[second]) / np.where(sizes == 0, 1, sizes)).real)


def _saddle_node(curve: EquilibriumCurve, x: NDArray[np.float64]) -> Point:
    values = sorted_eigenvalues(curve.jacobian(x))
    left = float(np.abs(curve.residual(x)).max())
    state = curve.state(x)
    v = float(state[0])
    return Point(
        kind=SADDLE_NODE,
        value=curve.value(x),
        residual=max(left, float(np.abs(values).min())),
        error=_shift(curve, x),
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
    state = system.state(x[:-1], p)
    coefficient = lyapunov_coefficient(system, x[:-1], p)
    return Point(
        kind=HOPF,
        value=p,
        residual=max(left, abs(eigenvalue.real)),
        error=_growth_error(curve, x) * _per_growth(curve, x, along) + float(np.spacing(abs(p))),
        state=state,
        v_min=float(state[0]),
        v_max=float(state[0]),
        period=2 * math.pi / eigenvalue.imag,
        multipliers=sorted_eigenvalues(curve.jacobian(x)),
        note="subcritical" if coefficient > 0 else "supercritical" if coefficient < 0 else "of unknown criticality",
        coefficient=coefficient,
    )


def _uncertainty(curve: EquilibriumCurve, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the residual of each equation, plus its change with the last digits of state and parameter [1/ms]."""
    left: NDArray[np.float64] = np.abs(curve.residual(x)) + np.finfo(float).eps * np.abs(curve.derivative(x)) @ np.abs(
        x
    )
    return left


def _shift(curve: EquilibriumCurve, x: NDArray[np.float64]) -> float:
    """Return the shift of a saddle-node due to the uncertainty of the equations along their left null vector."""
    sides, _, _ = np.linalg.svd(curve.jacobian(x))
    null = np.abs(sides[:, -1])
    by_parameter = abs(float(sides[:, -1] @ curve.derivative(x)[:, -1]))
    if by_parameter == 0.0:
        return math.inf
    return float(null @ _uncertainty(curve, x)) / by_parameter * curve.system.unit + float(
        np.spacing(abs(curve.value(x)))
    )


def _growth_error(curve: EquilibriumCurve, x: NDArray[np.float64]) -> float:
    """Return the residual growth rate at a Hopf point, including the effect of the uncertainty of its state [1/ms]."""
    jacobian = curve.jacobian(x)
    growth = oscillation(jacobian)[0].real
    moved = np.append(np.abs(np.linalg.inv(jacobian)) @ _uncertainty(curve, x), 0.0)
    factor = GROWTH_STEP / max(float(moved.max()), 1e-300)  # a difference well above rounding
    beside = oscillation(curve.jacobian(x + factor * moved))[0].real
    rounding = float(np.finfo(float).eps * np.linalg.norm(jacobian))
    return float(abs(growth) + abs(beside - growth) / factor + rounding)


def _per_growth(curve: EquilibriumCurve, x: NDArray[np.float64], along: NDArray[np.float64]) -> float:
    """Return the change in the parameter per change in the growth rate."""
    tangent = curve.tangent(x, along)
    for length in (GROWTH_STEP, -GROWTH_STEP, GROWTH_STEP / 10):
        there = curve.between(x, tangent, length)
        if there is not None:
            growth = oscillation(curve.jacobian(there))[0].real - oscillation(curve.jacobian(x))[0].real
            return abs((curve.value(there) - curve.value(x)) / growth) if growth else math.inf
    return math.nan
