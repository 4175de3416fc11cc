"""Kinetic schemes: the states of one channel protein, the rates of its transitions, and which states conduct."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from loligo._errors import ModelError, unknown_name
from loligo._units import number, positive
from loligo.membrane.expression import Expression, expression
from loligo.membrane.latex import block, scheme_latex
from loligo.membrane.names import valid_name
from loligo.membrane.probability import Factor, OpenProbability

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_STATES: Final = 50
MOST_TRANSITIONS: Final = 200


@dataclass(frozen=True)
class Transition:
    """A transition between two states.

    Attributes
    ----------
    begin, end : str
        The states.
    forward, backward : Expression or None
        The rates from ``begin`` to ``end`` and back [1/ms]; None where there is no way.
    """

    begin: str
    end: str
    forward: Expression | None
    backward: Expression | None

    @property
    def ways(self) -> tuple[tuple[str, str, Expression], ...]:
        """The ways that there are, each with its rate."""
        both = ((self.begin, self.end, self.forward), (self.end, self.begin, self.backward))
        return tuple((a, b, rate) for a, b, rate in both if rate is not None)


@dataclass(frozen=True, init=False)
class Scheme(Factor):
    """A kinetic scheme (Markov model) of a channel: its states, and the rates of the transitions between them.

    The occupancy ``p_i`` of a state is the fraction of channels in it:

    ``dp_i/dt = sum over j of (rate(j -> i) p_j - rate(i -> j) p_i)``

    Occupancies sum to 1 at all times: the one of `eliminated` is 1 minus the others, which are variables of the
    membrane. They are called by scheme and state, e.g. ``Na_O``. The open probability, the weighted sum of those of
    the open states, stands in a `Channel` like a gate, alone or multiplied with gates.

    Parameters
    ----------
    name : str
        For example ``"Na"``.
    states : iterable of str
        At least two names of letters, digits and ``_``.
    transitions : iterable of (str, str, str) or (str, str, str, str)
        From a state, to a state, the rate of that way [1/ms], and that of the way back; without the last, or with None
        or 0, there is no way back. Rates are formulas in v [mV], constants, further states and the names in ``rates``.
    open : str, iterable of str, or mapping of str to float
        The state that conducts, several, or several with weights above 0 and up to 1: subconductance over the largest
        conductance.
    rates : mapping of str to str, optional
        Formulas [1/ms] that have a name in this scheme alone; each may use those before it.
    q10 : float, optional
        Factor of all rates per 10 °C for this scheme, instead of the membrane's.

    Raises
    ------
    ModelError
        A name that cannot be used, a transition between states that there are not, one given twice, a state without
        transitions, parts that no transition joins, a state that is never left or never reached again, a negative
        rate, a rate that nothing uses.
    ExpressionError
        A formula outside the notation of `loligo.membrane.expression`.

    References
    ----------
    Colquhoun D, Hawkes AG (1995) The principles of the stochastic interpretation of ion-channel mechanisms. In:
    Single-Channel Recording, 2nd ed., Plenum, 397-482, doi:10.1007/978-1-4419-1229-9_18.

    Examples
    --------
    >>> rates = {"alpha": "0.01*(10 - v)/(exp((10 - v)/10) - 1)", "beta": "0.125*exp(-v/80)"}
    >>> K = Scheme("K", states=["C2", "C1", "O"], open="O", rates=rates,
    ...            transitions=[("C2", "C1", "2*alpha", "beta"), ("C1", "O", "alpha", "2*beta")])
    >>> K.occupancies, K.eliminated
    (('K_C2', 'K_C1', 'K_O'), 'K_C2')
    >>> (0.5 * K).text
    '(0.5)*(K_O)'
    """

    name: str
    states: tuple[str, ...]
    transitions: tuple[Transition, ...]
    weights: tuple[tuple[str, float], ...]
    rates: tuple[tuple[str, Expression], ...] = ()
    q10: float | None = None

    def __init__(
        self,
        name: str,
        states: Iterable[str],
        transitions: Iterable[Iterable[Any]],
        *,
        open: Any,  # noqa: A002
        rates: Mapping[str, str] | None = None,
        q10: float | None = None,
    ) -> None:
        own = {"name": valid_name(name, "scheme")}
        listed = _states(name, states)
        given = _transitions(name, listed, transitions)
        values = own | {
            "states": listed,
            "transitions": given,
            "weights": _weights(name, listed, open),
            "rates": _rates(name, rates, given),
            "q10": None if q10 is None else positive(q10, "", f"q10 of scheme {name!r}"),
        }
        for key, value in values.items():
            object.__setattr__(self, key, value)
        _check_joined(name, listed, given)

    @property
    def open(self) -> OpenProbability:
        """The open probability."""
        terms = [f"{self.name}_{state}" if w == 1 else f"{w!r}*{self.name}_{state}" for state, w in self.weights]
        return OpenProbability(" + ".join(terms), schemes=(self,))

    @property
    def occupancies(self) -> tuple[str, ...]:
        """The names of all occupancies, in the order of ``states``."""
        return tuple(f"{self.name}_{state}" for state in self.states)

    @property
    def eliminated(self) -> str:
        """The occupancy that is 1 minus the others: of the first state that does not conduct, if there is one."""
        conducting = {state for state, _ in self.weights}
        first = next((state for state in self.states if state not in conducting), self.states[0])
        return f"{self.name}_{first}"

    @property
    def variables(self) -> tuple[str, ...]:
        """The occupancies that are variables of a membrane: all but the one that is eliminated."""
        return tuple(name for name in self.occupancies if name != self.eliminated)

    @property
    def ways(self) -> tuple[tuple[str, str, Expression], ...]:
        """Every way from a state to another, with its rate."""
        return tuple(way for transition in self.transitions for way in transition.ways)

    @property
    def formulas(self) -> dict[str, Expression]:
        """Every formula: named rates by name, and the rate of each way."""
        return dict(self.rates) | {f"the rate {a} -> {b}": rate for a, b, rate in self.ways}

    @property
    def plain_transitions(self) -> tuple[tuple[str, str, str | None, str | None], ...]:
        """The transitions as `Scheme` takes them: states, and the rates of both ways as text."""
        return tuple((t.begin, t.end, _text(t.forward), _text(t.backward)) for t in self.transitions)

    def at_q10(self, q10: float) -> Scheme:
        """Return the same scheme with another q10."""
        named = {key: rate.text for key, rate in self.rates}
        return Scheme(self.name, self.states, self.plain_transitions, open=dict(self.weights), rates=named, q10=q10)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the graph of states and transitions, with rates at the arrows; open states are filled.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where it is drawn; by default on a new figure of pyplot's.

        Returns
        -------
        matplotlib Axes
        """
        from loligo.figures import scheme_graph

        return scheme_graph(self.states, self.plain_transitions, dict(self.weights), title=self.name, ax=ax)

    def _repr_latex_(self) -> str:
        return block(scheme_latex(self))

    def __repr__(self) -> str:
        own = [repr(self.name), f"states={list(self.states)!r}", f"transitions={[*self.plain_transitions]!r}"]
        weights = dict(self.weights)
        opened: Any = next(iter(weights)) if [*weights.values()] == [1.0] else weights
        own += [f"open={opened!r}"]
        own += [f"rates={ {key: rate.text for key, rate in self.rates}!r}"] if self.rates else []
        own += [] if self.q10 is None else [f"q10={self.q10!r}"]
        return f"Scheme({', '.join(own)})"


def _text(rate: Expression | None) -> str | None:
    return None if rate is None else rate.text


def _states(name: str, states: Any) -> tuple[str, ...]:
    if isinstance(states, str) or not isinstance(states, Iterable):
        raise ModelError(f"states of scheme {name!r} is a list of names such as ['C', 'O']; got {states!r:.80}.")
    listed = tuple(states)
    for state in listed:
        if not isinstance(state, str) or not state or not (state.isascii() and f"_{state}".isidentifier()):
            raise ModelError(
                f"A state of scheme {name!r} is called by letters a to z, digits and _; got {state!r:.80}."
            )
        valid_name(f"{name}_{state}", "state")
    twice = sorted({state for state in listed if listed.count(state) > 1})
    if twice:
        raise ModelError(f"Two states of scheme {name!r} are called {twice[0]!r}; give them different names.")
    if not 2 <= len(listed) <= MOST_STATES:
        raise ModelError(f"A scheme has 2 to {MOST_STATES} states; {name!r} has {len(listed)}.")
    return listed


def _transitions(name: str, states: tuple[str, ...], transitions: Any) -> tuple[Transition, ...]:
    if isinstance(transitions, (str, Mapping)) or not isinstance(transitions, Iterable):
        raise ModelError(f"transitions of scheme {name!r} is a list such as [('C', 'O', 'alpha', 'beta')].")
    found: list[Transition] = []
    pairs: set[frozenset[str]] = set()
    for one in transitions:
        if isinstance(one, (str, Mapping)) or not isinstance(one, Iterable) or len(entries := tuple(one)) not in (3, 4):
            raise ModelError(
                f"A transition of scheme {name!r} is (from, to, rate, rate back), or (from, to, rate) for one way; got "
                f"{one!r:.80}."
            )
        begin, end = entries[:2]
        for state in (begin, end):
            if state not in states:
                raise ModelError(str(unknown_name(f"state of scheme {name!r}", str(state), states)))
        if begin == end:
            raise ModelError(f"A transition of scheme {name!r} goes from {begin} to itself: leave it out.")
        if frozenset((begin, end)) in pairs:
            raise ModelError(
                f"Scheme {name!r} has two transitions between {begin} and {end}: write one, with both its rates, and "
                "the sum where there are two ways."
            )
        pairs.add(frozenset((begin, end)))
        forward = _rate(entries[2], f"the rate {begin} -> {end} of scheme {name!r}")
        backward = _rate(entries[3] if len(entries) == 4 else None, f"the rate {end} -> {begin} of scheme {name!r}")
        if forward is None and backward is None:
            raise ModelError(f"The transition between {begin} and {end} of scheme {name!r} has no rate: leave it out.")
        found.append(Transition(begin, end, forward, backward))
    if len(found) > MOST_TRANSITIONS:
        raise ModelError(f"A scheme has at most {MOST_TRANSITIONS} transitions; {name!r} has {len(found)}.")
    return tuple(found)


def _rate(given: Any, where: str) -> Expression | None:
    """Return the formula of a rate, None for no way."""
    if given is None:
        return None
    if not isinstance(given, str):
        given = repr(number(given, "", where))
    formula = expression(given)
    value = _constant(formula)
    if value < 0:
        raise ModelError(f"{where[0].upper()}{where[1:]} is {value:g} per ms; a rate is never negative.")
    return None if value == 0 else formula


def _constant(formula: Expression) -> float:
    """Return the value of a formula that is a plain number, else NaN."""
    try:
        return float(formula.text)
    except ValueError:
        return math.nan


def _weights(name: str, states: tuple[str, ...], given: Any) -> tuple[tuple[str, float], ...]:
    if isinstance(given, str):
        given = [given]
    given = given if isinstance(given, Mapping) or not isinstance(given, Iterable) else list(given)
    listed = isinstance(given, Mapping) or (isinstance(given, list) and all(isinstance(state, str) for state in given))
    if not listed:
        raise ModelError(f"open of scheme {name!r} is a state such as 'O', or {{'O1': 1, 'O2': 0.5}}; got {given!r}.")
    pairs = given if isinstance(given, Mapping) else dict.fromkeys(given, 1.0)
    if not pairs:
        raise ModelError(f"open of scheme {name!r} names no state: a channel that never opens has no scheme.")
    for state, weight in pairs.items():
        if state not in states:
            raise ModelError(str(unknown_name(f"state of scheme {name!r}", str(state), states)))
        if not 0 < number(weight, "", f"the weight of {state} of scheme {name!r}") <= 1:
            raise ModelError(
                f"The weight of the open state {state} of scheme {name!r} lies above 0 and up to 1; got {weight!r}."
            )
    return tuple((state, float(pairs[state])) for state in states if state in pairs)


def _rates(name: str, given: Any, transitions: tuple[Transition, ...]) -> tuple[tuple[str, Expression], ...]:
    if given is not None and not isinstance(given, Mapping):
        raise ModelError(
            f"rates of scheme {name!r} maps names to formulas, e.g. {{'alpha': '...'}}; got {given!r:.80}."
        )
    named: dict[str, Any] = dict(given or {})
    found: dict[str, Expression] = {}
    for key, text in named.items():
        valid_name(key, f"rate of scheme {name!r}")
        formula = expression(text if isinstance(text, str) else repr(number(text, "", f"{key} of scheme {name!r}")))
        later = formula.names & (set(named) - set(found))
        if later:
            raise ModelError(
                f"{key} of scheme {name!r} uses {min(later)}, which does not stand before it in rates: each may "
                "use those before it."
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


def _check_joined(name: str, states: tuple[str, ...], transitions: tuple[Transition, ...]) -> None:
    """Refuse a scheme without one steady state: each state must be reached from each other.

    Raises
    ------
    ModelError
        Naming the states.
    """
    ways = [(a, b) for t in transitions for a, b, _ in t.ways]
    joined = {state for way in ways for state in way}
    for state in states:
        if state not in joined:
            raise ModelError(f"The state {state} of scheme {name!r} has no transition: give it one, or leave it out.")
    whole = _reached(states[0], [*ways, *((b, a) for a, b in ways)])
    if apart := [state for state in states if state not in whole]:
        raise ModelError(
            f"Scheme {name!r} falls into parts that no transition joins: {', '.join(s for s in states if s in whole)} "
            f"and {', '.join(apart)}."
        )
    for state in states:
        if missing := [other for other in states if other not in _reached(state, ways)]:
            kept = [other for other in states if other in _reached(state, ways)]
            raise ModelError(
                f"Scheme {name!r} has no way from {', '.join(kept)} to {', '.join(missing)}, so all channels end in "
                f"{', '.join(kept)}: give a rate for a way back, however slow."
            )


def _reached(begin: str, ways: Iterable[tuple[str, str]]) -> set[str]:
    """Return the states that are reached from one, itself among them."""
    listed, found, new = list(ways), {begin}, {begin}
    while new:
        new = {b for a, b in listed if a in new} - found
        found |= new
    return found
