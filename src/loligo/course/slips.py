"""Slips that give a run, but not the intended one: each is reported in one sentence."""

from __future__ import annotations

import dis
import os
import re
import warnings
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import LikelyMistakeWarning
from loligo.course.digits import written
from loligo.course.neuron_slips import LARGEST_POTENTIAL, neuron_slip
from loligo.membrane.instead import lost_brackets
from loligo.stimulus import Sine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType

    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.recording import Recording
    from loligo.stimulus import Stimulus

LARGEST_CURRENT: Final = 1000.0  # µA/cm²: even pulses of 0.01 ms need less to make an axon fire
LEAST_CURRENT: Final = 1e-3  # µA/cm²: a smaller current moves v by less than a microvolt
LARGEST_FREQUENCY: Final = 2.0  # kHz: no membrane follows a faster sine, so it was typed in Hz
LEAST_PERIODS: Final = 0.1  # periods of a sine in a run: a run with fewer hardly shows the sine
LEAST_DURATION: Final = 1.0  # ms: nothing happens in a shorter run, so its end was typed in s
USUAL_DT: Final = 0.1  # ms, the default of the classroom file: about ten samples in a spike
_PACKAGE: Final = str(Path(__file__).parents[1]) + os.sep


def warn_of_slips(recording: Recording, caller: FrameType) -> None:
    """Warn of likely slips in a run: wrong numbers, missing brackets in formulas, lines without effect.

    Parameters
    ----------
    recording : Recording
    caller : frame
        The frame of the function that built the neuron: `HH_Neuron` of the classroom file or of an edited copy.
    """
    script, level = script_of(caller)
    end = recording.settings.duration
    numbers = (
        _seconds(end)
        or current_slip(recording.stimulus, recording.t, end)
        or neuron_slip(recording.membrane)
        or _potential(recording)
        or _wide_samples(recording)
    )
    for sentence in (numbers, brackets(recording.membrane), _idle_line(caller, script)):
        if sentence:  # 4: this function, __post_init__ and __init__ of the record, and the caller
            warnings.warn(sentence, LikelyMistakeWarning, stacklevel=level + 4)


def script_of(frame: FrameType) -> tuple[FrameType, int]:
    """Return the first frame above a given one that is in neither loligo nor that frame's file, and its distance."""
    room, here, level = frame.f_code.co_filename, frame, 0
    while here.f_back and (here.f_code.co_filename == room or here.f_code.co_filename.startswith(_PACKAGE)):
        here, level = here.f_back, level + 1
    return here, level


def current_slip(stimulus: Stimulus, times: NDArray[np.float64], end: float) -> str:
    """Return a sentence if a current is not in the run at all, or probably in another unit; else ""."""
    edges = stimulus.joined(end).edges
    near_edges = np.concatenate([edges, np.nextafter(edges, -np.inf)])
    inside = near_edges[(near_edges >= 0) & (near_edges <= end)]
    values = np.asarray(stimulus(np.concatenate([times, inside])))
    strongest = float(values[np.abs(values).argmax()])
    if stimulus.start >= end:
        return (
            f"The current begins at {written(stimulus.start)} ms, after the run has ended at {written(end)} ms, so "
            f"the neuron gets no current: let it begin earlier, or give a tend above {written(stimulus.start)}."
        )
    if abs(strongest) > LARGEST_CURRENT:
        return (
            f"A current of {written(strongest, 4)} µA is more than any membrane of 1 cm² can bear: amplitudes are in "
            "µA, "
            f"so write {written(strongest / 1000, 4)} if you meant {written(strongest, 4)} nA."
        )
    waves = [one for one in (getattr(stimulus, "terms", None) or (stimulus,)) if isinstance(one, Sine)]
    if fast := [wave.frequency for wave in waves if wave.frequency > LARGEST_FREQUENCY]:
        return (
            f"A current of {written(fast[0])} kHz is too fast for any membrane to follow: frequencies are in kHz, so "
            f"write {written(fast[0] / 1000)} if you meant {written(fast[0])} Hz. For an amplitude of "
            f"{written(fast[0])} µA write I_amp={written(fast[0])}."
        )
    if slow := [wave.frequency for wave in waves if wave.amplitude and wave.frequency * end < LEAST_PERIODS]:
        return (
            f"A current of {written(slow[0])} kHz takes {written(1 / slow[0])} ms for one period, and the run ends at "
            f"{written(end)} ms: write a higher frequency (kHz), or tend={written(1 / slow[0])}."
        )
    if 0 < abs(strongest) < LEAST_CURRENT:
        return (
            f"A current of {written(strongest, 4)} µA has no effect on a membrane of 1 cm²: amplitudes are in µA, so "
            "write "
            f"{written(strongest * 1e6, 4)} if you meant {written(strongest, 4)} A."
        )
    return ""


def _seconds(end: float) -> str:
    if end >= LEAST_DURATION:
        return ""
    return (
        f"The run ends at {written(end)} ms, before anything happens: times are in ms, so write {written(1000 * end)} "
        f"if you meant {written(end)} s."
    )


def _wide_samples(recording: Recording) -> str:
    """Return a sentence if samples are so far apart that spikes fall between them."""
    t, spikes = recording.t, recording.spikes
    if not t.size:
        return ""
    dt = float(t[1] - t[0]) if t.size > 1 else recording.settings.duration
    drawn = recording.v[np.searchsorted(t, spikes[spikes <= t[-1]])] >= recording.membrane.spike_level
    missed = spikes.size - int(drawn.sum())
    if dt <= USUAL_DT * (1 + 1e-9) or not (missed or t.size == 1):
        return ""
    return (
        f"A sample every {written(dt)} ms is too coarse to draw this run, and {missed} of {spikes.size} spikes "
        f"fall between samples: write dt={written(USUAL_DT)}."
    )


def _potential(recording: Recording) -> str:
    """Return a sentence if v is more than any membrane can bear."""
    furthest = float(recording.v[np.abs(recording.v).argmax()]) if recording.t.size else 0.0
    if abs(furthest) > LARGEST_POTENTIAL:
        return (
            f"The potential reaches {written(furthest, 4)} mV, which no membrane can bear: give a smaller current (µA) "
            "or other conductances (mS)."
        )
    return ""


def brackets(membrane: Membrane) -> str:
    """Return a sentence if a gate's formula has ``exp(25 - v/10)`` where ``exp((25 - v)/10)`` is probably meant."""
    for gate in membrane.gates:
        for letter, formula in gate.formulas.items():
            if found := lost_brackets(formula.tree):
                return f"{letter} of gate {gate.name!r} has {found[0]}: write {found[1]} to divide all of it."
    return ""


def _idle_line(caller: FrameType, script: FrameType) -> str:
    """Return a sentence if an unused number has the name of a parameter in another spelling or place."""
    code = caller.f_code
    inside, module = caller.f_locals, caller.f_globals
    read = {name for kind, name in _locals(code) if kind == "LOAD"} | set(code.co_cellvars)
    arguments = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    own = {_plain(name): name for name in inside if name in read and name not in arguments and _is_number(inside[name])}
    beside = {name: value for name, value in inside.items() if name not in read}
    outside = {name: value for name, value in (script.f_globals | module).items() if len(name) > 1}
    for where, idle in (("", beside), (f" outside {code.co_name}", outside)):
        for name, value in idle.items():
            right = own.get(_plain(name))
            if right and _is_number(value) and value != inside[right] and not (where and name in code.co_names):
                return (
                    f"{name} = {written(value)}{where} has no effect: the neuron runs with {right} = "
                    f"{written(inside[right])}, so write {right} = {written(value)} in its place."
                )
    return ""


def _locals(code: CodeType) -> Iterator[tuple[str, str]]:
    """Yield LOAD or STORE and the name for each use of a local name in the code of a function."""
    for instruction in dis.get_instructions(code):
        if "_FAST" in instruction.opname:
            kinds = re.findall(r"LOAD|STORE|DELETE", instruction.opname)
            names = instruction.argval if isinstance(instruction.argval, tuple) else (instruction.argval,)
            yield from zip(kinds, names, strict=False)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
