"""Calls of the functions in the classroom file: arguments are checked first, and an error is one sentence."""

from __future__ import annotations

import inspect
import os
import re
import sys
import warnings
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from types import FrameType, ModuleType, TracebackType
from typing import Any, Final, ParamSpec, TypeVar, cast

import numpy as np

from loligo._collector import collector_held
from loligo._errors import ArgumentError, DivergenceError, LikelyMistakeWarning, LoligoError, ModelError, UnitError
from loligo._units import CURRENT, KHZ, MS, number, positive
from loligo.course.digits import written
from loligo.course.record import Record
from loligo.course.slips import LARGEST_FREQUENCY, brackets, current_slip, script_of
from loligo.course.timed_arrays import ampere, is_timed, stimulus_of
from loligo.membrane import Membrane
from loligo.membrane.instead import is_unit
from loligo.stimulus import Stimulus

P = ParamSpec("P")
R = TypeVar("R")

UNITS: Final = {
    **dict.fromkeys(("I_amp", "I_offset"), CURRENT),
    **dict.fromkeys(("I_tstart", "I_tend", "tend", "simtime", "dt"), MS),
    "I_freq": KHZ,
}
EXAMPLES: Final = {
    "Gate": 'lo.Gate("m", alpha="0.1 * (25 - v) / (exp((25 - v) / 10) - 1)", beta="4 * exp(-v / 18)")',
    "Channel": 'lo.Channel("Na", g=gNa, E=ENa, open=m**3 * h)',
    "Membrane": "lo.Membrane(channel, channel, C=C, spike_level=50.0)",
    "Step": "lo.Step(7, start=20, stop=180)",
    "Ramp": "lo.Ramp(20, start=30, stop=270)",
    "Sine": "lo.Sine(7, frequency=0.01, offset=0.5)",
    "simulate": "lo.simulate(membrane, curr, simtime, sampling=dt)",
}
OTHER_NAMES: Final = {
    **dict.fromkeys(("amp", "amplitude", "I", "current"), "I_amp"),
    **dict.fromkeys(("freq", "frequency", "f"), "I_freq"),
    **dict.fromkeys(("start", "tstart", "t_start"), "I_tstart"),
    **dict.fromkeys(("stop", "I_stop"), "I_tend"),
    **dict.fromkeys(("duration", "t_end", "T", "simtime"), "tend"),
    "plot": "do_plot",
    "offset": "I_offset",
}
USUAL: Final = {"gNa": 120.0, "gK": 36.0, "gl": 0.3, "ENa": 115.0, "EK": -12.0, "El": 10.6, "C": 1.0}
MAX_CLASSROOM_SAMPLES: Final = 10_000_000  # largest number of samples of a run: half a gigabyte of traces
_IN_FORMULAS: Final = {"v", "exp", "log", "sqrt", "tanh", "m", "h", "n"}
_PACKAGE: Final = str(Path(__file__).parents[1]) + os.sep


class ClassroomCallError(LoligoError, TypeError):
    """A call that Python or the classroom file does not accept."""


class ClassroomNameError(LoligoError, NameError):
    """A name in the classroom file that does not exist."""


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function of the classroom file accept what students type, or explain in one sentence what to type.

    Quantities with units become numbers in µA, ms and kHz; a Brian2 `TimedArray` becomes a stimulus. The traceback of
    an error shows only lines of the script and of the classroom file.

    Parameters
    ----------
    function : callable
        One that returns a `Record`.

    Raises
    ------
    ClassroomCallError, UnitError
        The function does not accept an argument or its value.

    Warns
    -----
    LikelyMistakeWarning
        Positional numbers set the start of the current instead of its amplitude, or a current lasts longer than the
        run.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        own = run.__wrapped__  # instead of `function`, which IPython's autoreload replaces
        try:
            arguments = _checked(own, args, kwargs)
            with collector_held():  # it would take a tenth of the time of a student's first run
                return cast("R", _record(own, own(*arguments.args, **arguments.kwargs)))
        except (LoligoError, TypeError, NameError, AttributeError) as error:
            raise _shortened(error) from None

    return run


def reload(module: ModuleType | None = None) -> None:  # noqa: ARG001
    """Raise an error that says what to type instead of Python 2's ``reload(HH)``.

    Raises
    ------
    ClassroomNameError
        Always.
    """
    raise ClassroomNameError(
        "reload(HH) is Python 2: write import importlib, HH, then importlib.reload(HH), then HH.HH_Step()."
    )


def _checked(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> inspect.BoundArguments:
    """Return the arguments as plain numbers and stimuli."""
    signature, name = inspect.signature(function), function.__name__
    for given in kwargs:
        if given not in signature.parameters:
            raise ClassroomCallError(_no_argument(name, given, list(signature.parameters)))
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError as error:
        raise ClassroomCallError(f"{name}: {error}. Write {name}{_as_typed(signature)}.") from None
    named = set(bound.arguments)
    bound.apply_defaults()
    for key, value in bound.arguments.items():
        if key == "do_plot" and not (isinstance(value, (bool, int, np.bool_)) and value in (0, 1)):
            raise UnitError(f"do_plot must be True or False, without quotes; got {value!r}: write do_plot=False.")
        if key in UNITS:
            bound.arguments[key] = _plain(value, key)
    if "curr" in bound.arguments:
        bound.arguments["curr"] = _stimulus(bound.arguments["curr"])
    if "rec" in bound.arguments:
        _check_drawn(bound.arguments["rec"], bound.arguments.get("title"))
    if slip := _call_slip(name, args, bound.arguments, named, signature):
        _, level = script_of(sys._getframe())  # noqa: SLF001
        warnings.warn(slip, LikelyMistakeWarning, stacklevel=level + 1)
    _check_times(name, bound.arguments, named)
    return bound


def _check_drawn(rec: Any, title: Any) -> None:
    if not isinstance(rec, Record):
        raise UnitError(
            f"plot_data draws a record, such as HH_Step returns; got {_shown(rec)}: write rec = "
            "HH_Step(do_plot=False), "
            "then plot_data(rec)."
        )
    if not (title is None or isinstance(title, str)):
        raise UnitError(
            f"title must be a string in quotes; got {_shown(title)}: write plot_data(rec, title={str(title)!r:.60})."
        )


def _check_times(function: str, values: dict[str, Any], given: set[str]) -> None:
    """Refuse impossible times, and use the argument names of the function that was called."""
    for key in values.keys() & {"tend", "simtime", "dt", "I_freq"}:
        positive(values[key], UNITS[key], key)
    if "I_tstart" in values and "I_tend" in values and not 0 <= values["I_tstart"] < values["I_tend"]:
        start, stop = f"{values['I_tstart']:.10g}", f"{values['I_tend']:.10g}"
        instead = "a positive I_tstart" if values["I_tstart"] < 0 else f"an I_tend above {start}"
        if {"I_tstart", "I_tend"} <= given and 0 <= values["I_tend"] < values["I_tstart"]:
            instead = f"{function}(I_tstart={stop}, I_tend={start})"
        raise ArgumentError(
            f"The current must begin at 0 ms or later and end after that; got I_tstart={start}, I_tend={stop}: write "
            f"{instead}."
        )
    for key in values.keys() & {"tend", "simtime"}:
        if "dt" in values and values[key] / values["dt"] > MAX_CLASSROOM_SAMPLES:
            raise ArgumentError(
                f"{key}={values[key]:g} ms with a sample every dt={values['dt']:g} ms are more than "
                f"{MAX_CLASSROOM_SAMPLES:,} samples: write a {key} below "
                f"{MAX_CLASSROOM_SAMPLES * values['dt']:,.10g}, or a longer dt."
            )


def _plain(value: Any, name: str) -> float:
    """Return an argument as a number; currents apply to 1 cm², so µA are µA/cm²."""
    unit = UNITS[name]
    if unit == CURRENT:
        value = ampere(value)
    try:
        return number(value, unit, name)
    except (UnitError, ArgumentError) as error:
        raise type(error)(str(error).replace(CURRENT, "µA")) from None


def _stimulus(curr: Any) -> Stimulus:
    if is_timed(curr):
        return stimulus_of(curr)
    if isinstance(curr, Stimulus):
        return curr
    raise UnitError(
        f"curr must be a current over time, a Step, Ramp, Sine, ... or a sum of them; got {_shown(curr)}: write "
        "HH_Neuron(lo.Step(7, start=20, stop=180), 200)."
    )


def _shown(value: Any) -> str:
    return f"{' '.join(repr(value).split()):.60}"


def _record(function: Callable[..., Any], result: Any) -> Any:
    """Return the result of a function, if it is a `Record`."""
    promised = inspect.signature(function).return_annotation
    if promised not in (Record, "Record") or isinstance(result, Record):
        return result
    from loligo.recording import Recording  # imports Numba, which the import of the classroom file does not need

    if isinstance(result, Recording):
        return Record(result)
    last = "return rec" if function.__name__ != "HH_Neuron" else f"return Record({EXAMPLES['simulate']})"
    raise ClassroomCallError(
        f"{function.__name__} must return a Record and returned {result!r:.40}: write {last} as its last line."
    )


def _call_slip(
    name: str, args: tuple[Any, ...], values: Mapping[str, Any], named: set[str], signature: inspect.Signature
) -> str:
    """Return a sentence if numbers likely belong to other arguments, or if the run ends before the current."""
    usual = {key: one.default for key, one in signature.parameters.items()}
    if "I_amp" not in usual or not all(isinstance(one, (int, float)) for one in args):
        return ""
    given = ", ".join(f"{one!r}" for one in args)
    as_meant = f"{name}({', '.join(f'{key}={one!r}' for key, one in zip(usual, args, strict=False))})"
    first, second = list(usual)[:2]
    if len(args) == 1 and "I_amp" not in named and not (first == "I_freq" and args[0] > LARGEST_FREQUENCY):
        return (
            f"{name}({given}) sets {first}, not the amplitude: write {name}(I_amp={given}) for a current of {given} "
            f"µA, or {as_meant} if you mean {first}."
        )
    if len(args) == 2 and "I_amp" not in named:
        if second == "I_tend" and (args[0] == usual["I_amp"] or args[1] >= usual["tend"]):
            other = "I_tstart" if args[1] <= usual[first] else "I_tend" if args[1] < usual["tend"] else "tend"
            return (
                f"{name}({given}) sets {first} and {second}: write {name}(I_amp={args[0]!r}, {other}={args[1]!r}) for "
                f"a current of {args[0]!r} µA, or {as_meant} if you mean these."
            )
        if second == "I_offset" and args[1] == usual["I_amp"]:
            return (
                f"{name}({given}) sets {first} and {second}: write {name}({first}={args[0]!r}, I_amp={args[1]!r}) for "
                f"an amplitude of {args[1]!r} µA, or {as_meant} if you mean these."
            )
    if "I_tend" in named and "tend" in usual and "tend" not in named and values["I_tend"] > values["tend"]:
        end, stop = written(values["tend"]), written(values["I_tend"])
        return (
            f"The run ends at {end} ms, before the current does at {stop} ms: write {name}(..., I_tend={stop}, "
            f"tend={stop}) to see all of it."
        )
    return ""


def _no_argument(function: str, given: str, known: list[str]) -> str:
    small = {name.lower(): name for name in known}
    close = get_close_matches(given.lower(), small, n=1)
    instead = OTHER_NAMES[given] if OTHER_NAMES.get(given) in known else small[close[0]] if close else None
    return f"{function} has no argument {given!r}: write " + (
        f"{instead}= instead." if instead else f"one of {', '.join(known)}."
    )


def _shortened(error: Exception) -> Exception:
    """Return an error with only the frames of the user's files, and with advice on what to type."""
    frames = list(_frames(error.__traceback__))
    kept = None
    for frame, step in reversed(frames[1:]):
        if not frame.f_code.co_filename.startswith(_PACKAGE):
            kept = TracebackType(kept, frame, step.tb_lasti, step.tb_lineno)
    return _in_words(error, [frame for frame, _ in frames]).with_traceback(kept)


def _frames(trace: TracebackType | None) -> list[tuple[FrameType, TracebackType]]:
    found = []
    while trace:
        found.append((trace.tb_frame, trace))
        trace = trace.tb_next
    return found


def _in_words(error: Exception, frames: list[FrameType]) -> Exception:
    if isinstance(error, LoligoError):
        hint = _hint(error, [value for frame in frames for value in frame.f_locals.values()])
        error.args = (f"{error} {hint}", *error.args[1:]) if hint else error.args
        return error
    said = str(error)
    if isinstance(error, UnboundLocalError) and (found := re.search(r"variable '(\w+)'", said)):
        return ClassroomNameError(_without_a_number(found[1]))
    if isinstance(error, NameError) and error.name:
        if error.name in _IN_FORMULAS:
            return ClassroomNameError(f"{said}: write formulas in quotes, {EXAMPLES['Gate']}.")
        if is_unit(error.name):
            return ClassroomNameError(f"{said}: write numbers without units, such as gNa = 120.0 for 120 mS.")
        names = [*frames[-1].f_locals, *frames[-1].f_globals]
        close = get_close_matches(error.name, names, n=1) or [n for n in names if n.lower() == error.name.lower()]
        return ClassroomNameError(f"{said}: write {close[0]}." if close else f"{said}: write {error.name} = ... above.")
    if "object is not callable" in said:
        return ClassroomCallError(f"{said}: write * between factors, 0.1 * (25 - v).")
    called = re.match(r"(?:(\w+)\.__init__|(\w+))\(\) (?:takes|got|missing)", said)
    example = EXAMPLES.get((called[1] or called[2]) if called else "")
    return ClassroomCallError(f"{said}: write {example}.") if example else error


def _without_a_number(name: str) -> str:
    """Return advice for ``gNa = 1.5 * gNa`` or ``gNa: 120.0``, which leave a name without a value."""
    own = USUAL.get(name, 1.0)
    return (
        f"{name} has no number yet where it is used: write its number, {name} = {own} or {name} = 1.5 * {own}, with "
        "= and above the line that uses it."
    )


def _hint(error: LoligoError, values: list[Any]) -> str:
    """Return the slip in the neuron or its current that probably caused an error, judged by the available values."""
    if isinstance(error, ModelError):
        return next((hint for one in values if isinstance(one, Membrane) and (hint := brackets(one))), "")
    if isinstance(error, DivergenceError):
        currents = [one for one in values if isinstance(one, Stimulus)]
        return next((hint for one in currents if (hint := current_slip(one, np.zeros(1), error.time))), "")
    return ""


def _as_typed(signature: inspect.Signature) -> str:
    return str(signature.replace(return_annotation=inspect.Signature.empty)).replace(" = ", "=")
