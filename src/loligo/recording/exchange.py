"""Recordings as objects of Neo and of NWB; both libraries are imported only here."""

from __future__ import annotations

import datetime as dt
import importlib
import uuid
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, MissingPackageError
from loligo._units import CONDUCTANCE, CURRENT, MV, positive

if TYPE_CHECKING:
    from types import ModuleType

    from loligo.recording.recording import Recording

SPELLED: Final = {MV: "mV", CURRENT: "uA/cm**2", CONDUCTANCE: "mS/cm**2"}  # by the library quantities
EVEN: Final = 1e-6  # of an interval
AMPERES: Final = 1e-6  # of a µA


def library(name: str) -> ModuleType:
    """Import an optional library.

    Raises
    ------
    MissingPackageError
        It is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        root = name.split(".", maxsplit=1)[0]
        raise MissingPackageError(
            f"This needs {root}: install it, or install loligo with the extra [files]."
        ) from error


def block(recording: Recording) -> Any:
    """Return a neo Block with one Segment: every trace with its unit, and the spikes."""
    neo, quantities = library("neo"), library("quantities")
    t = _sampled(recording)
    segment = neo.Segment(name=recording.membrane.name)
    interval = float(t[-1] - t[0]) / (t.size - 1)
    even = np.abs(t - t[0] - interval * np.arange(t.size)).max() <= EVEN * interval
    for name, (values, unit) in recording.traces().items():
        label, units = _labelled(quantities, name, unit)
        if even:
            when = {"t_start": t[0] * quantities.ms, "sampling_period": interval * quantities.ms}
            segment.analogsignals.append(neo.AnalogSignal(values, units=units, name=label, **when))
        else:
            uneven = neo.IrregularlySampledSignal(t, values, units=units, time_units="ms", name=label)
            segment.irregularlysampledsignals.append(uneven)
    ends = {"t_start": 0.0, "t_stop": recording.settings.duration}
    segment.spiketrains.append(neo.SpikeTrain(recording.spikes, units="ms", name="spikes", **ends))
    made = neo.Block(name=recording.membrane.name)
    made.segments.append(segment)
    return made


def _labelled(quantities: ModuleType, name: str, unit: str) -> tuple[str, Any]:
    """Return the name and the unit of a signal; a unit that quantities does not have goes into the name."""
    try:
        return name, quantities.Quantity(1.0, SPELLED.get(unit, unit) or "dimensionless").units
    except LookupError:
        return f"{name} [{unit}]", quantities.dimensionless


def nwb_file(recording: Recording, area: Any, per: str) -> Any:
    """Return a pynwb NWBFile with the measured trace and its protocol, in volts and amperes."""
    pynwb = library("pynwb")
    t = _sampled(recording)
    amperes = AMPERES * _square_centimetres(area, per)
    file = pynwb.NWBFile(
        session_description=f"loligo: {recording.membrane.name}",
        identifier=str(uuid.uuid4()),
        session_start_time=dt.datetime.now(dt.UTC),
    )
    device = file.create_device(name="loligo")
    electrode = file.create_icephys_electrode(name="electrode", description="simulated", device=device)
    common = {"electrode": electrode, "gain": 1.0, "timestamps": t / 1e3}
    kinds, held = pynwb.icephys, recording.settings.holding
    if held is None:
        response = kinds.CurrentClampSeries(name="sweep 0", data=recording.v / 1e3, **common)
        stimulus = kinds.CurrentClampStimulusSeries(name="stimulus 0", data=recording.applied * amperes, **common)
    else:
        current = recording.ionic_current * amperes
        response = kinds.VoltageClampSeries(name="sweep 0", data=current, **common)
        stimulus = kinds.VoltageClampStimulusSeries(name="stimulus 0", data=recording.v / 1e3, **common)
    file.add_intracellular_recording(electrode=electrode, stimulus=stimulus, response=response)
    return file


def _square_centimetres(area: Any, per: str) -> float:
    if per == "cell" and area is None:
        return 1e-3  # nA are 1e-3 µA
    if area is None or per:
        raise ArgumentError(
            f"NWB has currents in amperes: give area= of the membrane in cm², or per='cell' where currents are nA and "
            f"not {CURRENT}."
        )
    return positive(area, "cm²", "area")


def _sampled(recording: Recording) -> Any:
    if recording.t.size < 2:
        raise ArgumentError("This recording has no traces (sampling=None), so there is nothing to export.")
    return recording.t
