"""Features of members, computed from the records of their runs; a new feature is a small file and a line here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from loligo._errors import ArgumentError, unknown_name
from loligo.population.features.activity import ACTIVITY
from loligo.population.features.feature import Feature
from loligo.population.features.intervals import ADAPTATION_INDEX, ISI_CV
from loligo.population.features.mean_frequency import MEAN_FREQUENCY
from loligo.population.features.shape import AP_AMPLITUDE, AP_DURATION_HALF_WIDTH, PEAK_VOLTAGE
from loligo.population.features.spike_count import SPIKE_COUNT
from loligo.population.features.time_to_first_spike import TIME_TO_FIRST_SPIKE
from loligo.population.features.voltages import MINIMUM_VOLTAGE, STEADY_STATE_VOLTAGE, VOLTAGE_BASE

FEATURES: Final[dict[str, Feature]] = {
    feature.name: feature
    for feature in (
        SPIKE_COUNT,
        ACTIVITY,
        TIME_TO_FIRST_SPIKE,
        MEAN_FREQUENCY,
        ISI_CV,
        ADAPTATION_INDEX,
        PEAK_VOLTAGE,
        AP_AMPLITUDE,
        AP_DURATION_HALF_WIDTH,
        MINIMUM_VOLTAGE,
        VOLTAGE_BASE,
        STEADY_STATE_VOLTAGE,
    )
}


def features_named(names: str | Iterable[str]) -> tuple[Feature, ...]:
    """Return features by name, in the order given.

    Raises
    ------
    UnknownNameError
        The feature does not exist; the message lists all features.
    ArgumentError
        A name is given twice, or an argument is not a name.
    """
    if not isinstance(names, Iterable):
        raise ArgumentError(f"features is a name or several of them, e.g. ['spike_count']; got {names!r}.")
    wanted = (names,) if isinstance(names, str) else tuple(names)
    for name in wanted:
        if not isinstance(name, str) or name not in FEATURES:
            raise unknown_name("feature", name, FEATURES)
    if len(set(wanted)) < len(wanted):
        raise ArgumentError(f"A feature is named twice: {', '.join(wanted)}.")
    return tuple(FEATURES[name] for name in wanted)
