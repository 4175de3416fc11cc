"""Interventions for the members of a population, as rows of numbers for the pieces of time of a run."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from loligo.intervention import Hold, Reset, edges_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from loligo.intervention import Intervention

AT_REST = np.inf  # stands for the value at a member's own rest
AS_IT_IS = np.nan


@dataclass(frozen=True, eq=False)
class Act:
    """The intervention in the variables of every member from a time on.

    Attributes
    ----------
    start : float
        [ms]
    held : array (variables,)
        1 where a variable is held, else 0.
    put : array (variables,)
        Values to which variables are set at the start: `AS_IT_IS`, `AT_REST` or a number.
    """

    start: float
    held: NDArray[np.float64]
    put: NDArray[np.float64]


def acts_of(variables: Sequence[str], interventions: Sequence[Intervention], duration: float) -> list[Act]:
    """Return the act at each time at which something changes, the first at 0; empty without interventions.

    Parameters
    ----------
    variables : sequence of str
    interventions : sequence of Hold and Reset
        As `loligo.simulation.schedule.checked_interventions` returns them.
    duration : float
        Duration of the run [ms].
    """
    if not interventions:
        return []
    edges = sorted({0.0, duration} | {edge for edge in edges_of(interventions) if edge < duration})
    found = []
    for start, _ in pairwise(edges):
        act = Act(start, np.zeros(len(variables)), np.full(len(variables), AS_IT_IS))
        for one in interventions:
            if isinstance(one, Reset) and one.at == start:
                for name, value in one.values:
                    act.put[variables.index(name)] = _coded(value)
            elif isinstance(one, Hold) and one.start <= start < one.end:
                act.held[variables.index(one.variable)] = 1.0
        for one in interventions:
            if isinstance(one, Hold) and one.start == start and one.value != "now":
                act.put[variables.index(one.variable)] = _coded(one.value)
        found.append(act)
    return found


def _coded(value: float | str) -> float:
    return AT_REST if isinstance(value, str) else value
