"""Hold and Reset: frozen values that say which variables are held or set, and when."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Final, Never

from loligo._errors import ArgumentError, UnitError
from loligo._units import MS, MV, number, positive

AT_REST: Final = "rest"
AS_NOW: Final = "now"
_HOLDING: Final = ("hold", "holds", "held", "freeze", "frozen", "fix", "fixed", "clamp", "clamped", "keep", "block")
_SETTING: Final = ("reset", "resets", "set", "put")


@dataclass(frozen=True, init=False)
class Hold:
    """An intervention that holds a variable at a value for some time, after which the variable changes freely again.

    Parameters
    ----------
    variable : str
        ``v`` (a voltage clamp inside a run), a gate that is not instantaneous, a further state, a kinetic scheme
        (``value`` must then be "rest" or "now"), or one of its occupancies, all of which must be held together.
    value : float, "rest" or "now"
        v in mV, a gate between 0 and 1, or a state in its own unit; "rest" is its value at rest, "now" that at
        ``start``.
    start : float
        When the hold begins [ms].
    stop : float, optional
        When the hold ends [ms]; by default at the end of the run.

    Raises
    ------
    ArgumentError, UnitError
        A value or time is invalid.

    Examples
    --------
    >>> Hold("n", "rest", start=20, stop=180)
    Hold('n', 'rest', start=20, stop=180)
    """

    variable: str
    value: float | str
    start: float = 0.0
    stop: float | None = None

    def __init__(
        self, variable: str = "", value: Any = None, start: Any = 0.0, stop: Any = None, **others: Never
    ) -> None:
        if others or value is None:
            given = _given(variable, value, others) or [("n", AT_REST)]
            times = f", start={start!r}" if start else ""
            times += f", stop={stop!r}" if stop is not None else ""
            raise UnitError(
                f"Hold takes a variable, its value, start and stop in ms: write Hold({given[0][0]!r}, {given[0][1]!r}"
                f"{times})."
            )
        name = _name(variable, "Hold")
        begin = positive(start, MS, f"start of the hold of {name}", zero=True)
        end = None if stop is None else number(stop, MS, f"stop of the hold of {name}", finite=False)
        end = None if end == math.inf else end
        if end is not None and not end > begin:
            raise ArgumentError(
                f"A hold must stop after it starts; {name} is held from {shown(begin)} to {shown(end)} ms."
            )
        _set(self, variable=name, value=_value(name, value, (AT_REST, AS_NOW)), start=begin, stop=end)

    @property
    def end(self) -> float:
        """The time at which the hold stops [ms]; infinity for the end of the run."""
        return math.inf if self.stop is None else self.stop

    def __repr__(self) -> str:
        times = f", start={shown(self.start)}" if self.start else ""
        times += "" if self.stop is None else f", stop={shown(self.stop)}"
        return f"Hold({self.variable!r}, {shown(self.value)}{times})"


@dataclass(frozen=True, init=False)
class Reset:
    """An intervention that sets variables once, after which they change freely.

    Parameters
    ----------
    values : mapping of str to (float or "rest")
        v in mV, gates between 0 and 1, states in their own unit, or their values at rest.
    at : float
        Time at which they are set [ms].

    Attributes
    ----------
    values : tuple of (str, float or "rest")
        Values by name.
    at : float
        [ms]

    Raises
    ------
    ArgumentError, UnitError
        A value or time is invalid, or there is nothing to set.

    Examples
    --------
    >>> Reset({"v": -60}, at=200)
    Reset({'v': -60}, at=200)
    """

    values: tuple[tuple[str, float | str], ...]
    at: float

    def __init__(self, values: Any = None, *position: Any, at: Any = None, **others: Never) -> None:
        if len(position) == 1 and at is None:
            (at,), position = position, ()
        if others or position or values is None or at is None or isinstance(values, str):
            value = position[0] if position else at if isinstance(values, str) else None
            given = dict(values if isinstance(values, Mapping) else _given(values, value, others) or {"v": -60})
            when = 200 if at is None or at is value else at
            raise UnitError(
                f"Reset takes variables with their values, and a time in ms: write Reset({given!r}, at={when!r})."
            )
        pairs = _mapping(values) if isinstance(values, tuple) else values
        if not isinstance(pairs, Mapping) or not pairs:
            raise UnitError(f"Reset takes variables and values, e.g. {{'v': -60}}; got {values!r}.")
        own = {_name(name, "Reset"): _value(name, value, (AT_REST,)) for name, value in pairs.items()}
        _set(self, values=tuple(sorted(own.items())), at=positive(at, MS, "at of a reset", zero=True))

    def __repr__(self) -> str:
        values = ", ".join(f"{name!r}: {shown(value)}" for name, value in self.values)
        return f"Reset({{{values}}}, at={shown(self.at)})"


Intervention = Hold | Reset


def checked(interventions: Any) -> tuple[Intervention, ...]:
    """Return interventions in order of time, without duplicates, from a Hold, a Reset, several of them, or None.

    Raises
    ------
    UnitError
        The argument is none of these.
    """
    if interventions is None:
        return ()
    given = (interventions,) if isinstance(interventions, (Hold, Reset)) else interventions
    listed = tuple(given) if isinstance(given, Iterable) and not isinstance(given, (str, Mapping)) else (given,)
    for one in listed:
        if not isinstance(one, (Hold, Reset)):
            raise UnitError(
                f"interventions must be Hold and Reset objects, e.g. [Hold('n', 'rest', 20, 180)]; got {one!r}."
            )
    return tuple(sorted(dict.fromkeys(listed), key=lambda one: (begin_of(one), repr(one))))


def begin_of(one: Intervention) -> float:
    """Return when an intervention begins [ms]."""
    return one.start if isinstance(one, Hold) else one.at


def edges_of(interventions: Iterable[Intervention]) -> set[float]:
    """Return the times at which interventions begin, end or act [ms]."""
    found: set[float] = set()
    for one in interventions:
        found |= {one.start, one.end} if isinstance(one, Hold) else {one.at}
    return found - {math.inf}


def until(interventions: Iterable[Intervention], stop: float) -> tuple[Intervention, ...]:
    """Return the interventions before a time [ms]."""
    return tuple(one for one in interventions if begin_of(one) < stop)


def after(interventions: Iterable[Intervention], start: float) -> tuple[Intervention, ...]:
    """Return the interventions after a time [ms], with times counted from then; a hold that has started continues."""
    later: list[Intervention] = []
    for one in interventions:
        if isinstance(one, Reset):
            if one.at >= start:
                later.append(replace_time(one, at=one.at - start))
        elif one.end > start:
            stop = None if one.stop is None else one.stop - start
            later.append(replace_time(one, start=max(one.start - start, 0.0), stop=stop))
    return tuple(later)


def replace_time(one: Any, **times: Any) -> Any:
    """Return an intervention at other times [ms]."""
    return replace(one, **times)


def refuse_others(function: Callable[..., Any], others: Mapping[str, Any]) -> None:
    """Reject arguments that a function does not have, and explain how to hold or set a variable.

    Raises
    ------
    UnitError
        The function does not have an argument of that name.
    """
    for name, value in others.items():
        known = [key for key in inspect.signature(function).parameters if key not in ("self", "unknown")]
        close = get_close_matches(name, known, n=1)
        instead = f"{close[0]}= instead" if close else f"one of {', '.join(known)}"
        if word := intervention_of(name):
            variable, own = (*_given(value, None, value if isinstance(value, Mapping) else {}), ("n", AT_REST))[0]
            done = f"Hold({variable!r}, {own!r})" if word == "Hold" else f"Reset({{{variable!r}: {own!r}}}, at=200)"
            instead = f"interventions={done}"
        raise UnitError(f"{function.__name__} has no argument {name!r}: write {instead}.")


def intervention_of(word: str) -> str:
    """Return which intervention a user's argument name means: ``"Hold"``, ``"Reset"`` or ``""``."""
    return "Hold" if word.lower() in _HOLDING else "Reset" if word.lower() in _SETTING else ""


def _given(name: Any, value: Any, others: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the names and values that a call was likely meant to give."""
    if isinstance(name, str) and name:
        return [(name, AT_REST if value is None else value)]
    return list((name if isinstance(name, Mapping) else others).items())


def _mapping(pairs: tuple[Any, ...]) -> dict[Any, Any] | None:
    """Return a tuple of (name, value) pairs as a mapping, or None if it is not one."""
    named = dict(pair for pair in pairs if isinstance(pair, tuple) and len(pair) == 2)
    return named if len(named) == len(pairs) else None


def _name(name: Any, kind: str) -> str:
    if not isinstance(name, str) or not name:
        raise UnitError(f"{kind} must name a variable such as 'v' or 'n'; got {name!r}.")
    return name


def _value(name: str, value: Any, words: tuple[str, ...]) -> float | str:
    if isinstance(value, str):
        if value not in words:
            allowed = " or ".join(repr(word) for word in words)
            raise ArgumentError(f"{name} must be a number or {allowed}; got {value!r}.")
        return value
    return number(value, MV if name == "v" else "", f"the value of {name}")


def shown(value: float | str) -> str:
    """Return a value or a time with all its digits."""
    return repr(value) if isinstance(value, str) else repr(value).removesuffix(".0")


def _set(own: Any, **values: Any) -> None:
    for key, value in values.items():
        object.__setattr__(own, key, value)
