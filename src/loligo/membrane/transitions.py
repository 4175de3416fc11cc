"""Checks of the parts of a kinetic scheme: states, transitions with their rates, weights of the open states."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

from loligo._errors import ModelError, unknown_name
from loligo._units import number
from loligo.membrane.expression import Expression, expression
from loligo.membrane.names import valid_name

MOST_STATES: Final = 50
MOST_TRANSITIONS: Final = 200


@dataclass(frozen=True)
class Transition:
    """A transition between two states.

    Attributes
    ----------
    begin, end : str
        Names of the two states.
    forward : Expression or None
        The rate from ``begin`` to ``end`` [1/ms]; None if there is no transition in this direction.
    backward : Expression or None
        The rate from ``end`` to ``begin`` [1/ms]; None if there is no transition in this direction.
    """

    begin: str
    end: str
    forward: Expression | None
    backward: Expression | None

    @property
    def ways(self) -> tuple[tuple[str, str, Expression], ...]:
        """The existing directions, each with its rate."""
        both = ((self.begin, self.end, self.forward), (self.end, self.begin, self.backward))
        return tuple((a, b, rate) for a, b, rate in both if rate is not None)


def checked_states(name: str, states: Any) -> tuple[str, ...]:
    """Return the names of the states of a scheme.

    Raises
    ------
    ModelError
        The argument is not a list of 2 to `MOST_STATES` names, or a name is invalid or given twice.
    """
    if isinstance(states, (str, AbstractSet)) or not isinstance(states, Iterable):  # a set has no order
        raise ModelError(f"states of scheme {name!r} must be a list of names such as ['C', 'O']; got {states!r:.80}.")
    listed = tuple(states)
    for state in listed:
        if not isinstance(state, str) or not state or not (state.isascii() and f"_{state}".isidentifier()):
            raise ModelError(
                f"The name of a state of scheme {name!r} may have letters a to z, digits and _; got {state!r:.80}."
            )
        valid_name(f"{name}_{state}", "state")
    twice = sorted({state for state in listed if listed.count(state) > 1})
    if twice:
        raise ModelError(f"Two states of scheme {name!r} are called {twice[0]!r}; give them different names.")
    if not 2 <= len(listed) <= MOST_STATES:
        raise ModelError(f"A scheme must have 2 to {MOST_STATES} states; {name!r} has {len(listed)}.")
    return listed


def checked_transitions(name: str, states: tuple[str, ...], transitions: Any) -> tuple[Transition, ...]:
    """Return the transitions of a scheme.

    Raises
    ------
    ModelError
        The argument is not a list of pairs of states with one or two rates, or a pair is given twice.
    """
    if isinstance(transitions, (str, Mapping, AbstractSet)) or not isinstance(transitions, Iterable):
        raise ModelError(f"transitions of scheme {name!r} must be a list such as [('C', 'O', 'alpha', 'beta')].")
    found: list[Transition] = []
    pairs: set[frozenset[str]] = set()
    for one in transitions:
        if (
            isinstance(one, (str, Mapping, AbstractSet))
            or not isinstance(one, Iterable)
            or len(entries := tuple(one)) not in (3, 4)
        ):
            raise ModelError(
                f"A transition of scheme {name!r} must be (from, to, rate, rate back), or (from, to, rate) for one "
                "way; "
                f"got {one!r:.80}."
            )
        begin, end = entries[:2]
        for state in (begin, end):
            if state not in states:
                raise ModelError(str(unknown_name(f"state of scheme {name!r}", str(state), states)))
        if begin == end:
            raise ModelError(f"A transition of scheme {name!r} goes from {begin} to itself: leave it out.")
        if frozenset((begin, end)) in pairs:
            raise ModelError(
                f"Scheme {name!r} has two transitions between {begin} and {end}: write one, with "
                "both rates; add the rates of parallel paths."
            )
        pairs.add(frozenset((begin, end)))
        forward = _rate(entries[2], f"the rate {begin} -> {end} of scheme {name!r}")
        backward = _rate(entries[3] if len(entries) == 4 else None, f"the rate {end} -> {begin} of scheme {name!r}")
        if forward is None and backward is None:
            raise ModelError(f"The transition between {begin} and {end} of scheme {name!r} has no rate: leave it out.")
        found.append(Transition(begin, end, forward, backward))
    if len(found) > MOST_TRANSITIONS:
        raise ModelError(f"A scheme may have at most {MOST_TRANSITIONS} transitions; {name!r} has {len(found)}.")
    return tuple(found)


def _rate(given: Any, where: str) -> Expression | None:
    """Return the formula of a rate, or None if there is no transition in this direction."""
    if given is None:
        return None
    if not isinstance(given, str):
        given = repr(number(given, "", where))
    formula = expression(given)
    value = _constant(formula)
    if value < 0:
        raise ModelError(f"{where[0].upper()}{where[1:]} is {value:g} per ms; a rate must not be negative.")
    return None if value == 0 else formula


def _constant(formula: Expression) -> float:
    """Return the value of a formula that is a plain number, else NaN."""
    try:
        return float(formula.text)
    except ValueError:
        return math.nan


def checked_weights(name: str, states: tuple[str, ...], given: Any) -> tuple[tuple[str, float], ...]:
    """Return the conducting states, in the order of the states, each with its weight.

    Raises
    ------
    ModelError
        No state is given, a state is unknown, or a weight is outside (0, 1].
    """
    if isinstance(given, str):
        given = [given]
    given = given if isinstance(given, Mapping) or not isinstance(given, Iterable) else list(given)
    listed = isinstance(given, Mapping) or (isinstance(given, list) and all(isinstance(state, str) for state in given))
    if not listed:
        raise ModelError(
            f"open of scheme {name!r} must be a state such as 'O', or {{'O1': 1, 'O2': 0.5}}; got {given!r}."
        )
    pairs = given if isinstance(given, Mapping) else dict.fromkeys(given, 1.0)
    if not pairs:
        raise ModelError(f"open of scheme {name!r} names no state: a channel that never opens needs no scheme.")
    for state, weight in pairs.items():
        if state not in states:
            raise ModelError(str(unknown_name(f"state of scheme {name!r}", str(state), states)))
        if not 0 < number(weight, "", f"the weight of {state} of scheme {name!r}") <= 1:
            raise ModelError(
                f"The weight of the open state {state} of scheme {name!r} must be above 0 and at most 1; got "
                f"{weight!r}."
            )
    return tuple((state, float(pairs[state])) for state in states if state in pairs)


def checked_rates(name: str, given: Any, transitions: tuple[Transition, ...]) -> tuple[tuple[str, Expression], ...]:
    """Return the named rates of a scheme.

    Raises
    ------
    ModelError
        The argument is not a mapping, a name is invalid, or a rate is unused or uses a later rate.
    """
    if given is not None and not isinstance(given, Mapping):
        raise ModelError(
            f"rates of scheme {name!r} must map names to formulas, e.g. {{'alpha': '...'}}; got {given!r:.80}."
        )
    named: dict[str, Any] = dict(given or {})
    found: dict[str, Expression] = {}
    for key, text in named.items():
        valid_name(key, f"rate of scheme {name!r}")
        formula = expression(text if isinstance(text, str) else repr(number(text, "", f"{key} of scheme {name!r}")))
        later = formula.names & (set(named) - set(found))
        if later:
            raise ModelError(
                f"{key} of scheme {name!r} uses {min(later)}, which is not defined before it in rates: each "
                "may use those before it."
            )
        found[key] = formula
    used = {used for t in transitions for _, _, rate in t.ways for used in rate.names}
    used |= {used for rate in found.values() for used in rate.names}
    for key in found:
        if key not in used:
            raise ModelError(
                f"Nothing in scheme {name!r} uses its rate {key!r}: leave it out, or write it in a transition."
            )
    return tuple(found.items())


def check_joined(name: str, states: tuple[str, ...], transitions: tuple[Transition, ...]) -> None:
    """Reject a scheme without a unique steady state: every state must be reachable from every other.

    Raises
    ------
    ModelError
        The message names the states.
    """
    ways = [(a, b) for t in transitions for a, b, _ in t.ways]
    joined = {state for way in ways for state in way}
    for state in states:
        if state not in joined:
            raise ModelError(f"The state {state} of scheme {name!r} has no transition: give it one, or leave it out.")
    whole = _reached(states[0], [*ways, *((b, a) for a, b in ways)])
    if apart := [state for state in states if state not in whole]:
        raise ModelError(
            f"Scheme {name!r} has parts without a transition between them: "
            f"{', '.join(s for s in states if s in whole)} and {', '.join(apart)}."
        )
    for state in states:
        if missing := [other for other in states if other not in _reached(state, ways)]:
            kept = [other for other in states if other in _reached(state, ways)]
            raise ModelError(
                f"Scheme {name!r} has no path from {', '.join(kept)} to {', '.join(missing)}, so all channels end in "
                f"{', '.join(kept)}: give a rate back, however small."
            )


def _reached(begin: str, ways: Iterable[tuple[str, str]]) -> set[str]:
    """Return the states that can be reached from one, including itself."""
    listed, found, new = list(ways), {begin}, {begin}
    while new:
        new = {b for a, b in listed if a in new} - found
        found |= new
    return found
