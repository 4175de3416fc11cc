"""Recordings as Neo and NWB objects; both libraries are imported only here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError
from loligo._optional import optional
from loligo._units import CONDUCTANCE, CURRENT, MV, positive

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

SPELLED: Final = {MV: "mV", CURRENT: "uA/cm**2", CONDUCTANCE: "mS/cm**2"}  # as the library quantities spells units
EVEN: Final = 1e-6  # relative to a sampling interval: times that deviate by no more count as evenly spaced
AMPERES: Final = 1e-6  # number of amperes in a µA


def block(
    name: str, t: NDArray[Any], traces: Mapping[str, tuple[NDArray[Any], str]], spikes: NDArray[Any], duration: float
) -> Any:
    """Return a neo Block with one Segment: every trace with its unit, and the spikes.

    Parameters
    ----------
    name : str
    t : array (samples,)
        [ms]
    traces : mapping of str to (array (samples,), str)
        Each with its unit.
    spikes : array (spikes,)
        [ms]
    duration : float
        [ms]
    """
    neo, quantities = optional("neo", "files"), optional("quantities", "files")
    _check_sampled(t)
    segment = neo.Segment(name=name)
    interval = float(t[-1] - t[0]) / (t.size - 1)
    even = np.abs(t - t[0] - interval * np.arange(t.size)).max() <= EVEN * interval
    for key, (values, unit) in traces.items():
        label, units = _labelled(quantities, key, unit)
        if even:
            when = {"t_start": t[0] * quantities.ms, "sampling_period": interval * quantities.ms}
            segment.analogsignals.append(neo.AnalogSignal(values, units=units, name=label, **when))
        else:
            uneven = neo.IrregularlySampledSignal(t, values, units=units, time_units="ms", name=label)
            segment.irregularlysampledsignals.append(uneven)
    ends = {"t_start": 0.0, "t_stop": duration}
    segment.spiketrains.append(neo.SpikeTrain(spikes, units="ms", name="spikes", **ends))
    made = neo.Block(name=name)
    made.segments.append(segment)
    return made


def _labelled(quantities: ModuleType, name: str, unit: str) -> tuple[str, Any]:
    """Return the name and the unit of a signal; a unit that the library quantities lacks becomes part of the name."""
    try:
        return name, quantities.Quantity(1.0, SPELLED.get(unit, unit) or "dimensionless").units
    except LookupError:
        return f"{name} [{unit}]", quantities.dimensionless


@dataclass(frozen=True)
class Clamped:
    """The content of an NWB file of a recording.

    Attributes
    ----------
    kind : {"current", "voltage"}
        Kind of clamp.
    t : array (samples,)
        [ms]
    v : array (samples,)
        [mV]
    current : array (samples,)
        The injected current, or the ionic current of a voltage clamp [µA/cm²].
    """

    kind: str
    t: NDArray[Any]
    v: NDArray[Any]
    current: NDArray[Any]


def nwb_file(name: str, clamped: Clamped, area: Any, per: str) -> Any:
    """Return a pynwb NWBFile with the measured trace and its protocol, in volts and amperes."""
    pynwb = optional("pynwb", "files")
    _check_sampled(clamped.t)
    current, v = clamped.current * (AMPERES * _square_centimetres(area, per)), clamped.v / 1e3
    file = pynwb.NWBFile(
        session_description=f"loligo: {name}",
        identifier=str(uuid.uuid4()),
        session_start_time=dt.datetime.now(dt.UTC),
    )
    device = file.create_device(name="loligo")
    electrode = file.create_icephys_electrode(name="electrode", description="simulated", device=device)
    common = {"electrode": electrode, "gain": 1.0, "timestamps": clamped.t / 1e3}
    kinds = pynwb.icephys
    if clamped.kind == "current":
        response = kinds.CurrentClampSeries(name="sweep 0", data=v, **common)
        stimulus = kinds.CurrentClampStimulusSeries(name="stimulus 0", data=current, **common)
    else:
        response = kinds.VoltageClampSeries(name="sweep 0", data=current, **common)
        stimulus = kinds.VoltageClampStimulusSeries(name="stimulus 0", data=v, **common)
    file.add_intracellular_recording(electrode=electrode, stimulus=stimulus, response=response)
    return file


def _square_centimetres(area: Any, per: str) -> float:
    if per == "cell" and area is None:
        return 1e-3  # nA are 1e-3 µA
    if area is None or per:
        raise ArgumentError(
            "NWB stores currents in amperes: give area= of the membrane in cm², or per='cell' if currents are nA "
            "and "
            f"not {CURRENT}."
        )
    return positive(area, "cm²", "area")


def _check_sampled(t: NDArray[Any]) -> None:
    if t.size < 2:
        raise ArgumentError("This recording has no traces (sampling=None), so there is nothing to export.")
