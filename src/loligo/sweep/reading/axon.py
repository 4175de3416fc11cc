"""Axon Binary Files (``.abf``) of pCLAMP, versions 1 and 2: each sweep with its protocol in exact pieces.

This reader is used instead of pyABF: it scales samples in double precision, does not round intervals to whole samples
per second, and reads nothing beyond the end of the file.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._bounded import MEGABYTE, bounded, too_long
from loligo._errors import FileFormatError
from loligo.sweep.currents import OF_A_CELL
from loligo.sweep.reading.axon_epochs import protocol_of
from loligo.sweep.reading.axon_header import EPISODIC, GAP_FREE, Header, Input, Output, header_of
from loligo.sweep.reading.options import HOW, MEASURED, POTENTIALS, Asked, spelled

if TYPE_CHECKING:
    from pathlib import Path

    from loligo.sweep.sweep import Sweep

MOST_SWEEPS: Final = 10_000


def read_axon(path: Path, asked: Asked) -> list[Sweep]:
    """Return the sweeps of a file, those of its first channel first.

    The channels are those that the protocol clamps: a channel in pA paired with a command in mV, or the reverse. If
    there are none, all channels of potentials and currents are returned, without a protocol. If the kind of clamp is
    given, the channels of that clamp are returned, and the only channel of the other kind is the protocol if the header
    has none.

    Raises
    ------
    FileFormatError
        The file is damaged or ends early.
    """
    content = bounded(path, asked.most_megabytes, HOW)
    header = header_of(content)
    bounds = _bounds(header)
    if 16 * header.data.size > asked.most_megabytes * MEGABYTE:  # a time and a value for each sample
        raise too_long(path, asked.most_megabytes, HOW)
    pairs = _pairs(header, asked.clamp)
    made = []
    for channel, output in pairs:
        one, other = header.inputs[channel], _recorded(header, channel) if asked.clamp else None
        for sweep, (start, stop) in enumerate(bounds):
            values = _values(header, channel, start, stop)
            label = f" {one.name or channel}" if len(pairs) > 1 else ""
            about = _about(one, values.size, f"{path.stem}{label} sweep {sweep}", header)
            played = {} if output is None else _played(header, output, sweep, values.size)
            if other is not None and "played" not in played:
                played = {"played": _values(header, other, start, stop), "played_unit": header.inputs[other].unit}
            made.append(asked.sweep(np.arange(values.size) * header.interval, values, one.unit, **played, **about))
    return made


def _values(header: Header, channel: int, start: int, stop: int) -> Any:
    """Return the samples of a channel in its unit."""
    one, values = header.inputs[channel], header.data[start + channel : stop : len(header.inputs)]
    return one.gain * values + one.offset if header.data.dtype.kind == "i" else values.astype(float)


def _recorded(header: Header, channel: int) -> int | None:
    """Return the channel in which the protocol of another was recorded: the only one of the other kind."""
    kinds = [_kind(one.unit) for one in header.inputs]
    others = [k for k, kind in enumerate(kinds) if kind not in ("", kinds[channel])]
    return others[0] if len(others) == 1 else None


def _about(one: Input, size: int, name: str, header: Header) -> dict[str, Any]:
    if size < 2:
        raise FileFormatError(f"its sweeps have {size} samples of each of {len(header.inputs)} channels")
    return {"name": name, "capacitance": one.capacitance, "series_resistance": one.resistance}


def _played(header: Header, output: Output, sweep: int, samples: int) -> dict[str, Any]:
    """Return the protocol's arguments for `Asked.sweep`; none if it came from another file or was set by hand."""
    clamped = spelled(output.unit) in POTENTIALS
    held = {"holding": output.holding * POTENTIALS[spelled(output.unit)]} if clamped else {}
    if not np.isfinite(output.holding):
        return {}
    if header.mode != EPISODIC or output.epochs is None or len(set(header.lengths)) > 1:
        return held
    base = output.holding if clamped else 0.0
    return {
        "played": protocol_of(output, sweep, samples, header.interval, base),
        "played_unit": output.unit,
        **held,
    }


def _pairs(header: Header, clamp: str) -> list[tuple[int, Output | None]]:
    """Return the clamped channels, each with its output; if there are none, all channels without an output."""
    wanted = MEASURED.get(clamp, ("potential", "current"))
    kinds = [kind if kind in wanted else "" for kind in (_kind(one.unit) for one in header.inputs)]
    found: list[tuple[int, Output | None]] = []
    for channel, kind in enumerate(kinds):
        output = header.outputs[channel] if channel < len(header.outputs) else None
        if output is not None and kind and _kind(output.unit) not in ("", kind):
            found.append((channel, output))
    if found:
        return found
    bare: list[tuple[int, Output | None]] = [(channel, None) for channel, kind in enumerate(kinds) if kind]
    if not bare:
        units = ", ".join(repr(one.unit) for one in header.inputs)
        what = " or a ".join(wanted)
        raise FileFormatError(f"none of its channels is a {what}: their units are {units or 'missing'}")
    return bare


def _kind(unit: str) -> str:
    return "potential" if spelled(unit) in POTENTIALS else "current" if spelled(unit) in OF_A_CELL else ""


def _bounds(header: Header) -> list[tuple[int, int]]:
    """Return the first and last sample of each sweep, counted over all channels.

    Raises
    ------
    FileFormatError
        The file has more sweeps than samples.
    """
    channels, total = max(len(header.inputs), 1), header.data.size
    count = 1 if header.mode == GAP_FREE else max(header.sweeps, 1)
    if count > min(total // channels, MOST_SWEEPS):
        raise FileFormatError(f"its header claims {count:,} sweeps of {total:,} samples")
    if len(set(header.lengths[:count])) > 1 and len(header.lengths) >= count:
        ends = [*accumulate(header.lengths[:count], initial=0)]
        if min(header.lengths) <= 0 or ends[-1] > total:
            raise FileFormatError("its sweeps are longer than its samples")
        return [*pairwise(ends)]
    each = total // count // channels * channels
    return [(each * k, each * (k + 1)) for k in range(count)]
