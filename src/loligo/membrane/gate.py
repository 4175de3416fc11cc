"""Gates: the fraction of open particles, its rates, and how gates multiply to an open probability."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from loligo._errors import ModelError
from loligo._units import positive
from loligo.membrane.expression import Expression, expression
from loligo.membrane.names import valid_name


@dataclass(frozen=True, init=False)
class OpenProbability:
    """A polynomial in gates, such as ``m**3 * h``, as `Gate` arithmetic writes it.

    Attributes
    ----------
    text : str
        The formula.
    gates : tuple of Gate
        The gates in it, each once, in order of appearance.
    """

    text: str
    gates: tuple[Gate, ...]

    def __init__(self, text: str, gates: Iterable[Gate]) -> None:
        unique: dict[str, Gate] = {}
        for gate in gates:
            if unique.setdefault(gate.name, gate) != gate:
                raise ModelError(f"Two different gates are called {gate.name!r}; give them different names.")
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "gates", tuple(unique.values()))

    def __pow__(self, power: float) -> OpenProbability:
        return OpenProbability(f"({self.text})**{_plain(power)!r}", self.gates)

    def __mul__(self, other: Any) -> Any:
        return _combine(self, "*", other)

    def __add__(self, other: Any) -> Any:
        return _combine(self, "+", other)

    def __sub__(self, other: Any) -> Any:
        return _combine(self, "-", other)

    def __rmul__(self, other: float) -> OpenProbability:
        return OpenProbability(f"({_plain(other)!r})*({self.text})", self.gates)

    def __radd__(self, other: float) -> OpenProbability:
        return OpenProbability(f"({_plain(other)!r})+({self.text})", self.gates)

    def __rsub__(self, other: float) -> OpenProbability:
        return OpenProbability(f"({_plain(other)!r})-({self.text})", self.gates)

    def __xor__(self, other: Any) -> OpenProbability:
        raise _no_power(self.text)

    __rxor__ = __xor__


@dataclass(frozen=True, init=False)
class Gate:
    """One gating variable, a number between 0 and 1.

    Its law is ``dx/dt = alpha (1 - x) - beta x`` or, the same in other letters,
    ``dx/dt = (inf - x) / tau``. Give either pair. A gate with ``inf`` alone, or with
    ``instantaneous=True``, is always at its steady state and is not a state variable.

    Parameters
    ----------
    name : str
        The letter of the gate, e.g. ``"m"``.
    alpha, beta : str, optional
        Opening and closing rate [1/ms] as formulas in v [mV], constants and other states.
    inf, tau : str, optional
        Steady state and time constant [ms].
    instantaneous : bool
        Use only the steady state (``alpha/(alpha + beta)`` or ``inf``).
    q10 : float, optional
        Factor of the rates per 10 °C for this gate, instead of the membrane's.

    Raises
    ------
    ModelError
        A name that cannot be used, or not exactly one pair of formulas.
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
                f"Gate {name!r} takes alpha and beta, or inf and tau, or inf alone (instantaneous); got {got}."
            )
        object.__setattr__(self, "name", valid_name(name, "gate"))
        for key, text in (("alpha", alpha), ("beta", beta), ("inf", inf), ("tau", tau)):
            object.__setattr__(self, key, None if text is None else expression(str(text)))
        object.__setattr__(self, "instantaneous", bool(instantaneous) or given == {"inf"})
        object.__setattr__(self, "q10", None if q10 is None else positive(q10, "", f"q10 of gate {name!r}"))

    @property
    def formulas(self) -> dict[str, Expression]:
        """The formulas that were given, by name."""
        pairs = {"alpha": self.alpha, "beta": self.beta, "inf": self.inf, "tau": self.tau}
        return {key: value for key, value in pairs.items() if value is not None}

    @property
    def open(self) -> OpenProbability:
        """The gate itself as an open probability."""
        return OpenProbability(self.name, (self,))

    def __pow__(self, power: float) -> OpenProbability:
        return self.open**power

    def __mul__(self, other: Any) -> Any:
        return self.open * other

    def __add__(self, other: Any) -> Any:
        return self.open + other

    def __sub__(self, other: Any) -> Any:
        return self.open - other

    def __rmul__(self, other: float) -> OpenProbability:
        return other * self.open

    def __radd__(self, other: float) -> OpenProbability:
        return other + self.open

    def __rsub__(self, other: float) -> OpenProbability:
        return other - self.open

    def __xor__(self, other: Any) -> OpenProbability:
        raise _no_power(self.name)

    __rxor__ = __xor__


def _combine(left: OpenProbability, sign: str, right: Any) -> Any:
    if isinstance(right, Gate):
        right = right.open
    if isinstance(right, OpenProbability):
        return OpenProbability(f"({left.text}){sign}({right.text})", left.gates + right.gates)
    right = _plain(right)
    if isinstance(right, (int, float)) and not isinstance(right, bool):
        return OpenProbability(f"({left.text}){sign}({right!r})", left.gates)
    return NotImplemented


def _no_power(text: str) -> ModelError:
    return ModelError(f"A power of gates is written with **, not ^: write {text}**3, for example.")


def _plain(number: Any) -> Any:
    """Return a number of numpy's as Python's own, which is spelled as in a formula."""
    return number.item() if hasattr(number, "item") else number
