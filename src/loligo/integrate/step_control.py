"""Step control: how much longer or shorter the next step is, for one neuron, the voltage clamp and many lanes.

Errors are in units of the largest accepted error. After a step of error e1, with e0 that of the step before, the next
step is ``SAFETY exp((memory log(e0) - present log(e1)) / order)`` times as long: a proportional-integral controller
(Hairer & Wanner, Solving Ordinary Differential Equations II, section IV.2, equation 2.43c). After a rejected step, and
under a voltage clamp, the next step is ``SAFETY e1**(-1 / order)`` times as long.

Compiled code of one neuron calls the functions below. `loligo.lanes.control` is branch-free and uses rough base-2
logarithms, so it writes the same rule with the coefficients of `LANES`.
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

from loligo.kernel.entries import inlined

SAFETY: Final = 0.9  # the next step is this fraction of the step that the error would allow
LEAST, MOST = 0.2, 6.0  # bounds of the ratio of a step to the step before
LEAST_ERROR: Final = 1e-4  # a smaller error of the step before is replaced by this one
LOG_LEAST_ERROR: Final = math.log(LEAST_ERROR)
INVALID: Final = 0.1  # ratio of the next step to a step whose error is infinite or NaN
INVALID_AT_SWITCH: Final = 0.5  # the same ratio if the rejected step should have ended at a switch
MEMORY, PRESENT = 0.4, 0.7  # powers of the error of the step before, and of the error of this step
AT_BOUNDARY: Final = 0.5  # fraction of a method's stability region beyond which a step counts as limited by stability


class Rough(NamedTuple):
    """The coefficients for the lanes' order, for base-2 logarithms, rounded to the digits that matter.

    A rejected step is multiplied by the error to the power ``rejected``, and by at most 2 to ``most_rejected``.
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
    """Return the logarithm of the step ratio that the last two errors allow; `loligo.lanes` traces this function."""
    return last * memory - this * present


_weighed = inlined(weighed)


@inlined
def growth(this_log: float, last_log: float, order: int) -> float:
    """Return the ratio of the next step to an accepted one."""
    factor = SAFETY * math.exp(_weighed(this_log, last_log, MEMORY, PRESENT) / order)
    return min(MOST, max(LEAST, factor))


@inlined
def shrinkage(error: float, order: int, invalid: float) -> float:
    """Return the ratio of the next step to a rejected one; ``invalid`` is the ratio if the error is infinite or NaN."""
    share: float = max(LEAST, SAFETY * error ** (-1.0 / order)) if math.isfinite(error) else invalid
    return share


@inlined
def change(error: float, order: float) -> float:
    """Return the ratio of the next step to this one, accepted or rejected, from its own error alone."""
    if not math.isfinite(error):
        return INVALID
    root = math.sqrt(math.sqrt(math.sqrt(error))) if order == 8.0 else error ** (1.0 / order)
    return max(LEAST, SAFETY / max(root, SAFETY / MOST))
