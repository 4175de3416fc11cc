"""Axon Binary Files by hand: version 1 built field by field, version 2 by changing fields of a recorded one."""

import struct
from pathlib import Path

import numpy as np

RAMP = Path(__file__).parents[2] / "examples" / "data" / "17o05027_ic_ramp.abf"
STEPS, RAMPS, PULSES, TRIANGLES, COSINES, BIPHASIC = 1, 2, 3, 4, 5, 7


def version_1(
    samples, *, epochs, units=(b"pA", b"mV"), holding=-70.0, interval=50.0, stays=False, source=1, alternates=0
):
    """Return a file of version 1 with one channel, or ``samples`` of the shape (sweeps, samples, channels).

    Epochs are (kind, level, increment, duration, increment), or these and period and width.
    """
    samples = np.asarray(samples, "<i2")
    channels = samples.shape[2] if samples.ndim == 3 else 1
    head = bytearray(6144)

    def put(kind, at, *values):
        struct.pack_into("<" + kind, head, at, *values)

    put("4sfhih", 0, b"ABF ", 1.83, 5, samples.size, 0)
    put("i", 16, len(samples))
    put("i", 40, 12)
    put("h", 100, 0)
    put("hf", 120, channels, interval / channels)
    put("i", 138, samples.shape[1])
    put("ffii", 244, 10.0, 10.0, 32768, 32768)
    put("16h", 410, *range(16))
    put("10s", 442, b"Im")
    put("8s", 602, units[0])
    put("8s", 610, units[1])
    for at, value in ((730, 1.0), (922, 0.0005), (986, 0.0), (1050, 1.0), (1114, 0.0), (4576, 2.0)):
        put("16f", at, *[value] * 16)
    put("8s", 1346, units[1])
    put("4f", 1378, *[20.0] * 4)  # the scale of the output, which is not the holding level
    put("4f", 1394, *[holding] * 4)
    put("2h2h2h", 2296, 1, 1, source, source, stays, stays)
    put("h", 5876, alternates)
    for k, (kind, level, more, duration, longer, *train) in enumerate(epochs):
        put("h", 2308 + 2 * k, kind)
        put("f", 2348 + 4 * k, level)
        put("f", 2428 + 4 * k, more)
        put("i", 2508 + 4 * k, duration)
        put("i", 2588 + 4 * k, longer)
        for at, value in zip((2136, 2216), train, strict=False):
            put("i", at + 4 * k, value)
    put("h", 4512, 1)
    put("f", 4704, 33.5)
    return bytes(head) + samples.tobytes()


def version_2(*, epochs=None, **changes):
    """Return the recorded file with other epochs, (kind, level, increment, duration, increment, period, width)."""
    content = bytearray(RAMP.read_bytes())
    dac, *_ = struct.unpack_from("<IIq", content, 108)
    for name, value in changes.items():
        kind, at = {"stays": ("h", 44), "source": ("h", 42), "enabled": ("h", 40), "holding": ("f", 12)}[name]
        struct.pack_into("<" + kind, content, dac * 512 + at, value)
    if epochs is not None:  # two sections of their own, at the end: what is played, and digital outputs
        content += bytes(-len(content) % 512)
        struct.pack_into("<IIq", content, 124, len(content) // 512, 32, len(epochs))
        content += bytes(512)
        struct.pack_into("<IIq", content, 156, len(content) // 512, 48, len(epochs))
        for k, epoch in enumerate(epochs):
            content += struct.pack("<hhhffiiii", k, 0, *epoch) + bytes(18)
    return bytes(content)
