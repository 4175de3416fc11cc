"""Recordings as text: spikes as a table, traces as CSV."""

import csv
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from loligo.recording import Recording


def columns(rows: Sequence[tuple[str, ...]], right: tuple[int, ...] = ()) -> str:
    """Return rows of text as aligned columns, two spaces apart.

    Parameters
    ----------
    rows : sequence of tuple of str
        All of one length, the header first.
    right : tuple of int
        The columns that are aligned to the right.

    Examples
    --------
    >>> print(columns([("a", "b"), ("x", "10")], right=(1,)))
    a   b
    x  10
    """
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def spike_table(recording: "Recording") -> str:
    """Return a title with the run, and its spikes and intervals [ms] to the known digits."""
    spikes, settings = recording.spikes.tolist(), recording.settings
    digits = min(12, max(3, math.ceil(-math.log10(settings.tolerance))))
    count = "no spike" if not spikes else "1 spike" if len(spikes) == 1 else f"{len(spikes)} spikes"
    title = (
        f"{recording.membrane.name}: {count} in {settings.duration:g} ms "
        f"({settings.method}, tolerance {settings.tolerance:g})"
    )
    if not spikes:
        return title
    intervals = ["", *(f"{b - a:.{digits}f}" for a, b in pairwise(spikes))]
    rows = [("spike", "t [ms]", "interval [ms]")]
    rows += [(str(k), f"{t:.{digits}f}", gap) for k, (t, gap) in enumerate(zip(spikes, intervals, strict=True), 1)]
    return f"{title}\n{columns(rows, right=(0, 1, 2))}"


def write_csv(recording: "Recording", file: TextIO) -> None:
    """Write every trace with its unit in the header; the numbers read back as the same floats."""
    traces = recording.traces()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["t [ms]", *(f"{name} [{unit}]" if unit else name for name, (_, unit) in traces.items())])
    writer.writerows(zip(recording.t.tolist(), *(trace.tolist() for trace, _ in traces.values()), strict=True))
