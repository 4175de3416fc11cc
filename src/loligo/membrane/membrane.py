"""The membrane: channels, currents, states and numbers as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Self

from loligo._errors import ModelError, UnitError, unknown_name
from loligo._units import CAPACITANCE, CELSIUS, CONDUCTANCE, MV, number, positive
from loligo.membrane.channel import Channel, Current, State
from loligo.membrane.equations_latex import membrane_latex
from loligo.membrane.expression import Expression
from loligo.membrane.gating import Gate, Scheme, each_once
from loligo.membrane.instead import instead_of
from loligo.membrane.names import LONGEST_TITLE, LONGEST_UNIT, printable, valid_name

V_SCALE: Final = 10.0  # default scale of v [mV]


@dataclass(frozen=True)
class Parameter:
    """A number of a membrane that can be changed without recompiling.

    Attributes
    ----------
    value : float
        Value in ``unit``.
    unit : str
        ``""`` for a pure number.
    """

    value: float
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}".strip()


@dataclass(frozen=True, init=False)
class Membrane:
    """A patch of excitable membrane at one potential.

    ``C dv/dt = I_stimulus - sum of the currents of its channels``

    Parameters
    ----------
    *parts : Channel, Current or State
        Parts in any order; at least one channel or current.
    C : float
        Capacitance [µF/cm²].
    celsius : float
        The temperature [°C].
    reference_celsius : float
        The temperature for which the rates are given [°C].
    q10 : float
        All rates are multiplied by ``q10**((celsius - reference_celsius)/10)``; a gate may have its own.
    constants : mapping of str to float or (float, str)
        Named numbers for use in formulas, optionally with a unit for display.
    spike_level : float
        A spike is an upward crossing of this potential [mV].
    v_scale : float
        The scale of v [mV, or the unit of v in the formulas]: error scales, displacements, grids of v and default
        resolutions are multiples of it. Formulas in which v is of order 1, such as FitzHugh's, need about 0.1.
    name : str
        The name of the membrane in titles and messages.

    Raises
    ------
    ModelError
        A formula has an undefined name, two things have the same name, or there is no channel.
    ArgumentError, UnitError
        An invalid number.

    Examples
    --------
    >>> leak = Membrane(Channel("leak", g=0.3, E=-54.4), C=1.0)
    >>> leak.replace(g_leak=0.1)["g_leak"]
    0.1
    >>> str(leak.parameters["E_leak"])
    '-54.4 mV'
    """

    parts: tuple[Channel | Current | State, ...]
    C: float
    celsius: float
    reference_celsius: float
    q10: float
    constants: tuple[tuple[str, Parameter], ...]
    spike_level: float
    v_scale: float
    name: str

    def __init__(
        self,
        *parts: Channel | Current | State,
        C: float = 1.0,
        celsius: float = 6.3,
        reference_celsius: float | None = None,
        q10: float = 1.0,
        constants: Mapping[str, Any] | None = None,
        spike_level: float = 0.0,
        v_scale: float = V_SCALE,
        name: str = "membrane",
    ) -> None:
        for part in parts:
            if not isinstance(part, (Channel, Current, State)):
                raise ModelError(f"A membrane must be made of Channel, Current and State objects; got {part!r}.")
        if reference_celsius is None and q10 != 1:
            raise ModelError("With a q10, give the temperature at which the rates apply: reference_celsius= [°C].")
        values = {
            "parts": parts,
            "C": positive(C, CAPACITANCE, "the capacitance C"),
            "celsius": number(celsius, CELSIUS, "celsius"),
            "reference_celsius": number(
                celsius if reference_celsius is None else reference_celsius, CELSIUS, "reference_celsius"
            ),
            "q10": positive(q10, "", "q10"),
            "constants": _constants(constants),
            "spike_level": number(spike_level, MV, "spike_level"),
            "v_scale": positive(v_scale, MV, "v_scale"),
            "name": printable(name, "The name of a membrane", LONGEST_TITLE),
        }
        for key, value in values.items():
            object.__setattr__(self, key, value)
        self._check_names()

    @cached_property
    def channels(self) -> tuple[Channel | Current, ...]:
        """All channels and other currents, in the given order."""
        return tuple(part for part in self.parts if not isinstance(part, State))

    @cached_property
    def states(self) -> tuple[State, ...]:
        """The further states, such as concentrations, in the given order."""
        return tuple(part for part in self.parts if isinstance(part, State))

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        """Every gate once, in order of appearance."""
        return each_once(gate for channel in self.channels for gate in channel.gates)

    @cached_property
    def schemes(self) -> tuple[Scheme, ...]:
        """Every kinetic scheme once, in order of appearance."""
        return each_once(scheme for channel in self.channels for scheme in channel.schemes)

    @property
    def formulas(self) -> tuple[Expression, ...]:
        """Every formula: of gates, of kinetic schemes, of currents, of further states."""
        own = [formula for one in self.gates for formula in one.formulas.values()]
        own += [formula for one in self.schemes for formula in one.formulas.values()]
        return (*own, *(part.current for part in self.channels), *(state.derivative for state in self.states))

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The state variables, in the order of all state vectors.

        The variables are v, the gates that are not instantaneous, the occupancies of kinetic schemes (except the one
        determined by the others), and the further states.
        """
        gates = (gate.name for gate in self.gates if not gate.instantaneous)
        occupancies = (name for scheme in self.schemes for name in scheme.variables)
        return ("v", *gates, *occupancies, *(state.name for state in self.states))

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Every number that `replace` can change without recompiling, with its unit."""
        units = {"g": CONDUCTANCE, "E": MV}
        found = {
            "C": Parameter(self.C, CAPACITANCE),
            "celsius": Parameter(self.celsius, CELSIUS),
            "reference_celsius": Parameter(self.reference_celsius, CELSIUS),
            "q10": Parameter(self.q10),
        }
        found |= {f"q10_{gate.name}": Parameter(gate.q10) for gate in self.gates if gate.q10 is not None}
        found |= {f"q10_{scheme.name}": Parameter(scheme.q10) for scheme in self.schemes if scheme.q10 is not None}
        for channel in self.channels:
            found |= {key: Parameter(value, units[key[0]]) for key, value in channel.parameters.items()}
        return MappingProxyType(found | dict(self.constants))

    def __getitem__(self, parameter: str) -> float:
        """Return the value of a parameter by name, e.g. ``squid["g_Na"]``."""
        if parameter not in self.parameters:
            raise unknown_name(f"parameter of {self.name}", parameter, self.parameters)
        return self.parameters[parameter].value

    def replace(self, /, **changes: Any) -> Self:
        """Return the same membrane with some numbers changed.

        Parameters
        ----------
        **changes : float
            Any name in `parameters`, or ``spike_level``, ``v_scale`` or ``name``.

        Raises
        ------
        UnknownNameError
            The membrane does not have a number of that name; the message gives the closest name.
        ArgumentError, UnitError
            An invalid number.
        """
        plain = {key: changes.pop(key) for key in (*_PLAIN, *_NO_PARAMETERS) if key in changes}
        for key in changes:
            if key not in self.parameters:
                raise unknown_name(f"parameter of {self.name}", key, {*self.parameters, *_NO_PARAMETERS})
        arguments = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "parts"} | plain
        arguments["constants"] = {
            key: (number(changes[key], old.unit, key), old.unit) if key in changes else old
            for key, old in self.constants
        }
        return type(self)(*(_part_with(part, changes) for part in self.parts), **arguments)

    @property
    def latex(self) -> str:
        """All equations as one aligned block of LaTeX."""
        return membrane_latex(self.channels, self.gates, self.schemes, self.states)

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(getattr(self, field.name) for field in fields(self)))

    def __hash__(self) -> int:
        return self._hash

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}  # computed values are not pickled

    def _repr_latex_(self) -> str:
        return self.latex

    def __repr__(self) -> str:
        channels = ", ".join(channel.name for channel in self.channels)
        temperature = f"; {self.celsius:g} °C" if self.q10 != 1 else ""
        return f"<Membrane {self.name}: {channels}; variables {', '.join(self.variables)}{temperature}>"

    def _check_names(self) -> None:
        if not self.channels:
            raise ModelError("A membrane needs at least one Channel or Current.")
        currents = [f"I_{channel.name}" for channel in self.channels]
        occupancies = [name for scheme in self.schemes for name in (scheme.name, *scheme.occupancies)]
        gates = [gate.name for gate in self.gates]
        everything = ["v", *gates, *occupancies, *(s.name for s in self.states), *self.parameters, *currents]
        # dicts drop duplicates, so channels and constants are counted in their own lists
        named = [channel.name for channel in self.channels]
        constants = [key for key, _ in self.constants]
        own = [key for key in self.parameters if key not in constants]
        own += [key for channel in self.channels for key in channel.parameters if key in constants]
        for names in (named, [*constants, *own], everything):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ModelError(f"Two things in {self.name} are called {twice[0]!r}; give them different names.")
        numbers = {"v", *self.parameters, *(state.name for state in self.states)}
        for gate in self.gates:
            for key, formula in gate.formulas.items():
                _known(formula, numbers, f"{key} of gate {gate.name!r}")
        for scheme in self.schemes:
            self._check_scheme(scheme, numbers, {*gates, *occupancies, *currents})
        probabilities = {*gates, *(name for scheme in self.schemes for name in scheme.occupancies)}
        for channel in self.channels:
            _known(channel.current, numbers | probabilities, f"the current of {channel.name!r}")
        for state in self.states:
            _known(state.derivative, numbers | probabilities | set(currents), f"the derivative of {state.name!r}")

    def _check_scheme(self, scheme: Scheme, numbers: set[str], others: set[str]) -> None:
        """Reject names in the formulas of a scheme that are undefined, or defined twice."""
        named = {key for key, _ in scheme.rates}
        for key in sorted(named & (numbers | others)):
            raise ModelError(
                f"{key!r} is a rate of scheme {scheme.name!r} and something else in {self.name}; give them "
                "different names."
            )
        for key, formula in scheme.formulas.items():
            _known(formula, numbers | named, f"{key} of scheme {scheme.name!r}")


def checked_membrane(value: Any) -> Membrane:
    """Check that a value is a membrane, and return it.

    Raises
    ------
    UnitError
        The value is not a membrane.
    """
    if not isinstance(value, Membrane):
        raise UnitError(f"The membrane must be a Membrane such as loligo.models.squid(); got {value!r}.")
    return value


_PLAIN = ("C", "celsius", "reference_celsius", "q10")
_NO_PARAMETERS = ("spike_level", "v_scale", "name")


def _constants(given: Any) -> tuple[tuple[str, Parameter], ...]:
    if given is not None and not isinstance(given, Mapping):
        raise UnitError(f"constants must map names to numbers, e.g. {{'tau_max': 5.0}}; got {given!r}.")
    return tuple(_constant(name, value) for name, value in (given or {}).items())


def _constant(name: str, value: Any) -> tuple[str, Parameter]:
    valid_name(name, "constant")
    if isinstance(value, Parameter):
        value = (value.value, value.unit)
    if isinstance(value, tuple) and not (len(value) == 2 and isinstance(value[1], str)):
        raise UnitError(f"The constant {name} must be a number, or a number and its unit; got {value!r}.")
    plain, unit = value if isinstance(value, tuple) else (value, "")
    printable(unit, f"The unit of the constant {name}", LONGEST_UNIT)
    return name, Parameter(number(plain, unit, f"the constant {name}"), unit)


def _known(formula: Expression, names: set[str], where: str) -> None:
    for name in sorted(formula.names - names):
        instead = instead_of(name)
        error = unknown_name(f"name that {where} can use", name, names)
        raise ModelError(f"{error} {instead}" if instead else str(error))


def _part_with(part: Channel | Current | State, changes: Mapping[str, Any]) -> Channel | Current | State:
    """Return the part with its parameters replaced."""
    if isinstance(part, State):
        return part
    gates = [_gate_with(gate, changes) for gate in part.gates]
    schemes = [_scheme_with(scheme, changes) for scheme in part.schemes]
    if isinstance(part, Current):
        return Current(part.name, part.current.text, [*gates, *schemes])
    g, E = f"g_{part.name}", f"E_{part.name}"
    reversal = part.E.text if isinstance(part.E, Expression) else changes.get(E, part.E)
    opened = part.open and type(part.open)(part.open.text, gates, schemes)
    return Channel(part.name, g=changes.get(g, part.g), E=reversal, open=opened)


def _gate_with(gate: Gate, changes: Mapping[str, Any]) -> Gate:
    if f"q10_{gate.name}" not in changes:
        return gate
    texts = {key: formula.text for key, formula in gate.formulas.items()}
    return Gate(gate.name, **texts, instantaneous=gate.instantaneous, q10=changes[f"q10_{gate.name}"])


def _scheme_with(scheme: Scheme, changes: Mapping[str, Any]) -> Scheme:
    if f"q10_{scheme.name}" not in changes:
        return scheme
    return scheme.at_q10(changes[f"q10_{scheme.name}"])
