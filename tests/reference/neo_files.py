"""Files of AxoGraph, WinWCP, WinEDR and Igor Pro, byte by byte: no program here writes them."""

import struct

import numpy as np


def winwcp(records, channels, interval=5e-5, full=10.0, largest=32767, sector=512):
    """Return a WinWCP file of records of integers (samples, channels); channels are (name, unit, gain)."""
    samples = len(records[0])
    sectors = samples * len(channels) * 2 // sector
    words = {"VER": 9, "CTIME": "01/12/2020 10:00:00", "RTIME": "01/12/2020 10:00:00", "NC": len(channels)}
    words |= {"NR": len(records), "NBH": 2, "NBA": 2, "NBD": sectors, "AD": full, "ADCMAX": largest}
    words |= {"NP": samples, "NZ": 20, "DT": interval}
    for k, (name, unit, gain) in enumerate(channels):
        words |= {f"YN{k}": name, f"YU{k}": unit, f"YG{k}": gain, f"YO{k}": k, f"YZ{k}": 0}
    made = "".join(f"{key}={value}\r\n" for key, value in words.items()).encode().ljust(1024, b" ")
    for record in records:
        head = struct.pack("<8s4sfff8f", b"ACCEPTED", b"TEST", 0.0, 0.0, interval, *[full] * 8)
        made += head.ljust(1024, b"\0") + np.asarray(record, "<i2").tobytes()
    return made


def winedr(numbers, channels, interval=1e-4, full=10.0, largest=32767):
    """Return a WinEDR file; channels are (name, unit, V per unit), numbers integers (samples, channels)."""
    words = {"VER": 6.4, "NC": len(channels), "NP": numbers.size, "NBH": 2048, "ADCMAX": largest, "AD": full}
    words |= {"DT": interval}
    for k, (name, unit, factor) in enumerate(channels):
        words |= {f"YN{k}": name, f"YU{k}": unit, f"YCF{k}": factor, f"YAG{k}": 1, f"YZ{k}": 0, f"YO{k}": k}
    made = "".join(f"{key}={value}\r\n" for key, value in words.items()).encode()
    return made.ljust(2048, b" ") + np.asarray(numbers, "<i2").tobytes()


def axograph(columns, interval=1e-4):
    """Return an AxoGraph 4 file; columns are (title with unit, integers, scale)."""
    samples = len(columns[0][1])
    made = b"AxGr" + struct.pack(">HH", 2, 1 + len(columns))
    made += struct.pack(">l80pff", samples, b"Time (s)", 0.0, interval)
    for title, numbers, scale in columns:
        made += struct.pack(">l80pf", samples, title.encode(), scale) + np.asarray(numbers, ">i2").tobytes()
    return made


def igor_wave(values, name="wave0", unit="V", interval=1e-4, time_unit="s"):
    """Return an Igor binary wave of version 5, of double precision."""
    values = np.asarray(values, "<f8")
    wave = struct.pack("<LLLlhh6sh32sll", 0, 0, 0, values.size, 4, 0, b"", 1, name.encode(), 0, 0)
    wave += struct.pack("<4l8d", values.size, 0, 0, 0, interval, 1, 1, 1, 0, 0, 0, 0)
    wave += struct.pack("<4s4s12s", unit.encode(), time_unit.encode(), b"")
    wave = wave.ljust(320, b"\0")
    begin = struct.pack("<hHl", 5, 0, len(wave) + values.nbytes).ljust(64, b"\0")
    checked = -sum(struct.unpack(f"<{(len(begin) + len(wave)) // 2}H", begin + wave)) & 0xFFFF
    return begin[:2] + struct.pack("<H", checked) + begin[4:] + wave + values.tobytes()
