"""Loligo: a laboratory for excitable membranes.

Units are fixed: ms, mV, µA/cm², mS/cm², µF/cm², kHz, °C. Names load on first use.
"""

import importlib
from typing import TYPE_CHECKING

from loligo._version import __version__ as __version__

if TYPE_CHECKING:  # for type checkers and editors; at run time names load on first use
    from loligo import models, population
    from loligo._errors import (
        ArgumentError,
        CancelledError,
        ClusterError,
        DivergenceError,
        ExpressionError,
        FileFormatError,
        FitError,
        LabError,
        LikelyMistakeWarning,
        LoligoError,
        MissingPackageError,
        ModelError,
        NoiseSpacingWarning,
        RestError,
        StepLimitError,
        StimulusError,
        StoreError,
        StoreWarning,
        ThresholdError,
        TimeLimitError,
        UnitError,
        UnknownNameError,
        UnstableRestWarning,
    )
    from loligo.analysis import (
        Refractoriness,
        StrengthDuration,
        Threshold,
        fi_curve,
        refractoriness,
        strength_duration,
        threshold,
    )
    from loligo.dynamics import (
        BifurcationSet,
        Diagram,
        FIBranch,
        FICurve,
        PhasePlane,
        bifurcation,
        bifurcation_set,
        phase_plane,
    )
    from loligo.fitting import (
        Accepted,
        Bound,
        FeatureFit,
        FeatureTargets,
        Fit,
        Simulator,
        accept,
        fit,
        fit_features,
        simulator,
    )
    from loligo.intervention import Hold, Reset
    from loligo.kernel.rates import rates
    from loligo.kernel.stops import time_limit
    from loligo.membrane import Channel, Current, Gate, Membrane, Scheme, State
    from loligo.population import Population, StoredRun
    from loligo.recording import Recording, load
    from loligo.resting import Rest, rest
    from loligo.simulation import simulate, voltage_clamp
    from loligo.stimulus import Chirp, Noise, Pulses, Ramp, Samples, Sine, Step, Stimulus, Sum
    from loligo.sweep import (
        Baseline,
        JunctionPotential,
        LeakSubtraction,
        LowPass,
        PNSubtraction,
        Sweep,
        read_recording,
    )

_ROOMS = {
    "intervention": ("Hold", "Reset"),
    "membrane": ("Channel", "Current", "Gate", "Membrane", "Scheme", "State"),
    "stimulus": ("Chirp", "Noise", "Pulses", "Ramp", "Samples", "Sine", "Step", "Stimulus", "Sum"),
    "recording": ("Recording", "load"),
    "resting": ("Rest", "rest"),
    "simulation": ("simulate", "voltage_clamp"),
    "analysis": (
        "Refractoriness",
        "StrengthDuration",
        "Threshold",
        "fi_curve",
        "refractoriness",
        "strength_duration",
        "threshold",
    ),
    "dynamics": (
        "BifurcationSet",
        "Diagram",
        "FIBranch",
        "FICurve",
        "PhasePlane",
        "bifurcation",
        "bifurcation_set",
        "phase_plane",
    ),
    "sweep": (
        "Baseline",
        "JunctionPotential",
        "LeakSubtraction",
        "LowPass",
        "PNSubtraction",
        "Sweep",
        "read_recording",
    ),
    "population": ("Population", "StoredRun", "population"),
    "fitting": (
        "Accepted",
        "Bound",
        "FeatureFit",
        "FeatureTargets",
        "Fit",
        "Simulator",
        "accept",
        "fit",
        "fit_features",
        "simulator",
    ),
    "_errors": (
        "ArgumentError",
        "CancelledError",
        "ClusterError",
        "DivergenceError",
        "ExpressionError",
        "FileFormatError",
        "FitError",
        "LabError",
        "LikelyMistakeWarning",
        "LoligoError",
        "MissingPackageError",
        "ModelError",
        "NoiseSpacingWarning",
        "RestError",
        "StepLimitError",
        "StimulusError",
        "StoreError",
        "StoreWarning",
        "ThresholdError",
        "TimeLimitError",
        "UnitError",
        "UnknownNameError",
        "UnstableRestWarning",
    ),
    "kernel.rates": ("rates",),
    "kernel.stops": ("time_limit",),
    "models": ("models",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "Accepted",
    "ArgumentError",
    "Baseline",
    "BifurcationSet",
    "Bound",
    "CancelledError",
    "Channel",
    "Chirp",
    "ClusterError",
    "Current",
    "Diagram",
    "DivergenceError",
    "ExpressionError",
    "FIBranch",
    "FICurve",
    "FeatureFit",
    "FeatureTargets",
    "FileFormatError",
    "Fit",
    "FitError",
    "Gate",
    "Hold",
    "JunctionPotential",
    "LabError",
    "LeakSubtraction",
    "LikelyMistakeWarning",
    "LoligoError",
    "LowPass",
    "Membrane",
    "MissingPackageError",
    "ModelError",
    "Noise",
    "NoiseSpacingWarning",
    "PNSubtraction",
    "PhasePlane",
    "Population",
    "Pulses",
    "Ramp",
    "Recording",
    "Refractoriness",
    "Reset",
    "Rest",
    "RestError",
    "Samples",
    "Scheme",
    "Simulator",
    "Sine",
    "State",
    "Step",
    "StepLimitError",
    "Stimulus",
    "StimulusError",
    "StoreError",
    "StoreWarning",
    "StoredRun",
    "StrengthDuration",
    "Sum",
    "Sweep",
    "Threshold",
    "ThresholdError",
    "TimeLimitError",
    "UnitError",
    "UnknownNameError",
    "UnstableRestWarning",
    "accept",
    "bifurcation",
    "bifurcation_set",
    "fi_curve",
    "fit",
    "fit_features",
    "load",
    "models",
    "phase_plane",
    "population",
    "rates",
    "read_recording",
    "refractoriness",
    "rest",
    "simulate",
    "simulator",
    "strength_duration",
    "threshold",
    "time_limit",
    "voltage_clamp",
]


def __getattr__(name: str) -> object:
    if name not in _ROOM_OF:
        raise AttributeError(_no_attribute(name))
    room = importlib.import_module(f"loligo.{_ROOM_OF[name]}")
    value = room if name == _ROOM_OF[name] else getattr(room, name)
    globals()[name] = value
    return value


def _no_attribute(name: str) -> str:
    from difflib import get_close_matches

    by_small_letters = {known.lower(): known for known in __all__}
    close = [] if name.startswith("_") else get_close_matches(name.lower(), by_small_letters, n=1)
    hint = f": write lo.{by_small_letters[close[0]]}" if close else ""
    return f"module 'loligo' has no attribute {name!r}{hint}"


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
