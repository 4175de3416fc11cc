"""The records of a member: numbers for each of its spikes, and totals. A new number is a field here and a formula."""

from __future__ import annotations

from typing import Any, NamedTuple


class Spike(NamedTuple):
    """The record of a spike.

    Attributes
    ----------
    crossing : float
        Time at which v crosses the spike level upwards [ms].
    peak_time : float
        Time of the highest v [ms].
    peak : float
        The highest v [mV].
    begin : float
        Potential at which v last rises by 10 mV/ms before the peak [mV].
    width : float
        Time from half height (between beginning and peak) on the way up to the same v on the way down [ms].
    """

    crossing: float
    peak_time: float
    peak: float
    begin: float
    width: float


class Totals(NamedTuple):
    """The totals of a member.

    Attributes
    ----------
    minimum : float
        The lowest v during the stimulus [mV].
    base : float
        The mean of v before the stimulus [mV].
    steady : float
        The mean of v after the stimulus [mV].
    forgot : float
        1 if too few steps were stored to find the half height on a spike's way up.
    """

    minimum: float
    base: float
    steady: float
    forgot: float


# the fields of SPIKE and TOTALS are the indices of the numbers in a record
SPIKE: Any = Spike(*range(len(Spike._fields)))
TOTALS: Any = Totals(*range(len(Totals._fields)))
NUMBERS = 8  # numbers for which a record has room: a cache line, so that no two threads write to the same line
