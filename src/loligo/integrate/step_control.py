"""Step control: how much longer or shorter the next step is, for one neuron, the voltage clamp and many lanes.

Errors are in units of the largest accepted error. After a step of error e1, with e0 that of the step before, the next
step is ``SAFETY exp((memory log(e0) - present log(e1)) / order)`` times as long: a proportional and integral
controller (Hairer & Wanner, Solving Ordinary Differential Equations II, section IV.2, equation 2.43c). After a
rejected step, and under a voltage clamp, it is ``SAFETY e1**(-1 / order)`` times as long.

Compiled code of one neuron calls the functions below. `loligo.lanes.control` has no branches and rough logarithms to
base 2, so it writes the same rule with the coefficients of `LANES`.
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

from loligo.kernel.entries import inlined

SAFETY: Final = 0.9  # fraction of the step that the error allows
LEAST, MOST = 0.2, 6.0  # bounds of the factor between two steps
LEAST_ERROR: Final = 1e-4  # a smaller error of the step before counts as this
LOG_LEAST_ERROR: Final = math.log(LEAST_ERROR)
INVALID: Final = 0.1  # the factor after a step whose error is infinite or NaN
INVALID_AT_SWITCH: Final = 0.5  # the same where a step was to end at a switch
MEMORY, PRESENT = 0.4, 0.7  # powers of the error of the step before, and of this one
AT_BOUNDARY: Final = 0.5  # fraction of a method's stability region: a step beyond it is limited by stability


class Rough(NamedTuple):
    """The coefficients for lanes, for the order of their steps: base-2 logarithms, rounded to the digits that matter.

    ``rejected`` is the power of the error by which a rejected step becomes shorter, ``most_rejected`` its upper bound.
    """

    memory: float
    present: float
    rejected: float
    safety: float
    least: float
    most: float
    most_rejected: float
    least_error: float


LANES: Final = Rough(
    memory=0.2 / 5, present=0.8 / 5, rejected=-1 / 5,
    safety=round(math.log2(SAFETY), 3), least=round(math.log2(LEAST), 2), most=round(math.log2(MOST), 3),
    most_rejected=round(math.log2(SAFETY), 2), least_error=round(math.log2(LEAST_ERROR), 1),
)  # fmt: skip


def weighed(this: Any, last: Any, memory: float, present: float) -> Any:
    """Return the logarithm of what the errors of a step and of the one before allow; `loligo.lanes` traces it."""
    return last * memory - this * present


_weighed = inlined(weighed)


@inlined
def growth(this_log: float, last_log: float, order: int) -> float:
    """Return the ratio of the next step to an accepted one."""
    factor = SAFETY * math.exp(_weighed(this_log, last_log, MEMORY, PRESENT) / order)
    return min(MOST, max(LEAST, factor))


@inlined
def shrinkage(error: float, order: int, invalid: float) -> float:
    """Return the ratio of the next step to a rejected one; ``invalid`` is that where the error is infinite or NaN."""
    share: float = max(LEAST, SAFETY * error ** (-1.0 / order)) if math.isfinite(error) else invalid
    return share


@inlined
def change(error: float, order: float) -> float:
    """Return the ratio of the next step to this one, accepted or rejected, from its own error alone."""
    if not math.isfinite(error):
        return INVALID
    root = math.sqrt(math.sqrt(math.sqrt(error))) if order == 8.0 else error ** (1.0 / order)
    return max(LEAST, SAFETY / max(root, SAFETY / MOST))
