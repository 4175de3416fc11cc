"""The units of values that vary in a population, and of its results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loligo._units import CAPACITANCE, CELSIUS, CONDUCTANCE, CURRENT, KHZ, MS, MV
from loligo.population.features import FEATURES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loligo.membrane import Membrane
    from loligo.stimulus import Stimulus

START: Final = "initial_"  # prefix of a variable's name: the column is its initial value
GRADIENT: Final = "spike_gradient_"  # prefix of the name of a number: the column is the derivatives of spike times
_KNOWN: Final = {
    "C": CAPACITANCE, "celsius": CELSIUS, "reference_celsius": CELSIUS, "phase": "rad", f"{START}v": MV,
    **dict.fromkeys(("amplitude", "offset", "mean"), CURRENT),
    **dict.fromkeys(("start", "stop", "width", "tau", "dt", "spike_times"), MS),
    **dict.fromkeys(("frequency", "first", "last"), KHZ),
    **{name: feature.unit for name, feature in FEATURES.items()},
}  # fmt: skip
_BY_LETTER: Final = {"g_": CONDUCTANCE, "E_": MV}


def usual_unit(column: str) -> str:
    """Return the unit of a column from its name, ``""`` for pure numbers and unknown names."""
    return _KNOWN.get(column) or _BY_LETTER.get(column[:2], "")


def unit_of(membrane: Membrane, column: str) -> str:
    """Return the unit of a column of the members of a population, or of its table of results."""
    if column in membrane.parameters:
        return membrane.parameters[column].unit
    if column.startswith(GRADIENT):
        own = unit_of(membrane, column.removeprefix(GRADIENT))
        return f"{MS} per {own}" if own else MS
    of_states = {f"{START}{state.name}": state.unit for state in membrane.states}
    return of_states.get(column) or usual_unit(column)


def units_of(membrane: Membrane, stimulus: Stimulus, columns: Iterable[str]) -> dict[str, str]:
    """Return the unit of each column for members under a stimulus, whose ``amplitude`` may be a pure factor."""
    units = {column: unit_of(membrane, column) for column in columns}
    if stimulus.amplitude_is_factor and "amplitude" in units and "amplitude" not in membrane.parameters:
        units["amplitude"] = ""
    if stimulus.amplitude_is_factor and f"{GRADIENT}amplitude" in units and "amplitude" not in membrane.parameters:
        units[f"{GRADIENT}amplitude"] = MS
    return units
