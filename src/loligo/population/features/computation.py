"""All computed features, as one compiled function of the `Observed` of a member."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from loligo.population.features import FEATURES
from loligo.population.features.feature import compiled

COMPUTED: Final = tuple(dict.fromkeys(feature.compute for feature in FEATURES.values() if feature.compute))
ROWS: Final = {feature.name: COMPUTED.index(feature.compute) for feature in FEATURES.values() if feature.compute}


def _from_row(row: int) -> Callable[[Any, Any, int], None]:
    """Return a function that sets a member's values from a row on: that of one feature, then of those after it."""
    if row == len(COMPUTED):

        @compiled
        def nothing(observed: Any, values: Any, member: int) -> None:
            pass

        return nothing
    compute, others = COMPUTED[row], _from_row(row + 1)

    @compiled
    def one_and_others(observed: Any, values: Any, member: int) -> None:
        values[row, member] = compute(observed)
        others(observed, values, member)

    return one_and_others


set_features: Final = _from_row(0)
