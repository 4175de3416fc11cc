"""Channels, other currents, and further state variables of a membrane."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from loligo._errors import ArgumentError, ModelError
from loligo._units import CONDUCTANCE, MV, number, positive
from loligo.membrane.expression import Expression, expression
from loligo.membrane.gating import Factor, Gate, OpenProbability, Scheme, each_once
from loligo.membrane.names import LONGEST_UNIT, printable, valid_name

_PREFIX: Final = "[fpnuµμm]?"  # including both Unicode characters for micro
_CONCENTRATION: Final = re.compile(
    rf"{_PREFIX}M|(femto|pico|nano|micro|milli)?molar|{_PREFIX}mol(/({_PREFIX}[lL]|[µμumcd]?m3)|[lL]-1|[µμumcd]?m-3)"
)
_ONE_SPELLING: Final = str.maketrans({"⁻": "-", "¹": "1", "³": "3", "^": "", "*": "", "·": "", " ": ""})


@dataclass(frozen=True, init=False)
class Channel:
    """An ohmic channel, ``I = g * open * (v - E)``.

    Parameters
    ----------
    name : str
        Name, for example ``"Na"``; its parameters are then called ``g_Na`` and ``E_Na``.
    g : float
        Maximal conductance [mS/cm²], zero or more (zero is a blocked channel).
    E : float or str
        Reversal potential [mV], or a formula in states and constants (a Nernst potential).
    open : OpenProbability, Gate, Scheme, or None
        Open probability, for example ``m**3 * h``; None means always open (a leak).

    Raises
    ------
    ModelError, ArgumentError, UnitError
        The conductance is negative, a value is not a number, or a unit is wrong.

    Examples
    --------
    >>> n = Gate("n", inf="1/(1 + exp(-(v + 35)/9))", tau="4")
    >>> Channel("K", g=36, E=-77, open=n**4).parameters
    {'g_K': 36.0, 'E_K': -77.0}
    """

    name: str
    g: float
    E: float | Expression
    open: OpenProbability | None = None

    def __init__(self, name: str, *, g: float, E: float | str, open: Factor | None = None) -> None:  # noqa: A002
        if not (open is None or isinstance(open, Factor)):
            got = f"{open!r:.40}" if isinstance(open, (str, int, float)) else f"a {type(open).__name__}"
            instead = ": write * between gates, not a comma" if isinstance(open, (tuple, list)) else ""
            raise ModelError(
                f"open of channel {name!r} must be a product of gates such as m**3 * h; got {got}{instead}."
            )
        object.__setattr__(self, "name", valid_name(name, "channel"))
        object.__setattr__(self, "g", positive(g, CONDUCTANCE, f"g of channel {name!r} (g_{name})", zero=True))
        reversal = expression(E) if isinstance(E, str) else number(E, MV, f"E of channel {name!r} (E_{name})")
        object.__setattr__(self, "E", reversal)
        object.__setattr__(self, "open", None if open is None else open.open)

    @property
    def gates(self) -> tuple[Gate, ...]:
        """The gates of the channel."""
        return () if self.open is None else self.open.gates

    @property
    def schemes(self) -> tuple[Scheme, ...]:
        """The kinetic schemes of the channel."""
        return () if self.open is None else self.open.schemes

    @property
    def parameters(self) -> dict[str, float]:
        """The name and value of each number that can be changed without recompiling."""
        own = {f"g_{self.name}": self.g}
        return own if isinstance(self.E, Expression) else {**own, f"E_{self.name}": self.E}

    @property
    def conductance(self) -> Expression:
        """The conductance g * open [mS/cm²]."""
        return expression(f"g_{self.name}" if self.open is None else f"g_{self.name}*({self.open.text})")

    @property
    def current(self) -> Expression:
        """The current [µA/cm²], outward positive."""
        reversal = self.E.text if isinstance(self.E, Expression) else f"E_{self.name}"
        return expression(f"{self.conductance.text}*(v - ({reversal}))")


@dataclass(frozen=True, init=False)
class Current:
    """A current that is not ohmic, given as a formula [µA/cm²], outward positive.

    Parameters
    ----------
    name : str
        Name, for example ``"pump"``; the formula can be used elsewhere as ``I_pump``.
    formula : str
        Formula in v, gates, occupancies of kinetic schemes, states and constants.
    gates : Gate, Scheme, or iterable of them
        The gates and kinetic schemes that the formula uses.

    Examples
    --------
    >>> Current("pump", "0.6/(1 + exp((Na_half - 10)/3))").current.names
    frozenset({'Na_half'})
    """

    name: str
    current: Expression
    gates: tuple[Gate, ...] = ()
    schemes: tuple[Scheme, ...] = ()

    def __init__(self, name: str, formula: str, gates: Gate | Scheme | Iterable[Gate | Scheme] = ()) -> None:
        object.__setattr__(self, "name", valid_name(name, "current"))
        object.__setattr__(self, "current", expression(formula))
        listed = _as_gates(gates)
        object.__setattr__(self, "gates", tuple(one for one in listed if isinstance(one, Gate)))
        object.__setattr__(self, "schemes", each_once(one for one in listed if isinstance(one, Scheme)))

    @property
    def parameters(self) -> dict[str, float]:
        """None: the constants of a current belong to the membrane."""
        return {}


@dataclass(frozen=True, init=False)
class State:
    """A further state variable, such as the calcium concentration, with its own derivative.

    Parameters
    ----------
    name : str
        Name, for example ``"ca"``.
    derivative : str
        d(state)/dt [unit/ms] in v, gates, states, constants and the currents ``I_<channel>``.
    initial : float
        A first guess of the state's resting value, one of the starting points of the search for the rest. If a sum of
        states is conserved (such as a total amount of calcium), the initial values determine the sum.
    unit : str
        Unit for axis labels; loligo does not convert it.
    minimum : float, optional
        The lowest possible value of the state, in its unit; an equilibrium below it does not count as a rest. The
        default is 0 if the unit is a concentration (M, mM, µM, nM, mol/L, ...), and none (``-math.inf``) otherwise.

    Raises
    ------
    ModelError, ArgumentError, UnitError
        A name or number is invalid, or the initial value is below the minimum.

    Examples
    --------
    >>> State("ca", "(0.05 - ca)/200 - 0.002*I_Ca", initial=0.05, unit="µM").unit
    'µM'
    >>> State("ca", "(0.05 - ca)/200 - 0.002*I_Ca", initial=0.05, unit="µM").minimum
    0.0
    """

    name: str
    derivative: Expression
    initial: float
    unit: str = ""
    minimum: float = -math.inf

    def __init__(
        self, name: str, derivative: str, *, initial: float, unit: str = "", minimum: float | None = None
    ) -> None:
        object.__setattr__(self, "name", valid_name(name, "state"))
        object.__setattr__(self, "derivative", expression(derivative))
        unit = printable(unit, f"The unit of {name!r}", LONGEST_UNIT)
        object.__setattr__(self, "initial", number(initial, unit, f"initial value of {name!r}"))
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "minimum", _minimum(minimum, name, unit))
        if self.initial < self.minimum:
            raise ArgumentError(
                f"The initial value of {name!r} must not be below its minimum {self.minimum:g}; got {self.initial:g}. "
                "Give another initial=, or minimum=-math.inf if the state has no minimum."
            )

    def __repr__(self) -> str:
        own = [repr(self.name), repr(self.derivative.text), f"initial={self.initial!r}"]
        own += [f"unit={self.unit!r}"] if self.unit else []
        own += [] if self.minimum == -math.inf else [f"minimum={self.minimum!r}"]
        return f"State({', '.join(own)})"


def is_concentration(unit: str) -> bool:
    """Return whether a unit is an amount of substance in a volume, such as mM or µmol/L."""
    return _CONCENTRATION.fullmatch(unit.translate(_ONE_SPELLING)) is not None


def _minimum(value: float | None, name: str, unit: str) -> float:
    if value is None:
        return 0.0 if is_concentration(unit) else -math.inf
    least = number(value, unit, f"the minimum of {name!r}", finite=False)
    if least == math.inf:
        raise ArgumentError(f"The minimum of {name!r} must be a number, or -math.inf for none; got {least}.")
    return least


def _as_gates(gates: Any) -> tuple[Gate | Scheme, ...]:
    if not isinstance(gates, Iterable) and not isinstance(gates, (Gate, Scheme)):
        raise ModelError(f"gates must be Gate objects; got {gates!r}.")
    listed = (gates,) if isinstance(gates, (Gate, Scheme)) else tuple(gates)
    for gate in listed:
        if not isinstance(gate, (Gate, Scheme)):
            raise ModelError(f"gates must be Gate objects; got {gate!r}.")
    return listed
