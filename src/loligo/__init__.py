"""Loligo: a laboratory for excitable membranes.

Units are fixed: ms, mV, µA/cm², mS/cm², µF/cm², kHz, °C. Names load on first use.
"""

import importlib

__version__ = "0.1.0"

_ROOM_OF = {
    "Channel": "membrane",
    "Current": "membrane",
    "Gate": "membrane",
    "Membrane": "membrane",
    "State": "membrane",
    "Chirp": "stimulus",
    "Noise": "stimulus",
    "Pulses": "stimulus",
    "Ramp": "stimulus",
    "Samples": "stimulus",
    "Sine": "stimulus",
    "Step": "stimulus",
    "Stimulus": "stimulus",
    "Sum": "stimulus",
    "Recording": "recording",
    "load": "recording",
    "rest": "resting",
    "simulate": "simulation",
    "voltage_clamp": "simulation",
    "threshold": "analysis",
    "LoligoError": "_errors",
    "models": "models",
}

__all__ = [*_ROOM_OF, "__version__"]


def __getattr__(name: str) -> object:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'loligo' has no attribute {name!r}")
    room = importlib.import_module(f"loligo.{_ROOM_OF[name]}")
    value = room if name == "models" else getattr(room, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
