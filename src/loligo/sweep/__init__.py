"""Measured sweeps: a trace, the protocol that was applied, and how both are read from a file."""

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
