"""The work that a member may take: a number of steps that depends on its own run and on no other member.

The limit is based on the *pace* of the plan's membrane: the largest eigenvalue of its Jacobian in the range of v in a
spike. A member that needs more is run again, once, with the limit for its own parameters and stimulus. An explicit
method needs one step for two or three inverses of the pace; spikes of the published models need a tenth of the limit.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.kernel import compiled
from loligo.resting import rest_or_reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.kernel import Kernel
    from loligo.membrane import Membrane
    from loligo.population.blocks.stimuli import Shapes
    from loligo.population.plan import Plan

STEPS_PER_PACE: Final = 3.5  # steps allowed in the inverse of the largest eigenvalue, at a tolerance of 1e-4
MOST_FASTER: Final = 10.0  # a member's own pace counts up to this multiple of the pace of the plan's membrane
LEAST: Final = 2_000  # steps allowed in addition, enough for a variable to overflow
FROM, TO, POINTS = -2.0, 10.0, 25  # range of v in a spike, in scales of v from the rest, and number of potentials in it
WITHOUT_PACE: Final = 5_000_000  # steps allowed if no eigenvalue is finite
ORDER: Final = 5  # order of the methods: the number of steps grows with the tolerance to the power of -1/5
PER_PIECE: Final = 20  # steps allowed in addition for a piece of the stimulus
FREE_PIECES: Final = 8  # number of pieces for which no steps are added
PER_RADIAN: Final = 2  # steps allowed in addition for a radian of a wave


def work_limit(plan: Plan) -> int:
    """Return how many steps a member may take at first, independent of its block."""
    return plan.most_steps if plan.most_steps is not None else _steps(plan, pace_of(plan.membrane))


def own_work_limit(plan: Plan, parameters: NDArray[np.float64]) -> int:
    """Return how many steps a member may take with its own parameters (parameters,), which may be faster."""
    kernel, _ = compiled(plan.membrane)
    of_plan, at_rest = pace_of(plan.membrane), _at_rest(plan.membrane)
    own = _fastest(kernel, at_rest, plan.membrane.v_scale, kernel.prepared_from(parameters))
    return _steps(plan, min(max(own, of_plan), MOST_FASTER * of_plan))


def _steps(plan: Plan, pace: float) -> int:
    if not pace:
        return WITHOUT_PACE
    finer = max((1e-4 / plan.tolerance) ** (1.0 / ORDER), 1.0)
    return int(min(LEAST + STEPS_PER_PACE * finer * pace * plan.duration, 2.0**52))


@lru_cache(maxsize=64)
def pace_of(membrane: Membrane) -> float:
    """Return the largest eigenvalue of the Jacobian over the range of v in a spike, or 0 [1/ms].

    Gates are settled at each v; further states are at rest, or at their guesses if there is no rest.
    """
    kernel, q = compiled(membrane)
    return _fastest(kernel, _at_rest(membrane), membrane.v_scale, q)


@lru_cache(maxsize=64)
def _at_rest(membrane: Membrane) -> tuple[float, ...]:
    at_rest = rest_or_reason(membrane)
    if not isinstance(at_rest, str):
        return tuple(at_rest.state.tolist())
    guesses = [each.initial for each in membrane.states]
    return (0.0,) * (len(membrane.variables) - len(guesses)) + tuple(guesses)


def _fastest(kernel: Kernel, at_rest: tuple[float, ...], v_scale: float, q: NDArray[np.float64]) -> float:
    pace = 0.0
    with np.errstate(all="ignore"):
        for v in at_rest[0] + v_scale * np.linspace(FROM, TO, POINTS):
            row = np.array((v, *at_rest[1:]))
            jacobian = kernel.jacobian(kernel.steady(row, q), q)
            if np.isfinite(jacobian).all():
                pace = max(pace, float(abs(np.linalg.eigvals(jacobian)).max()))
    return float(f"{pace:.3g}") if math.isfinite(pace) else 0.0  # last bits of eigenvalues depend on the memory


def work_of_stimulus(shapes: Shapes, member: int) -> int:
    """Return how many more steps a member may take because of the edges and waves of its stimulus."""
    offsets, edges, _, _, waves, *rows = shapes.stimuli[:7]
    k = int(shapes.which[member])
    first, last = int(offsets[k]), int(offsets[k + 1])
    lengths = np.diff(edges[first + k : last + k + 1])
    turns = 0.0
    if rows[0].size:
        each = np.repeat(lengths, np.diff(waves[first : last + 1]))
        own = [row[int(waves[first]) : int(waves[last])] for row in rows]
        omega, chirp = (np.maximum(*(abs(row[:, column]) for row in own)) for column in (2, 3))
        turns = float(((omega + chirp * each) * each).sum())
    extra = PER_PIECE * max(last - first - FREE_PIECES, 0) + PER_RADIAN * turns
    return int(min(extra, 2**52))
