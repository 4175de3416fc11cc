"""The headers of Axon Binary Files of version 1 (one header) and version 2 (sections)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from loligo._errors import FileFormatError

BLOCK_BYTES: Final = 512  # bytes in a block; positions in a file are given in blocks
MOST_ENTRIES: Final = 10_000  # largest number of entries of a section that is read entry by entry
OLD_HEADER: Final = 6144  # length of a version 1 header with its extended part [bytes]
EPISODIC, GAP_FREE, VARIABLE, USUAL = 5, 3, 1, (1, 2, 3, 4, 5)
LEAST_TELEGRAPH: Final = 1e-6  # pF, MΩ: smaller values mean that the amplifier reported nothing


class Input(NamedTuple):
    """A recorded channel: value = gain x number + offset."""

    name: str
    unit: str
    gain: float
    offset: float
    capacitance: float | None
    resistance: float | None


class Epoch(NamedTuple):
    """A part of the protocol: its kind, level, duration and train [samples], and the increments per sweep."""

    kind: int
    level: float
    level_step: float
    duration: int
    duration_step: int
    period: int
    width: int


class Output(NamedTuple):
    """An output channel; its epochs are None if they are defined elsewhere."""

    unit: str
    holding: float
    stays: bool
    epochs: tuple[Epoch, ...] | None


@dataclass(frozen=True)
class Header:
    """The fields of a header that sweeps need.

    Attributes
    ----------
    mode : int
        1 events of variable length, 2 of fixed length, 3 gap-free, 4 oscilloscope, 5 episodes.
    interval : float
        Sampling interval of a channel [ms].
    data : array (numbers,)
        Samples of all channels, interleaved.
    sweeps : int
    lengths : tuple of int
        Length of each sweep, counted over all channels, if lengths differ.
    inputs : tuple of Input
    outputs : tuple of Output
    """

    mode: int
    interval: float
    data: Any
    sweeps: int
    lengths: tuple[int, ...]
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]


def decimal(value: float) -> float:
    """Return the shortest decimal for a single-precision number, such as 0.1 for 0.10000000149."""
    return float(str(np.float32(value)))


def fields(content: bytes, kind: str, at: int) -> tuple[Any, ...]:
    """Return the numbers at an offset in the file.

    Raises
    ------
    FileFormatError
        The file is too short.
    """
    if at < 0 or at + struct.calcsize("<" + kind) > len(content):
        raise FileFormatError("the file ends early: it is shorter than its header says")
    return struct.unpack_from("<" + kind, content, at)


def header_of(content: bytes) -> Header:
    """Return the header of a file.

    Raises
    ------
    FileFormatError
        The header contradicts itself, or the file ends early.
    """
    found = _second(content) if content[:4] == b"ABF2" else _first(content)
    if found.mode not in USUAL:
        raise FileFormatError(f"its header has the mode {found.mode}, which does not exist")
    if not 0 < found.interval < 1e9:
        raise FileFormatError(f"its header gives the sampling interval {found.interval:g} ms")
    bad = [one.name for one in found.inputs if not np.isfinite([one.gain, one.offset]).all() or one.gain == 0]
    if bad:
        raise FileFormatError(f"its header gives channel {bad[0]!r} a scale that is not a number")
    return found


def _second(content: bytes) -> Header:
    (data_format,) = fields(content, "h", 30)
    (sweeps,) = fields(content, "I", 12)
    protocol, *_ = _section(content, 76, least=208)
    adc, adc_size, adc_count = _section(content, 92, least=82)
    dac, dac_size, dac_count = _section(content, 108, least=46, most=64)
    per_dac, per_dac_size, per_dac_count = _section(content, 156, least=30)
    synch, synch_size, synch_count = _section(content, 316, least=8, most=10**7)
    strings = _strings(content)
    mode, microseconds = fields(content, "hf", protocol)
    (scale,), (resolution,) = fields(content, "f", protocol + 110), fields(content, "i", protocol + 118)
    (alternates,) = fields(content, "h", protocol + 182)
    user, user_size, user_count = _section(content, 172, least=6, most=64)
    listed = any(fields(content, "h", user + k * user_size + 4)[0] > 0 for k in range(user_count))
    epochs: dict[int, list[Epoch]] = {}
    for k in range(per_dac_count):
        _, which, *parts = fields(content, "hhhffiiii", per_dac + k * per_dac_size)
        epochs.setdefault(which, []).append(_epoch(*parts))
    inputs = [_input_2(content, adc + k * adc_size, scale, resolution, strings) for k in range(adc_count)]
    outputs = []
    for k in range(dac_count):
        at = dac + k * dac_size
        (number,), (holding,) = fields(content, "h", at), fields(content, "f", at + 12)
        unit, (enabled, source, stays) = (
            _named(strings, *fields(content, "i", at + 28)),
            fields(content, "hhh", at + 40),
        )
        own = None if listed or alternates else _played(enabled, source, epochs.get(number, []))
        outputs.append(Output(unit, _holding(holding), bool(stays), own))
    pairs = fields(content, f"{2 * synch_count}i", synch) if synch_size == 8 and synch_count else ()
    data = _numbers(content, *_section(content, 236, least=2, most=len(content)), data_format)
    return Header(mode, decimal(microseconds) / 1e3, data, sweeps, tuple(pairs[1::2]), tuple(inputs), tuple(outputs))


def _input_2(content: bytes, at: int, scale: float, resolution: int, strings: list[str]) -> Input:
    enabled, _, extra, _, capacitance, _, resistance = fields(content, "hhfffhf", at + 2)
    (programmed,) = fields(content, "f", at + 28)
    factor, offset, signal, signal_offset = fields(content, "4f", at + 40)
    name, unit = (_named(strings, index) for index in fields(content, "ii", at + 74))
    gain = _gain(scale, resolution, factor, signal, programmed, extra if enabled == 1 else 1.0)
    said = (_said(capacitance), _said(resistance)) if enabled == 1 else (None, None)
    return Input(name, unit, gain, offset - signal_offset, *said)


def _first(content: bytes) -> Header:
    (version,), (mode,), (count,) = fields(content, "f", 4), fields(content, "h", 8), fields(content, "i", 10)
    (ignored,), (sweeps,), (block,) = fields(content, "h", 14), fields(content, "I", 16), fields(content, "i", 40)
    synch, synch_count, data_format = fields(content, "iih", 92)
    channels, microseconds = fields(content, "hf", 120)
    (scale,), (resolution,) = fields(content, "f", 244), fields(content, "i", 252)
    if not 0 < channels <= 16:
        raise FileFormatError(f"its header claims {channels} channels; allowed are 1 to 16")
    order = fields(content, "16h", 410)[:channels]
    if not all(0 <= place < 16 for place in order):
        raise FileFormatError("its header names a channel that does not exist")
    extended = version >= 1.6 and block * BLOCK_BYTES >= OLD_HEADER
    inputs = tuple(_input_1(content, place, scale, resolution, extended=extended) for place in order)
    outputs = [_output_1(content, k) for k in range(4)] if extended else []
    width = 4 if data_format == 1 else 2
    data = _numbers(content, block * BLOCK_BYTES + ignored * width, width, count, data_format)
    if not 0 <= synch_count <= len(content) // 8:
        raise FileFormatError("the file ends early: it is shorter than its header says")
    pairs = fields(content, f"{2 * synch_count}i", synch * BLOCK_BYTES) if synch and synch_count else ()
    interval = decimal(microseconds) * channels / 1e3
    return Header(mode, interval, data, sweeps, tuple(pairs[1::2]), inputs, tuple(outputs))


def _input_1(content: bytes, place: int, scale: float, resolution: int, *, extended: bool) -> Input:
    name, unit = (_text(content[at : at + size]) for at, size in ((442 + 10 * place, 10), (602 + 8 * place, 8)))
    programmed, factor, offset, signal, signal_offset = (
        fields(content, "f", start + 4 * place)[0] for start in (730, 922, 986, 1050, 1114)
    )
    extra, capacitance = 1.0, None
    if extended and fields(content, "h", 4512 + 2 * place)[0] == 1:
        (extra,), (said,) = fields(content, "f", 4576 + 4 * place), fields(content, "f", 4704 + 4 * place)
        capacitance = _said(said)
    gain = _gain(scale, resolution, factor, signal, programmed, extra)
    return Input(name, unit, gain, offset - signal_offset, capacitance, None)


def _output_1(content: bytes, k: int) -> Output:
    unit = _text(content[1346 + 8 * k : 1354 + 8 * k])
    (holding,) = fields(content, "f", 1394 + 4 * k)
    if k > 1:  # the file has epochs of two outputs
        return Output(unit, _holding(holding), stays=False, epochs=None)
    enabled, source, stays = (fields(content, "h", start + 2 * k)[0] for start in (2296, 2300, 2304))
    listed, (alternates,) = any(fields(content, "4h", 3360)), fields(content, "h", 5876)
    columns = [
        (2308, "h", 2),
        (2348, "f", 4),
        (2428, "f", 4),
        (2508, "i", 4),
        (2588, "i", 4),
        (2136, "i", 4),
        (2216, "i", 4),
    ]
    epochs = []
    for which in range(10):
        parts = [fields(content, kind, at + size * (10 * k + which))[0] for at, kind, size in columns]
        epochs.append(_epoch(*parts))
    own = None if listed or alternates else _played(enabled, source, epochs)
    return Output(unit, _holding(holding), bool(stays), own)


def _played(enabled: int, source: int, epochs: list[Epoch]) -> tuple[Epoch, ...] | None:
    """Return the epochs of an output: none if it was off, None if it was defined elsewhere."""
    if not enabled or source == 0:
        return ()
    return tuple(epoch for epoch in epochs if epoch.kind) if source == 1 else None


def _epoch(
    kind: int, level: float, level_step: float, duration: int, duration_step: int, period: int, width: int
) -> Epoch:
    return Epoch(kind, decimal(level), decimal(level_step), duration, duration_step, period, width)


def _section(content: bytes, at: int, *, least: int, most: int = MOST_ENTRIES) -> tuple[int, int, int]:
    """Return the beginning of a section, the size of its entries, and their number.

    Raises
    ------
    FileFormatError
        The section lies outside the file, or is invalid.
    """
    block, size, count = fields(content, "IIq", at)
    if not block or not count:
        return 0, size, 0
    if not (0 < count <= most and size >= least) and at != 76:
        raise FileFormatError(f"its header claims a section of {count:,} entries of {size:,} bytes")
    if block * BLOCK_BYTES + size * count > len(content):
        raise FileFormatError("the file ends early: it is shorter than its header says")
    return block * BLOCK_BYTES, size, count


def _numbers(content: bytes, start: int, size: int, count: int, data_format: int) -> Any:
    kinds = {(0, 2): "<i2", (1, 4): "<f4"}
    if (data_format, size) not in kinds:
        raise FileFormatError(f"its header claims samples of the kind {data_format}, of {size} bytes")
    if count <= 0 or start <= 0:
        raise FileFormatError("it contains no samples")
    if start + size * count > len(content):
        raise FileFormatError(
            f"the file ends early: its header claims {count:,} samples, but it has "
            f"{max(len(content) - start, 0) // size:,}"
        )
    return np.frombuffer(content, kinds[data_format, size], count, start)


def _strings(content: bytes) -> list[str]:
    start, size, count = _section(content, 220, least=44, most=10**6)
    return [_text(one) for one in content[start + 44 : start + size].split(b"\0")] if count else []


def _named(strings: list[str], index: int) -> str:
    return strings[index - 1] if 0 < index <= len(strings) else ""


def _text(raw: bytes) -> str:
    text = raw.split(b"\0")[0].decode("latin-1").strip()
    return "".join(character for character in text if character.isprintable())


def _gain(scale: float, resolution: int, *gains: float) -> float:
    product = float(np.prod(gains)) * resolution
    return scale / product if product else float("nan")


def _holding(level: float) -> float:
    return decimal(level) if abs(level) < 1e6 else float("nan")


def _said(value: float) -> float | None:
    return decimal(value) if LEAST_TELEGRAPH < value < 1e6 else None
