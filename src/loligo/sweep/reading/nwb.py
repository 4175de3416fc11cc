"""Intracellular sweeps of NWB files, with h5py: no other file is opened, and sizes are checked before data are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from loligo._bounded import MEGABYTE, too_long
from loligo._errors import FileFormatError
from loligo._optional import optional
from loligo.sweep.reading.clocks import at_times_of
from loligo.sweep.reading.options import HOW, POTENTIALS, TIMES, Asked, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from loligo.sweep.sweep import Sweep

MEASURED: Final = {"CurrentClampSeries": "mV", "IZeroClampSeries": "mV", "VoltageClampSeries": "nA"}
UNITS: Final = {"volts": "V", "volt": "V", "amperes": "A", "ampere": "A", "seconds": "s", "second": "s"}
SAID: Final = (
    ("capacitance", "whole_cell_capacitance_comp", 1e12),  # pF
    ("series_resistance", "whole_cell_series_resistance_comp", 1e-6),  # MΩ
)
PLACES: Final = ("acquisition", "stimulus/presentation")
TABLE: Final = "general/intracellular_ephys/intracellular_recordings"
MOST_SERIES: Final = 100_000
MOST_LINKS: Final = 20  # length of the longest chain of links that is followed


class Part(NamedTuple):
    """A range of samples of a series: the first one and their number."""

    series: Any
    first: int
    size: int

    @property
    def samples(self) -> slice:
        """The samples as a slice."""
        return slice(self.first, self.first + self.size)


def read_nwb(path: Path, asked: Asked) -> list[Sweep]:
    """Return the sweeps of a file, in the order of their names.

    A stimulus belongs to the response in the same row of the table of intracellular recordings, which may select
    samples of each, or else to the response with the same sweep number and electrode.

    Raises
    ------
    FileFormatError
        The file has no intracellular series, or one is too long or in another file.
    MissingPackageError
        h5py is not installed.
    """
    with optional("h5py", "files").File(path, "r") as file:
        responses, stimuli = ({one.name: one for one in _series(file, place)} for place in PLACES)
        left = asked.most_megabytes * MEGABYTE
        made = []
        for response, stimulus in _pairs(file, responses, stimuli):
            left -= sum(24.0 * one.size for one in (response, stimulus) if one is not None)
            if left < 0:
                raise too_long(path, asked.most_megabytes, HOW)
            name = response.series.name.rsplit("/", 1)[-1]
            whole = response.size == response.series["data"].size
            title = f"{path.stem} {name}{'' if whole else f' from sample {response.first}'}"
            made.append(_sweep(response, stimulus, asked, title))
    if not made:
        raise FileFormatError(
            f"{path} has no CurrentClampSeries or VoltageClampSeries in its acquisition. For other series, give the "
            "Block that neo.io.NWBIO returns."
        )
    return made


def _series(file: Any, place: str) -> Iterator[Any]:
    """Yield the series in a group that have data, all of which must be in this file.

    Raises
    ------
    FileFormatError
        A series is in another file.
    """
    h5py = optional("h5py", "files")
    group: Any = file
    for part in place.split("/"):
        group = _inside(group, part)
        if group is None:
            return
    if len(group) > MOST_SERIES:
        raise FileFormatError(f"{place} has {len(group):,} series")
    for name in group:
        one = _inside(group, name)
        if isinstance(one, h5py.Group) and "neurodata_type" in one.attrs:
            data = _inside(one, "data")
            if isinstance(data, h5py.Dataset) and data.ndim == 1 and data.dtype.kind in "iuf":
                yield one


def _inside(group: Any, name: str, depth: int = 0) -> Any:
    """Return a member of a group, or None; links to other files are not followed.

    Raises
    ------
    FileFormatError
        The member is in another file, or its links form a cycle.
    """
    h5py = optional("h5py", "files")
    links, own = group.id.links, name.encode()
    if not links.exists(own):
        return None
    kind = links.get_info(own).type
    if kind == h5py.h5l.TYPE_SOFT and depth < MOST_LINKS:
        target = links.get_val(own).decode()
        at = group.file if target.startswith("/") else group
        for part in target.strip("/").split("/"):
            at = None if at is None else _inside(at, part, depth + 1)
        return at
    if kind != h5py.h5l.TYPE_HARD:
        raise FileFormatError(f"{group.name}/{name} is in another file, which is not opened")
    one = group[name]
    if isinstance(one, h5py.Dataset) and (one.external or one.is_virtual):
        raise FileFormatError(f"{one.name} is in another file, which is not opened")
    return one


def _pairs(file: Any, responses: dict[str, Any], stimuli: dict[str, Any]) -> Iterator[tuple[Part, Part | None]]:
    """Yield each response under a clamp with its stimulus, in order of sweep numbers and names, then of rows."""
    rows, numbered = _rows(file), _numbered(responses, stimuli)
    for name, response in sorted(responses.items(), key=lambda pair: _order(*pair)):
        if _text(response.attrs.get("neurodata_type")) not in MEASURED:
            continue
        if name not in rows:
            played = None if rows else stimuli.get(numbered.get(name, ""))
            yield _part(response, 0, -1), None if played is None else _part(played, 0, -1)
        for first, count, named, *part in rows.get(name, []):
            played = stimuli.get(named)
            yield _part(response, first, count), None if played is None else _part(played, *part)


def _part(series: Any, first: int, count: int) -> Part:
    """Return some samples of a series; a negative count means all from the first on.

    Raises
    ------
    FileFormatError
        The series does not have these samples.
    """
    size = int(_inside(series, "data").size)
    count = size - first if count < 0 else count
    if not (first >= 0 and 0 <= count <= size - first):
        raise FileFormatError(
            f"{series.name} has {size} samples; the table of recordings names {count} from sample {first}"
        )
    return Part(series, first, count)


def _sweep(response: Part, stimulus: Part | None, asked: Asked, name: str) -> Sweep:
    values, unit = _values(response)
    t, begin = _times(response)
    about: dict[str, Any] = {"name": name}
    played: dict[str, Any] = {}
    if stimulus is not None and t.size > 1:
        applied, played_unit = _values(stimulus)
        times, other = _times(stimulus)
        inside, places = at_times_of(t, times, other - begin)
        t, values, played = t[inside], values[inside], {"played": applied[places], "played_unit": played_unit}
        t = t - t[:1]
    for key, own, factor in SAID:
        found = _number(response.series, own) * factor
        if np.isfinite(found) and found > 0:
            about[key] = found
    if t.size < 2:
        raise FileFormatError(
            f"{response.series.name} has fewer than two samples{' under its stimulus' * bool(played)}"
        )
    return asked.sweep(t, values, unit, **played, **about)


def _values(part: Part) -> tuple[Any, str]:
    """Return the data of a series and its unit; conversion and offset are applied."""
    data = _inside(part.series, "data")
    conversion, offset = float(data.attrs.get("conversion", 1.0)), float(data.attrs.get("offset", 0.0))
    unit = _text(data.attrs.get("unit"))
    unit = UNITS.get(unit.lower(), spelled(unit))
    values = np.asarray(data[part.samples], dtype=np.float64) * conversion + offset
    # from volts and amperes to the units of the laboratory
    scale = {"V": ("mV", POTENTIALS["V"]), "A": ("nA", 1e9)}.get(unit)
    return (values, unit) if scale is None else (values * scale[1], scale[0])


def _times(part: Part) -> tuple[Any, float]:
    """Return the times of some samples of a series relative to the first, and the time of the first [ms]."""
    series = part.series
    size = _inside(series, "data").size
    stamped, start = _inside(series, "timestamps"), _inside(series, "starting_time")
    if stamped is not None:
        if stamped.shape != (size,):
            raise FileFormatError(f"{series.name} has {size} samples and times of the shape {stamped.shape}")
        stamps = np.asarray(stamped[part.samples], dtype=np.float64) * TIMES["s"]
        return stamps - stamps[:1], float(stamps[0]) if stamps.size else 0.0
    if start is None:
        raise FileFormatError(f"{series.name} has neither times nor a rate")
    rate = float(start.attrs.get("rate", np.nan))
    if not 0 < rate < np.inf:
        raise FileFormatError(f"{series.name} has the rate {rate:g} Hz")
    began, interval = _number(series, "starting_time") * TIMES["s"], TIMES["s"] / rate
    return np.arange(part.size) * interval, (began if np.isfinite(began) else 0.0) + part.first * interval


def _rows(file: Any) -> dict[str, list[tuple[int, int, str, int, int]]]:
    """Return the rows of the table of intracellular recordings by the name of their response.

    A row has the first sample and number of samples of the response, and the name, first sample and number of samples
    of the stimulus; the name is "" if there is none.
    """
    found: dict[str, list[tuple[int, int, str, int, int]]] = {}
    try:
        table = file
        for part in TABLE.split("/"):
            table = _inside(table, part)
        responses, stimuli = _inside(table, "responses"), _inside(table, "stimuli")
        for r, s in zip(_inside(responses, "response")[()], _inside(stimuli, "stimulus")[()], strict=True):
            if r["idx_start"] < 0:
                continue
            played = file[s["timeseries"]].name if s["idx_start"] >= 0 else ""
            own = found.setdefault(file[r["timeseries"]].name, [])
            own.append((int(r["idx_start"]), int(r["count"]), played, int(s["idx_start"]), int(s["count"])))
    except (AttributeError, KeyError, ValueError, TypeError, IndexError):  # the file has no such table
        return {}
    return found


def _numbered(responses: dict[str, Any], stimuli: dict[str, Any]) -> dict[str, str]:
    """Match stimuli with responses by sweep number and electrode."""
    known = {_key(one): name for name, one in stimuli.items() if _key(one) is not None}
    return {name: known[_key(one)] for name, one in responses.items() if _key(one) in known}


def _key(series: Any) -> tuple[int, str] | None:
    number = series.attrs.get("sweep_number")
    if number is None:
        return None
    electrode = _inside(series, "electrode")
    return int(number), "" if electrode is None else electrode.name


def _order(name: str, series: Any) -> tuple[int, str]:
    key = _key(series)
    return (0 if key is None else key[0], name)


def _number(series: Any, name: str) -> float:
    one = _inside(series, name)
    return float(one[()]) if one is not None and one.shape == () and one.dtype.kind in "iuf" else float("nan")


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
