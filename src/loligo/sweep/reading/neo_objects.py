"""Blocks, Segments and signals of Neo, and files that Neo reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from loligo._bounded import MEGABYTE, too_long
from loligo._errors import FileFormatError, MissingPackageError
from loligo._optional import optional
from loligo._units import CURRENT
from loligo.sweep.currents import NANOAMPERE
from loligo.sweep.reading.clocks import at_times_of, same_times
from loligo.sweep.reading.options import HOW, MEASURED, Asked
from loligo.sweep.reading.table import Column, sweeps_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from loligo.sweep.sweep import Sweep

    Array = NDArray[np.float64]

# read by neo; other neo classes execute the file's content (PickleIO), or are for other measurements
READERS: Final = {
    ".axgd": "AxographIO", ".axgx": "AxographIO", ".wcp": "WinWcpIO", ".edr": "WinEdrIO", ".smr": "Spike2IO",
    ".ibw": "IgorIO", ".pxp": "IgorIO",
}  # fmt: skip
UNITS: Final = {"mV": "mV", "nA": NANOAMPERE, "uA/cm**2": CURRENT}


def is_neo(source: Any) -> bool:
    """Return whether an object comes from Neo, without importing Neo."""
    return type(source).__module__.split(".")[0] == "neo"


def read_with_neo(path: Path, asked: Asked) -> list[Sweep]:
    """Return the sweeps of a file that Neo reads.

    Raises
    ------
    MissingPackageError
        neo, or a library that it needs for this format, is not installed.
    FileFormatError
        The file is too large.
    """
    reader = getattr(optional("neo.io", "files"), READERS[path.suffix.lower()])
    if path.stat().st_size > asked.most_megabytes * MEGABYTE:
        raise too_long(path, asked.most_megabytes, HOW)
    try:
        blocks = reader(str(path)).read()
    except ImportError as error:  # a library that only this format needs
        raise MissingPackageError(
            f"neo reads {path.suffix} files with {error.name or 'another library'}, which is not installed: install it."
        ) from error
    return [sweep for block in blocks for sweep in sweeps_of_neo(block, asked, path.stem)]


class Group(NamedTuple):
    """Channels that were sampled at the same times [ms]."""

    times: Array
    columns: list[Column]

    def at(self, samples: Any) -> Group:
        """Return the same channels at a selection of the samples."""
        return Group(self.times[samples], [one._replace(values=one.values[samples]) for one in self.columns])


def sweeps_of_neo(source: Any, asked: Asked, name: str = "") -> list[Sweep]:
    """Return the sweeps of a Block, a Segment or a signal; times count from the beginning of a Segment.

    Raises
    ------
    FileFormatError
        The object has no signal of a potential or a current.
    """
    title = name or getattr(source, "name", "") or type(source).__name__
    if hasattr(source, "segments"):
        several = [sweeps_of_neo(segment, asked, f"{title} sweep {k}") for k, segment in enumerate(source.segments)]
        if not several:
            raise FileFormatError(f"{title} has no segments.")
        return [sweep for some in several for sweep in some]
    groups = _grouped(source)
    kept = [any(_is_measured(one, asked) for one in group.columns) for group in groups]
    measured, others = ([g for g, k in zip(groups, kept, strict=True) if k is which] for which in (True, False))
    found: list[Sweep] = []
    for group in measured:
        own = group
        for other in others if len(measured) == 1 or asked.clamp else ():
            inside, places = at_times_of(own.times, other.times)
            own = own.at(inside)
            own.columns.extend(other.at(places).columns)
        if own.times.size < 2:
            raise FileFormatError(f"{title} has a signal and a protocol that share fewer than two sampling times.")
        begin = own.times[0] - group.times[0]
        found += sweeps_of([Column("t", "ms", own.times - begin), *own.columns], asked, title)
    if not found:
        raise FileFormatError(f"{title} has no signal of a potential or a current.")
    return found


def _is_measured(one: Column, asked: Asked) -> bool:
    """Return whether a channel was measured, under the requested clamp."""
    return one.kind in MEASURED.get(asked.clamp, ("potential", "current")) and not one.played


def _grouped(source: Any) -> list[Group]:
    """Return the signals of a Segment, or a signal, grouped by their times; lazy ones are loaded."""
    signals, begin = [source], None
    if hasattr(source, "analogsignals"):
        signals = [*source.analogsignals, *source.irregularlysampledsignals]
        begin = source.t_start
    elif not hasattr(source, "sampling_rate") and not hasattr(source, "times"):
        raise FileFormatError(f"A recording must be a neo Block, Segment or signal; got {type(source).__name__}.")
    groups: list[Group] = []
    for signal in signals:
        loaded = signal.load() if hasattr(signal, "load") else signal
        group = _channels(loaded, None if begin is None else float(begin.rescale("ms").magnitude))
        own = next((one for one in groups if same_times(one.times, group.times)), None)
        if own is None:
            groups.append(group)
        else:
            own.columns.extend(group.columns)
    return groups


def _channels(signal: Any, begin: float | None) -> Group:
    """Return the channels of a signal; if its start time is unknown, it begins at 0 or later."""
    times = np.asarray(signal.times.rescale("ms").magnitude, dtype=float)
    unit, values = "", signal.magnitude
    for spelled, own in UNITS.items():
        try:
            values = signal.rescale(spelled).magnitude
        except ValueError:
            continue
        unit = own
    rows = np.asarray(values, dtype=float).reshape(times.size, -1 if times.size else 1)
    names = [str(name) for name in getattr(signal, "array_annotations", {}).get("channel_names", ())]
    if len(names) != rows.shape[1]:
        names = [signal.name or ""] * rows.shape[1]
        if rows.shape[1] > 1:
            names = [f"{name} {k}".strip() for k, name in enumerate(names)]
    if begin is None:
        begin = min(float(times[0]), 0.0) if times.size else 0.0
    return Group(times - begin, [Column(name, unit, rows[:, k]) for k, name in enumerate(names)])
