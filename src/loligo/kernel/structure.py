"""Pass 1: a membrane's structure (what must be compiled) apart from its numbers (what need not be)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from loligo.membrane import Channel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane


@dataclass(frozen=True)
class GateStructure:
    """One gate: its formulas as text, and the parameter that is its q10."""

    name: str
    formulas: tuple[tuple[str, str], ...]
    instantaneous: bool
    q10: str


@dataclass(frozen=True)
class ChannelStructure:
    """One channel or current: its conductance (empty for a current that is not ohmic) and current as text."""

    name: str
    conductance: str
    current: str


@dataclass(frozen=True)
class Structure:
    """All that the compiled code of a membrane depends on; two membranes with one structure share it.

    Attributes
    ----------
    gates, channels, states : tuple
        The formulas; ``states`` holds pairs of name and derivative.
    parameters : tuple of str
        The names of the parameter vector, in order.
    """

    gates: tuple[GateStructure, ...]
    channels: tuple[ChannelStructure, ...]
    states: tuple[tuple[str, str], ...]
    parameters: tuple[str, ...]

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The state vector: v, gates that take time, further states."""
        timed = (gate.name for gate in self.gates if not gate.instantaneous)
        return ("v", *timed, *(name for name, _ in self.states))

    @property
    def digest(self) -> str:
        """A short name of the structure that is the same in every process."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:16]


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
    )


def parameter_vector(membrane: Membrane) -> NDArray[np.float64]:
    """Return the values of the parameters, shape (len(membrane.parameters),), in the kernel's order."""
    return np.array([parameter.value for parameter in membrane.parameters.values()])
