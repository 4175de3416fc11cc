"""Checks of the points of a diagram, before they are returned."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.dynamics.branch import HOPF, SADDLE_NODE
from loligo.resting import state_scales

if TYPE_CHECKING:
    from loligo.dynamics.branch import Point
    from loligo.dynamics.system import System

MAX_RESIDUAL: Final = 1e-6  # relative to the fastest rate for an equilibrium; in scaled variables for a cycle
# how far a gate may lie outside 0 to 1, and a further state below its minimum as a fraction of itself or its scale
DOMAIN_SLACK: Final = 1e-6


def doubt(system: System, point: Point) -> str:
    """Return a note that says why a point is left out; "" if it passes all checks.

    Value, state and error are finite; the residual is small compared to the rates there; gates lie in [0, 1] and states
    above their minimum; the point lies in the range.
    """
    membrane = system.membrane
    gates = point.state[1 : len(point.state) - len(membrane.states)]
    pools = point.state[len(point.state) - len(membrane.states) :]
    rate = _rate(system, point) if point.kind in (HOPF, SADDLE_NODE) else 1.0
    checks = {
        "it is not finite": math.isfinite(point.value) and bool(np.isfinite(point.state).all()),
        "its error is unknown": math.isfinite(point.error) and point.error >= 0,
        "its residual is too large": point.residual < MAX_RESIDUAL * rate,
        "a gate lies outside 0 to 1": bool(((gates > -DOMAIN_SLACK) & (gates < 1 + DOMAIN_SLACK)).all()),
        "a state lies below its minimum": all(
            x >= one.minimum - DOMAIN_SLACK * max(abs(x), scale)
            for x, scale, one in zip(pools, state_scales(membrane), membrane.states, strict=True)
        ),
        "it lies outside the range": system.inside(point.value),
    }
    failed = [why for why, fine in checks.items() if not fine]
    return left_out(system, point.kind, point.value, failed[0]) if failed else ""


def _rate(system: System, point: Point) -> float:
    """Return the fastest rate at an equilibrium, or the rate of change caused by a tenth of the range [1/ms]."""
    by_parameter = system.by_parameter(system.scaled(point.state[None]), point.value)[0] * system.width / 10
    return float(max(np.abs(point.multipliers).max(), np.abs(by_parameter).max()))


def left_out(system: System, kind: str, value: float, why: str) -> str:
    """Return a note about a point that is left out."""
    return f"A {kind} near {system.said(value)} is left out: {why}."
