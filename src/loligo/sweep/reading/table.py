"""Columns with units in their headers become sweeps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from loligo._errors import ArgumentError, FileFormatError, unknown_name
from loligo.sweep.currents import OF_A_CELL
from loligo.sweep.reading.options import MEASURED, POTENTIALS, TIMES, Asked, spelled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from loligo.sweep.sweep import Sweep

UNITS: Final = {"time": TIMES, "potential": POTENTIALS, "current": {"µA/cm²": 1.0, **OF_A_CELL}}
TIME_SLACK: Final = 1e-3  # allowed difference between columns of times, relative to a sampling interval
PLAYED: Final = ("stimulus", "command", "cmd", "injected", "protocol", "applied")
_HEADER: Final = re.compile(r"\s*(?P<name>.*?)\s*(?:\[(?P<a>[^]]*)\]|\((?P<b>[^)]*)\)|/\s*(?P<c>\S+))?\s*")


class Column(NamedTuple):
    """Numbers with their name and unit."""

    name: str
    unit: str
    values: NDArray[np.float64]

    @property
    def kind(self) -> str:
        """The dimension of its unit: "time", "potential", "current", or "" for any other."""
        return next((kind for kind, own in UNITS.items() if self.unit in own), "")

    @property
    def played(self) -> bool:
        """Whether the column is a protocol rather than a measurement."""
        return self.name.lower().startswith(PLAYED)


def is_unit(text: str) -> bool:
    """Return whether a string is a unit of columns, alone or in brackets."""
    return any(column(f"[{text.strip('[]()')}]", np.empty(0)).unit in own for own in UNITS.values())


def column(header: str, values: NDArray[np.float64]) -> Column:
    """Return a column from a header such as ``v [mV]``, ``v (mV)`` or ``v / mV``."""
    found = _HEADER.fullmatch(header)
    unit = "" if found is None else spelled(found["a"] or found["b"] or found["c"] or "")
    unit = {"µA/cm2": "µA/cm²", "µA/cm^2": "µA/cm²"}.get(unit, unit)
    return Column(header if found is None else found["name"], unit, values)


def renamed(headers: Sequence[str], given: Mapping[str, str]) -> list[str]:
    """Return headers, with those replaced that the caller gives.

    Raises
    ------
    UnknownNameError
        A header is given that the file does not have.
    """
    for wrong in given.keys() - set(headers):
        raise unknown_name("column of this file", wrong, headers)
    return [given.get(header, header) for header in headers]


def sweeps_of(columns: Sequence[Column], asked: Asked, name: str) -> list[Sweep]:
    """Return a sweep for each measured column.

    Raises
    ------
    FileFormatError
        The table has no column of times or none that was measured, or a unit is missing.
    ArgumentError
        The table has potentials and currents, and it is unknown which were measured.
    """
    times = [one for one in columns if one.kind == "time"]
    if not times:
        raise FileFormatError(_missing(columns, "times, such as 't [ms]'"))
    t = times[0].values * TIMES[times[0].unit]
    for later in times[1:]:
        times_of = later.values * TIMES[later.unit]
        if t.size != times_of.size or np.abs(t - times_of).max(initial=0.0) > TIME_SLACK * np.ptp(t) / max(
            t.size - 1, 1
        ):
            raise FileFormatError(
                f"The columns {times[0].name!r} and {later.name!r} are both times, and differ: write a file for each, "
                "with the columns that belong to it, or mark one of them as something else with columns=, as "
                f"{{'{later.name} [{later.unit}]': 'other'}}."
            )
    measured = {kind: [c for c in columns if c.kind == kind and not c.played] for kind in ("potential", "current")}
    played = {kind: [c for c in columns if c.kind == kind and c.played] for kind in ("potential", "current")}
    own = _measured_kind(measured, played, asked, columns)
    other = "current" if own == "potential" else "potential"
    traces, protocols = measured[own], played[other] or (measured[other] if asked.clamp else [])
    if len(protocols) not in (0, 1, len(traces)):
        raise FileFormatError(
            f"There are {len(traces)} measured columns and {len(protocols)} of a protocol: give one, or one for each."
        )
    made = []
    for k, one in enumerate(traces):
        what = protocols[k if len(protocols) > 1 else 0] if protocols else Column("", "", np.empty(0))
        title = name if len(traces) == 1 else f"{name} {one.name}"
        protocol = what.values if what.values.size else None
        made.append(asked.sweep(t, one.values, one.unit, played=protocol, played_unit=what.unit, name=title))
    return made


def _measured_kind(
    measured: dict[str, list[Column]], played: dict[str, list[Column]], asked: Asked, columns: Sequence[Column]
) -> str:
    if asked.clamp:
        (kind,) = MEASURED[asked.clamp]
        if not measured[kind]:
            raise FileFormatError(_missing(columns, f"a measured {kind}"))
        return kind
    kinds = [kind for kind, found in measured.items() if found]
    if len(kinds) == 2 and played["current"] and not played["potential"]:
        return "potential"
    if len(kinds) == 2 and played["potential"] and not played["current"]:
        return "current"
    if len(kinds) == 2:
        raise ArgumentError(
            "There are columns of potentials and of currents: say which were measured, with clamp='current' (for v) "
            "or clamp='voltage'; or name the other column 'stimulus [...]' or 'command [mV]'."
        )
    if not kinds:
        raise FileFormatError(_missing(columns, "a measured potential or current, such as 'v [mV]' or 'current [pA]'"))
    return kinds[0]


def _missing(columns: Sequence[Column], what: str) -> str:
    bare = [one.name or "(no name)" for one in columns if not one.unit]
    strange = [f"{one.name} [{one.unit}]" for one in columns if one.unit and not one.kind]
    hint = ""
    if strange:
        known = ", ".join(unit for own in UNITS.values() for unit in own)
        hint = f" The unit of {', '.join(map(repr, strange[:5]))} is unknown; known are {known}."
    if bare:
        hint += f" Units are missing for {', '.join(map(repr, bare[:5]))}: write them into the header, or "
        hint += "say what each column is with columns=, such as {'i': 'current [nA]'}."
    return f"There is no column of {what}.{hint}"
