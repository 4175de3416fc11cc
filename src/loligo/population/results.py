"""The results of a block: the columns of a table, from the output of lanes and features, with statuses and reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.integrate.status import DIVERGED, DONE, NO_REST, NO_SENSE, TOO_MANY_STEPS
from loligo.population.features.computation import ROWS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.population.plan import Plan

STATUS: Final = {
    DONE: ("ok", ""),
    DIVERGED: ("diverged", "a variable became infinite or NaN"),
    TOO_MANY_STEPS: ("work limit", "it needs more steps than its work limit: allow more with most_steps="),
    NO_REST: ("no rest", "no equilibrium was found to start from"),
    NO_SENSE: ("invalid", "its parameters overflow single precision: use precision='double'"),
}
BESIDE: Final = "began just above its rest, which is unstable"
Columns = dict[str, "NDArray[Any]"]


def columns_of(
    plan: Plan, spikes: NDArray[np.int64], values: NDArray[np.float64], status: NDArray[np.int64], reasons: NDArray[Any]
) -> Columns:
    """Return the columns of a block's table.

    Parameters
    ----------
    plan : Plan
    spikes : array of int (members,)
        The number of each member's spikes.
    status : array of int (members,)
        How each member's run ended, as in `loligo.integrate.status`.
    values : array (features, members)
        The rows of `loligo.population.features.computation`.
    reasons : array of str (members,)
        The reason for each member's status; empty if it is the usual one for that status.
    """
    table: Columns = {}
    failed = status != DONE
    for feature in plan.computed:
        if feature.compute is None:
            table[feature.name] = np.where(failed, -1, spikes)
        elif feature.words:
            words = np.array([*feature.words, ""], dtype=object)
            table[feature.name] = words[np.where(failed, -1, values[ROWS[feature.name]]).astype(np.int64)]
        else:
            table[feature.name] = np.where(failed, np.nan, values[ROWS[feature.name]])
    words, usual = (np.array([STATUS.get(code, ("", ""))[k] for code in range(NO_SENSE + 1)], object) for k in (0, 1))
    table["status"] = words[status]
    table["reason"] = np.where(reasons == "", usual[status], reasons)
    return table


def ragged(times: NDArray[np.float64], spikes: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return a row of spike times for each member, from times of shape (kept, members)."""
    rows = np.empty(len(spikes), dtype=object)
    for member, count in enumerate(spikes):
        rows[member] = times[:count, member].copy()
    return rows
