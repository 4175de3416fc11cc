"""Gates and kinetic schemes, and open probabilities, which are products and sums of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from loligo._errors import ModelError
from loligo._units import positive
from loligo.membrane.expression import Expression, expression
from loligo.membrane.latex import block, scheme_lines
from loligo.membrane.names import valid_name
from loligo.membrane.transitions import (
    Transition,
    check_joined,
    checked_rates,
    checked_states,
    checked_transitions,
    checked_weights,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Part = TypeVar("Part", "Gate", "Scheme")


class Factor(ABC):
    """A factor of an open probability, which can be multiplied, added and raised to powers like a number."""

    @property
    @abstractmethod
    def open(self) -> OpenProbability:
        """The factor as an open probability."""

    def __pow__(self, power: float) -> OpenProbability:
        own = self.open
        return own.like(f"({own.text})**{_plain(power)!r}")

    def __mul__(self, other: Any) -> Any:
        return _combined(self.open, "*", other)

    def __add__(self, other: Any) -> Any:
        return _combined(self.open, "+", other)

    def __sub__(self, other: Any) -> Any:
        return _combined(self.open, "-", other)

    def __rmul__(self, other: float) -> OpenProbability:
        return self._after(other, "*")

    def __radd__(self, other: float) -> OpenProbability:
        return self._after(other, "+")

    def __rsub__(self, other: float) -> OpenProbability:
        return self._after(other, "-")

    def __xor__(self, other: Any) -> OpenProbability:
        raise ModelError(f"A power of gates is written with **, not ^: write {self.open.text}**3, for example.")

    __rxor__ = __xor__

    def _after(self, other: float, sign: str) -> OpenProbability:
        own = self.open
        return own.like(f"({_plain(other)!r}){sign}({own.text})")


@dataclass(frozen=True, init=False)
class OpenProbability(Factor):
    """A polynomial in gates and occupancies, such as ``m**3 * h``, built by arithmetic with `Gate` and `Scheme`.

    Attributes
    ----------
    text : str
        The formula.
    gates : tuple of Gate
        The distinct gates in it, in order of appearance.
    schemes : tuple of Scheme
        The distinct kinetic schemes in it, in order of appearance.
    """

    text: str
    gates: tuple[Gate, ...]
    schemes: tuple[Scheme, ...] = ()

    def __init__(self, text: str, gates: Iterable[Gate] = (), schemes: Iterable[Scheme] = ()) -> None:
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "gates", each_once(gates))
        object.__setattr__(self, "schemes", each_once(schemes))

    @property
    def open(self) -> OpenProbability:
        """The open probability itself."""
        return self

    def like(self, text: str) -> OpenProbability:
        """Return another formula in the same gates and schemes."""
        return OpenProbability(text, self.gates, self.schemes)


@dataclass(frozen=True, init=False)
class Gate(Factor):
    """One gating variable, a number between 0 and 1.

    The variable x obeys ``dx/dt = alpha (1 - x) - beta x`` or, in other letters,
    ``dx/dt = (inf - x) / tau``. Give either pair. A gate with only ``inf``, or with
    ``instantaneous=True``, is always at its steady state and is not a state variable.

    Parameters
    ----------
    name : str
        Name of the gate, e.g. ``"m"``.
    alpha, beta : str, optional
        The opening rate and the closing rate [1/ms], respectively: formulas in v [mV], constants and other states.
    inf : str, optional
        The steady state, as a formula.
    tau : str, optional
        The time constant [ms], as a formula.
    instantaneous : bool
        Use only the steady state (``alpha/(alpha + beta)`` or ``inf``).
    q10 : float, optional
        Factor of the rates per 10 °C for this gate, instead of the membrane's.

    Raises
    ------
    ModelError
        The name is invalid, or there is not exactly one pair of formulas.
    ExpressionError
        A formula outside the notation of `loligo.membrane.expression`.

    Examples
    --------
    >>> m = Gate("m", alpha="0.1*(25 - v)/(exp((25 - v)/10) - 1)", beta="4*exp(-v/18)")
    >>> h = Gate("h", inf="1/(1 + exp((v + 62)/6))", tau="0.5 + 14/(1 + exp((v + 60)/12))")
    >>> (m**3 * h).text
    '((m)**3)*(h)'
    """

    name: str
    alpha: Expression | None = None
    beta: Expression | None = None
    inf: Expression | None = None
    tau: Expression | None = None
    instantaneous: bool = False
    q10: float | None = field(default=None)

    def __init__(
        self,
        name: str,
        *,
        alpha: str | None = None,
        beta: str | None = None,
        inf: str | None = None,
        tau: str | None = None,
        instantaneous: bool = False,
        q10: float | None = None,
    ) -> None:
        given = {
            key for key, text in {"alpha": alpha, "beta": beta, "inf": inf, "tau": tau}.items() if text is not None
        }
        if given not in ({"alpha", "beta"}, {"inf", "tau"}, {"inf"}):
            got = " and ".join(sorted(given)) or "nothing"
            raise ModelError(
                f"Gate {name!r} takes alpha and beta, or inf and tau, or only inf (instantaneous); got {got}."
            )
        object.__setattr__(self, "name", valid_name(name, "gate"))
        for key, text in (("alpha", alpha), ("beta", beta), ("inf", inf), ("tau", tau)):
            object.__setattr__(self, key, None if text is None else expression(str(text)))
        object.__setattr__(self, "instantaneous", bool(instantaneous) or given == {"inf"})
        object.__setattr__(self, "q10", None if q10 is None else positive(q10, "", f"q10 of gate {name!r}"))

    @property
    def formulas(self) -> dict[str, Expression]:
        """The given formulas, by name."""
        pairs = {"alpha": self.alpha, "beta": self.beta, "inf": self.inf, "tau": self.tau}
        return {key: value for key, value in pairs.items() if value is not None}

    @property
    def open(self) -> OpenProbability:
        """The gate itself as an open probability."""
        return OpenProbability(self.name, (self,))


@dataclass(frozen=True, init=False)
class Scheme(Factor):
    """A kinetic scheme (Markov model) of a channel: its states, and the rates of the transitions between them.

    The occupancy ``p_i`` of a state is the fraction of channels in it:

    ``dp_i/dt = sum over j of (rate(j -> i) p_j - rate(i -> j) p_i)``

    Occupancies always sum to 1: the occupancy named by `eliminated` is 1 minus the others, which are variables of the
    membrane. Occupancies are named after scheme and state, e.g. ``Na_O``. The open probability, which is the weighted
    sum of the occupancies of the open states, is used in a `Channel` like a gate, alone or multiplied by gates.

    Parameters
    ----------
    name : str
        Name, for example ``"Na"``.
    states : iterable of str
        Names of two or more states; they consist of letters, digits and ``_``.
    transitions : iterable of (str, str, str) or (str, str, str, str)
        The state that a transition leaves, the state that it reaches, its rate [1/ms], and the rate back; without the
        last, or with None or 0, the transition is one-way. Rates are formulas in v [mV], constants, further states and
        the names in ``rates``.
    open : str, iterable of str, or mapping of str to float
        The open state, several open states, or open states with weights above 0 and up to 1: the subconductance divided
        by the largest conductance.
    rates : mapping of str to str, optional
        Formulas [1/ms] with names that are valid only in this scheme; each may use those before it.
    q10 : float, optional
        Factor of all rates per 10 °C for this scheme, instead of the membrane's.

    Raises
    ------
    ModelError
        A name is invalid; a transition is given twice or between states that do not exist; a state has no transitions,
        or cannot be left or reached again; parts have no transition between them; or a rate is negative or unused.
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
        listed = checked_states(name, states)
        given = checked_transitions(name, listed, transitions)
        values = own | {
            "states": listed,
            "transitions": given,
            "weights": checked_weights(name, listed, open),
            "rates": checked_rates(name, rates, given),
            "q10": None if q10 is None else positive(q10, "", f"q10 of scheme {name!r}"),
        }
        for key, value in values.items():
            object.__setattr__(self, key, value)
        check_joined(name, listed, given)

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
        """The occupancy that is 1 minus the others: that of the first state that does not conduct, if there is one."""
        conducting = {state for state, _ in self.weights}
        first = next((state for state in self.states if state not in conducting), self.states[0])
        return f"{self.name}_{first}"

    @property
    def variables(self) -> tuple[str, ...]:
        """The occupancies that are variables of a membrane: all but the one that is eliminated."""
        return tuple(name for name in self.occupancies if name != self.eliminated)

    @property
    def ways(self) -> tuple[tuple[str, str, Expression], ...]:
        """Every transition in one direction, with its rate."""
        return tuple(way for transition in self.transitions for way in transition.ways)

    @property
    def formulas(self) -> dict[str, Expression]:
        """Every formula: named rates, and the rate of each transition in one direction."""
        return dict(self.rates) | {f"the rate {a} -> {b}": rate for a, b, rate in self.ways}

    @property
    def plain_transitions(self) -> tuple[tuple[str, str, str | None, str | None], ...]:
        """The transitions in the form that `Scheme` takes: states, and the rates in both directions as text."""
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
            Axes to draw on; by default those of a new pyplot figure.

        Returns
        -------
        matplotlib Axes
        """
        from loligo.figures import scheme_graph

        return scheme_graph(self.states, self.plain_transitions, dict(self.weights), title=self.name, ax=ax)

    def _repr_latex_(self) -> str:
        return block(scheme_lines(self.name, self.transitions, self.rates))

    def __repr__(self) -> str:
        own = [repr(self.name), f"states={list(self.states)!r}", f"transitions={[*self.plain_transitions]!r}"]
        weights = dict(self.weights)
        opened: Any = next(iter(weights)) if [*weights.values()] == [1.0] else weights
        own += [f"open={opened!r}"]
        own += [f"rates={ {key: rate.text for key, rate in self.rates}!r}"] if self.rates else []
        own += [] if self.q10 is None else [f"q10={self.q10!r}"]
        return f"Scheme({', '.join(own)})"


def each_once(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return the distinct gates or schemes, in order of appearance.

    Raises
    ------
    ModelError
        Two different ones have the same name.
    """
    unique: dict[str, Part] = {}
    for part in parts:
        if unique.setdefault(part.name, part) != part:
            kind = f"{type(part).__name__.lower()}s"
            raise ModelError(f"Two different {kind} are called {part.name!r}; give them different names.")
    return tuple(unique.values())


def _combined(left: OpenProbability, sign: str, right: Any) -> Any:
    if isinstance(right, Factor):
        right = right.open
        text = f"({left.text}){sign}({right.text})"
        return OpenProbability(text, left.gates + right.gates, left.schemes + right.schemes)
    right = _plain(right)
    if isinstance(right, (int, float)) and not isinstance(right, bool):
        return left.like(f"({left.text}){sign}({right!r})")
    return NotImplemented


def _plain(number: Any) -> Any:
    """Return a NumPy number as a Python number, whose text is valid in a formula."""
    return number.item() if hasattr(number, "item") else number


def _text(rate: Expression | None) -> str | None:
    return None if rate is None else rate.text
