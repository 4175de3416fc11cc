"""Blocks, Segments and signals of Neo, and files that Neo reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._bounded import MEGABYTE, too_long
from loligo._errors import FileFormatError, MissingPackageError
from loligo._optional import optional
from loligo._units import CURRENT
from loligo.sweep.currents import NANOAMPERE
from loligo.sweep.reading.options import HOW, Asked
from loligo.sweep.reading.table import Column, sweeps_of

if TYPE_CHECKING:
    from pathlib import Path

    from loligo.sweep.sweep import Sweep

# read by neo's own class; others of neo's classes run what a file says (PickleIO), or are for other measurements
READERS: Final = {
    ".axgd": "AxographIO", ".axgx": "AxographIO", ".wcp": "WinWcpIO", ".edr": "WinEdrIO", ".smr": "Spike2IO",
    ".ibw": "IgorIO", ".pxp": "IgorIO",
}  # fmt: skip
UNITS: Final = {"mV": "mV", "nA": NANOAMPERE, "uA/cm**2": CURRENT}


def is_neo(source: Any) -> bool:
    """Tell whether something is an object of Neo, without importing it."""
    return type(source).__module__.split(".")[0] == "neo"


def read_with_neo(path: Path, asked: Asked) -> list[Sweep]:
    """Return the sweeps of a file that Neo reads.

    Raises
    ------
    MissingPackageError
        neo is not installed, or what it reads this format by.
    FileFormatError
        It is too long.
    """
    reader = getattr(optional("neo.io", "files"), READERS[path.suffix.lower()])
    if path.stat().st_size > asked.most_megabytes * MEGABYTE:
        raise too_long(path, asked.most_megabytes, HOW)
    try:
        blocks = reader(str(path)).read()
    except ImportError as error:  # of what this reader alone needs
        raise MissingPackageError(
            f"neo reads {path.suffix} files by {error.name or 'another library'}, which is not installed: install it."
        ) from error
    return [sweep for block in blocks for sweep in sweeps_of_neo(block, asked, path.stem)]


def sweeps_of_neo(source: Any, asked: Asked, name: str = "") -> list[Sweep]:
    """Return the sweeps of a Block, a Segment or a signal.

    Raises
    ------
    FileFormatError
        No signal of a potential or a current.
    """
    title = name or source.name or type(source).__name__
    if hasattr(source, "segments"):
        made = []
        for k, segment in enumerate(source.segments):
            made += sweeps_of_neo(segment, asked, f"{title} sweep {k}")
        return made
    signals = [source]
    if hasattr(source, "analogsignals"):
        signals = [*source.analogsignals, *source.irregularlysampledsignals]
    found: list[Sweep] = []
    groups: list[tuple[np.ndarray[Any, Any], list[Column]]] = []
    for signal in signals:
        times, columns = _columns(signal)
        own = next((columns_ for t, columns_ in groups if t.size == times.size and np.allclose(t, times)), None)
        if own is None:
            groups.append((times, columns))
        else:
            own += columns
    for times, columns in groups:
        if any(one.kind for one in columns):
            found += sweeps_of([Column("t", "ms", times), *columns], asked, title)
    if not found:
        raise FileFormatError(f"{title} has no signal of a potential or a current.")
    return found


def _columns(signal: Any) -> tuple[Any, list[Column]]:
    """Return the times of a signal [ms], and its channels."""
    times = np.asarray(signal.times.rescale("ms").magnitude, dtype=float)
    unit, values = "", signal.magnitude
    for spelled, own in UNITS.items():
        try:
            values = signal.rescale(spelled).magnitude
        except ValueError:
            continue
        unit = own
    rows = np.asarray(values, dtype=float).reshape(times.size, -1)
    names = [str(name) for name in signal.array_annotations.get("channel_names", ())]
    if len(names) != rows.shape[1]:
        names = [signal.name or ""] * rows.shape[1]
        if rows.shape[1] > 1:
            names = [f"{name} {k}".strip() for k, name in enumerate(names)]
    first = times[0] if times.size and times[0] < 0 else 0.0
    return times - first, [Column(name, unit, rows[:, k]) for k, name in enumerate(names)]
