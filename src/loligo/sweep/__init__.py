"""Measured sweeps: a trace and the applied protocol, and reading both from files."""

from loligo.sweep.corrections import Baseline, JunctionPotential, LeakSubtraction, LowPass, PNSubtraction
from loligo.sweep.reading import read_recording
from loligo.sweep.sweep import Sweep

__all__ = [
    "Baseline",
    "JunctionPotential",
    "LeakSubtraction",
    "LowPass",
    "PNSubtraction",
    "Sweep",
    "read_recording",
]
