"""The numbers of a stimulus that vary from member to member, and stimuli with other numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import LoligoError
from loligo.stimulus import Noise

if TYPE_CHECKING:
    from loligo.population.members import Members
    from loligo.stimulus import Stimulus

LOOKED_AT: Final = 1000  # largest number of members whose noise is checked before a run


def own_amplitude(stimulus: Stimulus) -> float:
    """Return the amplitude of a stimulus; for a sum or samples, the factor."""
    return float(getattr(stimulus, "factor" if stimulus.amplitude_is_factor else "amplitude", 1.0))


def settable(stimulus: Stimulus) -> set[str]:
    """Return the names of the numbers of a stimulus that may vary from member to member."""
    own = {f.name: getattr(stimulus, f.name) for f in fields(stimulus)}  # type: ignore[arg-type]
    return {name for name, value in own.items() if value is None or isinstance(value, (float, int))} | {"amplitude"}


def with_numbers(stimulus: Stimulus, numbers: Mapping[str, float]) -> Stimulus:
    """Return a stimulus with other numbers; ``amplitude`` is what `loligo.stimulus.Stimulus.with_amplitude` takes.

    Raises
    ------
    LoligoError
        A number is invalid for the stimulus.
    """
    fresh = {
        name: int(value) if isinstance(getattr(stimulus, name), int) and value.is_integer() else value
        for name, value in numbers.items()
        if name != "amplitude"
    }
    played = replace(stimulus, **fresh) if fresh else stimulus  # type: ignore[type-var]
    return played.with_amplitude(numbers["amplitude"]) if "amplitude" in numbers else played


def widest_spacing(stimulus: Stimulus, members: Members, parameters: Iterable[str]) -> Stimulus:
    """Return the stimulus of the member whose noise has the longest dt for its tau, among the first `LOOKED_AT`."""
    own = {"dt", "tau"} & set(members.names) - set(parameters)
    if not (own and isinstance(stimulus, Noise)):
        return stimulus
    columns = members.columns(0, min(members.size, LOOKED_AT))
    dt = columns["dt"] if "dt" in own else np.full(1, stimulus.spacing)
    widest = int(np.argmax(np.nan_to_num(dt / (columns["tau"] if "tau" in own else stimulus.tau), nan=0.0)))
    try:
        return with_numbers(stimulus, {name: float(columns[name][widest]) for name in own})
    except LoligoError:  # the status of the member will report the error
        return stimulus
