"""From interventions to the windows of a run; they are checked against the membrane, each other and the duration."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from loligo._errors import ArgumentError
from loligo.intervention import Hold, Reset, begin_of, checked, edges_of, shown
from loligo.membrane.occupancies import SUM_SLACK, in_variables, unknown_variable
from loligo.resting import rest
from loligo.resting.conserved import conserved_sums
from loligo.simulation.engine import Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from loligo.intervention import Intervention
    from loligo.membrane import Membrane, Scheme

MOST_COMMAND = 1e4  # scales of v: v may be held or set within this range on both sides of 0
SAME_SUM = 1e-9  # allowed error of a conserved sum, relative to the sum of the sizes of its terms


def windows(
    membrane: Membrane, interventions: Sequence[Intervention], end: float, state: NDArray[np.float64]
) -> list[Window]:
    """Divide ``[0, end]`` [ms] into windows, at the times when holds begin or end and variables are set.

    Parameters
    ----------
    membrane : Membrane
    interventions : sequence of Hold and Reset
        As `checked_interventions` returns them.
    end : float
        [ms]
    state : array (variables,)
        The initial state of the run.

    Raises
    ------
    ArgumentError
        An intervention would never happen, or would break a conserved sum.
    """
    if not interventions:
        return [Window(0.0, end)]
    _in_time(interventions, end)
    resting = rest(membrane) if at_rest(interventions) else None
    values: dict[str, float] = dict(zip(membrane.variables, resting.state.tolist(), strict=True)) if resting else {}
    edges = sorted({0.0, end} | {edge for edge in edges_of(interventions) if edge < end})
    index = {name: k for k, name in enumerate(membrane.variables)}
    cut = []
    for (start, stop), (held, put) in zip(pairwise(edges), _acting(interventions, edges), strict=True):
        numbers = {name: values[name] if value == "rest" else value for name, value in held.items()}
        fresh = {name: values[name] if value == "rest" else float(value) for name, value in put.items()}
        _keep_schemes(membrane, numbers)
        _keep_sums(membrane, state, numbers, fresh)
        keep = {index[name]: None if value == "now" else float(value) for name, value in numbers.items()}
        cut.append(Window(start, stop, keep, {index[name]: value for name, value in fresh.items()}))
    return cut


def _acting(
    interventions: Sequence[Intervention], edges: Sequence[float]
) -> Iterator[tuple[dict[str, float | str], dict[str, float | str]]]:
    """Yield the variables that are held from each edge to the next, and those that are set at the edge."""
    coming = sorted(interventions, key=begin_of)
    holds: list[Hold] = []
    k = 0
    for edge in edges[:-1]:
        put: dict[str, float | str] = {}
        holds = [one for one in holds if one.end > edge]
        while k < len(coming) and begin_of(coming[k]) <= edge:
            one = coming[k]
            if isinstance(one, Hold):
                holds.append(one)
            else:
                put |= dict(one.values)
            k += 1
        yield {one.variable: one.value for one in holds}, put


def checked_interventions(membrane: Membrane, interventions: Any) -> tuple[Intervention, ...]:
    """Check that interventions are possible for a membrane and do not contradict one another; return them.

    Raises
    ------
    UnitError
        An intervention is neither a Hold nor a Reset.
    UnknownNameError
        The membrane does not have a variable.
    ArgumentError
        A gate is outside [0, 1] or instantaneous, v is beyond the range of a clamp, or interventions contradict each
        other.
    """
    listed = checked(interventions)
    if not listed:
        return ()
    said: dict[Intervention, Intervention] = {}  # the given intervention for each resulting one
    for one, own in _in_variables(membrane, listed):
        said.setdefault(own, one)
    given = checked([*said])
    gates = {gate.name: gate for gate in membrane.gates}
    bounded = {*gates, *(name for scheme in membrane.schemes for name in scheme.variables)}
    least = {state.name: state.minimum for state in membrane.states}
    for one in given:
        for name, value in _values(one):
            if name in gates and gates[name].instantaneous:
                raise ArgumentError(f"{name} is instantaneous: it always follows v, so {one!r} is not possible.")
            if name not in membrane.variables:
                raise unknown_variable(membrane, name, f" ({one!r})")
            if name in bounded and not isinstance(value, str) and not 0 <= value <= 1:
                raise ArgumentError(f"A gate must be between 0 and 1; got {name} = {value:g} in {one!r}.")
            if name == "v" and not isinstance(value, str) and not abs(value) <= MOST_COMMAND * membrane.v_scale:
                raise ArgumentError(
                    f"v = {value:g} mV is out of range: in {one!r} give v in mV, within "
                    f"{MOST_COMMAND * membrane.v_scale:g} mV of 0."
                )
            if not isinstance(value, str) and value < least.get(name, -math.inf):
                raise ArgumentError(f"{name} must not be below {least[name]:g}; got {name} = {value:g} in {one!r}.")
    for name in membrane.variables:
        _agree([one for one in given if name in dict(_values(one))], name, said)
    return given


def _in_variables(membrane: Membrane, given: Sequence[Intervention]) -> Iterator[tuple[Intervention, Intervention]]:
    """Yield each intervention with those on variables that it implies; a kinetic scheme stands for its variables.

    Raises
    ------
    ArgumentError
        The sum of occupancies is not 1, or a scheme is held at a number.
    """
    own = {name: scheme for scheme in membrane.schemes for name in (scheme.name, *scheme.occupancies)}
    together: dict[tuple[str, float, float | None], list[Hold]] = {}
    for one in given:
        if isinstance(one, Hold) and one.variable in own:
            together.setdefault((own[one.variable].name, one.start, one.stop), []).append(one)
        elif isinstance(one, Reset) and own:
            yield one, Reset(in_variables(membrane, dict(one.values), repr(one)), at=one.at)
        else:
            yield one, one
    for holds in together.values():
        yield from _held_together(membrane, own[holds[0].variable], holds)


def _held_together(
    membrane: Membrane, scheme: Scheme, holds: Sequence[Hold]
) -> Iterator[tuple[Intervention, Intervention]]:
    """Yield simultaneous holds of one kinetic scheme, each with the resulting holds of variables.

    Raises
    ------
    ArgumentError
        Holds contradict each other, a scheme is held at a number, or occupancies are incomplete.
    """
    named = {one.variable: one for one in holds}
    for one in holds:
        other = named.get(scheme.name, named[one.variable])
        if other.value != one.value:
            raise _contradicting(one, other)
    what = " and ".join(map(repr, holds))
    if scheme.name in named:
        if not isinstance(named[scheme.name].value, str):
            raise _held_alone(scheme, what)
        named = dict.fromkeys(scheme.variables, named[scheme.name])
    values = {name: one.value for name, one in named.items()}
    numbers = [value for value in values.values() if not isinstance(value, str)]
    words = len(numbers) < len(values)
    if scheme.eliminated in values and words:
        if len(values) < len(scheme.occupancies) or len(set(values.values())) > 1:
            raise _held_alone(scheme, what)
        del values[scheme.eliminated]
    elif scheme.eliminated in values or (not words and abs(sum(numbers) - 1.0) <= SUM_SLACK):
        values = in_variables(membrane, values, what)
    for name, value in values.items():
        one = named.get(name, named.get(scheme.eliminated, holds[0]))
        yield one, replace(one, variable=name, value=value)


def _held_alone(scheme: Scheme, what: str) -> ArgumentError:
    return ArgumentError(
        f"The occupancies of {scheme.name} sum to 1, so they must be held together, and {what} is not possible: write "
        f"Hold({scheme.name!r}, 'rest'), or set them by a Reset and hold them by Hold({scheme.name!r}, 'now')."
    )


def _keep_schemes(membrane: Membrane, held: dict[str, Any]) -> None:
    """Reject holds of only some occupancies of a kinetic scheme, or of occupancies whose sum is not 1.

    Raises
    ------
    ArgumentError
        Some occupancies of a scheme are held without the others, or with a sum that is not 1; the message names the
        occupancies.
    """
    for scheme in membrane.schemes:
        own = {name: held[name] for name in scheme.variables if name in held}
        if own and len(own) < len(scheme.variables):
            raise _held_alone(scheme, f"a hold of only {' and '.join(own)}")
        if own:
            in_variables(membrane, own, "holds")


def _contradicting(one: Intervention, other: Intervention) -> ArgumentError:
    return ArgumentError(f"{one!r} and {other!r} contradict each other: choose other times, or one of the two.")


def _agree(given: Sequence[Intervention], name: str, said: Mapping[Intervention, Intervention]) -> None:
    """Reject interventions that give a variable different values at the same time; they must be in order of time.

    ``said`` maps the resulting interventions to the given ones.

    Raises
    ------
    ArgumentError
        Two interventions give a variable different values at the same time; the message names both interventions.
    """
    acting: list[Intervention] = []  # holds that have not ended, and interventions at the same time
    for one in given:
        begin = begin_of(one)
        acting = [x for x in acting if (x.end > begin if isinstance(x, Hold) else x.at == begin)]
        for other in acting:
            if _contradict(other, one, name) or _contradict(one, other, name):
                raise _contradicting(said[other], said[one])
        acting.append(one)


def check_schedule(membrane: Membrane, interventions: Sequence[Intervention], end: float) -> None:
    """Reject interventions that are impossible in a run until ``end`` [ms] for all values of the parameters.

    Raises
    ------
    ArgumentError
    As for `windows`.
    """
    _in_time(interventions, end)
    edges = sorted({0.0, math.inf} | edges_of(interventions))
    for held, put in _acting(interventions, edges):
        _keep_schemes(membrane, held)
        _keep_sums(membrane, None, held, put)


def touch_sums(membrane: Membrane, interventions: Sequence[Intervention]) -> bool:
    """Return whether interventions give values, as numbers or at rest, to terms of a conserved sum."""
    given = {name for one in interventions for name, value in _values(one) if value != "now"}
    names = [state.name for state in membrane.states]
    return any(
        name in given and weight
        for row in conserved_sums(membrane).rows
        for name, weight in zip(names, row, strict=True)
        if np.count_nonzero(row) > 1
    )


def at_rest(interventions: Iterable[Intervention]) -> bool:
    """Return whether an intervention uses a value at rest."""
    return any(value == "rest" for one in interventions for _, value in _values(one))


def _values(one: Intervention) -> tuple[tuple[str, float | str], ...]:
    return ((one.variable, one.value),) if isinstance(one, Hold) else one.values


def _acts(hold: Hold, t: float) -> bool:
    return hold.start <= t < hold.end


def _contradict(a: Intervention, b: Intervention, name: str) -> bool:
    """Return whether two interventions give a variable different values at some time."""
    if isinstance(a, Hold) and isinstance(b, Hold):
        if not max(a.start, b.start) < min(a.end, b.end):
            return False
        later = b if b.start > a.start else a
        return a.value != b.value and later.value != "now"
    if isinstance(a, Hold) and isinstance(b, Reset):
        value = dict(b.values)[name]
        return _acts(a, b.at) and value != a.value and not (a.value == "now" and b.at == a.start)
    if isinstance(a, Reset) and isinstance(b, Reset):
        return a.at == b.at and dict(a.values)[name] != dict(b.values)[name]
    return False


def _in_time(interventions: Iterable[Intervention], end: float) -> None:
    for one in interventions:
        if begin_of(one) >= end:
            raise ArgumentError(f"{one!r} never happens: the run ends at {shown(end)} ms.")


def _keep_sums(
    membrane: Membrane, state: NDArray[np.float64] | None, held: dict[str, Any], put: dict[str, Any]
) -> None:
    """Reject interventions that would change a conserved sum of further states from its value at ``state``.

    Raises
    ------
    ArgumentError
        Only some terms are held or set, or they are set to values with another sum.
    """
    if not membrane.states or not (held or put):
        return
    names = [one.name for one in membrane.states]
    for row in conserved_sums(membrane).rows:
        terms = {name: weight for name, weight in zip(names, row, strict=True) if weight}
        if len(terms) < 2:
            continue
        level = math.nan if state is None else float(row @ state[-len(names) :])
        text = " + ".join(name if weight == 1 else f"{weight:g} {name}" for name, weight in terms.items())
        for given, what in ((held, "held"), (put, "set")):
            own = [name for name in terms if name in given]
            if not own:
                continue
            why = f"{text}{'' if math.isnan(level) else f' = {level:.6g}'} never changes in {membrane.name}, "
            if len(own) < len(terms):
                others = ", ".join(name for name in terms if name not in given)
                raise ArgumentError(
                    f"{why}but would if only {' and '.join(own)} were {what}: do the same with {others}."
                )
            values = [given[name] for name in own]
            words = {value for value in values if isinstance(value, str)}
            if words and len(set(values)) == 1:  # all at their current values, or all at rest
                continue
            if words:
                raise ArgumentError(f"{why}so {', '.join(own)} must be {what} all at numbers, or all alike.")
            sizes = [terms[name] * given[name] for name in own]
            if abs(sum(sizes) - level) > SAME_SUM * (sum(map(abs, sizes)) + abs(level)):
                raise ArgumentError(
                    f"{why}but is {sum(sizes):.6g} for the values at which {', '.join(own)} are {what}."
                )
