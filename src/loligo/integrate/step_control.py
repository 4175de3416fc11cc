"""Step control, on numbers of one neuron and on vectors of lanes: how much longer or shorter the next step is.

After a step of error e1, with e0 that of the step before, both in units of what is just accepted, the next is as many
times as long as ``SAFETY exp((memory log(e0) - present log(e1)) / order)``, which is a proportional and integral
controller (Hairer & Wanner, Solving Ordinary Differential Equations II, section IV.2, equation 2.43c).
"""

from __future__ import annotations

import math
from typing import Any

from loligo.kernel.entries import inlined

SAFETY, LEAST, MOST = 0.9, 0.2, 6.0  # how much of what the error allows is taken; a step changes by no other factor
MEMORY, PRESENT = 0.4, 0.7


def weighed(this: Any, last: Any, memory: float, present: float) -> Any:
    """Return the logarithm of what the errors of a step and of the one before allow; `loligo.lanes` traces it."""
    return last * memory - this * present


_weighed = inlined(weighed)


@inlined
def growth(this_log: float, last_log: float, order: int) -> float:
    """Return the factor from an accepted step to the next."""
    factor = SAFETY * math.exp(_weighed(this_log, last_log, MEMORY, PRESENT) / order)
    return min(MOST, max(LEAST, factor))


@inlined
def shrinkage(error: float, order: int, without: float) -> float:
    """Return the factor from a rejected step to the next; ``without`` is that where there is no error."""
    share: float = max(LEAST, SAFETY * error ** (-1.0 / order)) if math.isfinite(error) else without
    return share
