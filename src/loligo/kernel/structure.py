"""Pass 1: separates the structure of a membrane, which is compiled, from its numbers, which are not."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from loligo.membrane import Channel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from loligo.membrane import Membrane, Scheme

Made = TypeVar("Made")


V = "v"  # the name that the formulas of a part use for the potential of this part


@dataclass(frozen=True)
class PotentialStructure:
    """One membrane potential: its name, the parameter that is its capacitance, and whether the stimulus enters it."""

    name: str = V
    capacitance: str = "C"
    stimulated: bool = True


@dataclass(frozen=True)
class GateStructure:
    """One gate: formulas as text, the parameter that is the q10, and the potential that the formulas call v."""

    name: str
    formulas: tuple[tuple[str, str], ...]
    instantaneous: bool
    q10: str
    potential: str = V


@dataclass(frozen=True)
class SchemeStructure:
    """One kinetic scheme: its occupancies, the one determined by the others, and its transition rates as text.

    Attributes
    ----------
    occupancies : tuple of str
    eliminated : str
    rates : tuple of (str, str)
        Named rates and their formulas, which may use the names before them.
    ways : tuple of (int, int, str)
        Transitions: the index of the occupancy before, that of the one after, and the rate.
    q10 : str
        The parameter that is the q10 of the scheme.
    potential : str
        The potential called v in its rates.
    """

    name: str
    occupancies: tuple[str, ...]
    eliminated: str
    rates: tuple[tuple[str, str], ...]
    ways: tuple[tuple[int, int, str], ...]
    q10: str
    potential: str = V

    @property
    def variables(self) -> tuple[str, ...]:
        """The occupancies that are variables."""
        return tuple(name for name in self.occupancies if name != self.eliminated)


@dataclass(frozen=True)
class ChannelStructure:
    """One channel or current: its conductance (empty for a current that is not ohmic) and current as text.

    The current flows at one potential, which these formulas call v; other potentials go by their own names.
    """

    name: str
    conductance: str
    current: str
    potential: str = V


@dataclass(frozen=True)
class Structure:
    """Everything that the compiled code of a membrane depends on; membranes with the same structure share the code.

    Spike detection, tabulated functions, and the order of the variables follow from its potentials.

    Attributes
    ----------
    gates : tuple of GateStructure
    channels : tuple of ChannelStructure
    states : tuple of (str, str)
        Name and derivative of each further state.
    parameters : tuple of str
        The names of the parameter vector, in order.
    schemes : tuple
        The kinetic schemes.
    potentials : tuple
        A membrane has one, v. If there are several, none is called v: in a part's formulas, v is its own potential.

    Raises
    ------
    ValueError
        A part is at an unknown potential, or one of several potentials is called v.
    """

    gates: tuple[GateStructure, ...]
    channels: tuple[ChannelStructure, ...]
    states: tuple[tuple[str, str], ...]
    parameters: tuple[str, ...]
    schemes: tuple[SchemeStructure, ...] = ()
    potentials: tuple[PotentialStructure, ...] = (PotentialStructure(),)

    def __post_init__(self) -> None:
        names = [potential.name for potential in self.potentials]
        if len(set(names)) != len(names) or (V in names and len(names) > 1):
            raise ValueError(
                f"Several potentials must have their own names, and none may be v; got {', '.join(names)}."
            )
        parts: tuple[GateStructure | ChannelStructure | SchemeStructure, ...]
        parts = (*self.gates, *self.channels, *self.schemes)
        for part in parts:
            if part.potential not in names:
                raise ValueError(f"{part.name} is at the potential {part.potential}; known: {', '.join(names)}.")

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The state vector: potentials, gates that are not instantaneous, occupancies, further states."""
        timed = (gate.name for gate in self.gates if not gate.instantaneous)
        occupancies = (name for scheme in self.schemes for name in scheme.variables)
        potentials = (potential.name for potential in self.potentials)
        return (*potentials, *timed, *occupancies, *(name for name, _ in self.states))

    @property
    def linear(self) -> slice:
        """The indices of gates and occupancies among the variables: each equation is linear in its variable."""
        return slice(len(self.potentials), len(self.variables) - len(self.states))

    def absolute_scales(self, potential: float, gate: float, states: Sequence[float]) -> NDArray[np.float64]:
        """Return the absolute error scale of every variable, given that of each kind, shape (variables,)."""
        gates = self.linear.stop - self.linear.start
        return np.array([*[potential] * len(self.potentials), *[gate] * gates, *states])

    @property
    def rates(self) -> int:
        """The number of rates: alpha, beta, inf and tau of each gate, and one for each transition."""
        return 4 * len(self.gates) + sum(len(scheme.ways) for scheme in self.schemes)

    @property
    def digest(self) -> str:
        """A short name of the structure that is the same in every process."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:16]


def keep(made: dict[Any, Made], key: Any, value: Made, most: int) -> Made:
    """Store an object for a structure and return it; the oldest of ``most`` objects is dropped."""
    while len(made) >= most:
        for first in list(made)[:1]:
            made.pop(first, None)
    made[key] = value
    return value


def structure_of(membrane: Membrane) -> Structure:
    """Return the structure of a membrane."""
    return Structure(
        gates=tuple(
            GateStructure(
                gate.name,
                tuple((key, formula.text) for key, formula in gate.formulas.items()),
                gate.instantaneous,
                "q10" if gate.q10 is None else f"q10_{gate.name}",
            )
            for gate in membrane.gates
        ),
        channels=tuple(
            ChannelStructure(
                channel.name,
                channel.conductance.text if isinstance(channel, Channel) else "",
                channel.current.text,
            )
            for channel in membrane.channels
        ),
        states=tuple((state.name, state.derivative.text) for state in membrane.states),
        parameters=tuple(membrane.parameters),
        schemes=tuple(_scheme(scheme) for scheme in membrane.schemes),
    )


def _scheme(scheme: Scheme) -> SchemeStructure:
    return SchemeStructure(
        scheme.name,
        scheme.occupancies,
        scheme.eliminated,
        tuple((key, rate.text) for key, rate in scheme.rates),
        tuple((scheme.states.index(a), scheme.states.index(b), rate.text) for a, b, rate in scheme.ways),
        "q10" if scheme.q10 is None else f"q10_{scheme.name}",
    )


def parameter_vector(membrane: Membrane) -> NDArray[np.float64]:
    """Return the values of the parameters, shape (len(membrane.parameters),), in the kernel's order."""
    return np.array([parameter.value for parameter in membrane.parameters.values()])


def way_name(scheme: SchemeStructure, begin: int, end: int) -> str:
    """Return the name of a transition in messages."""
    a, b = (scheme.occupancies[k].removeprefix(f"{scheme.name}_") for k in (begin, end))
    return f"rate {a} -> {b} of scheme {scheme.name!r}"
