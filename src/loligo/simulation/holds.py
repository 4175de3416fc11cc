"""Reducing a membrane with variables held forever to a membrane with fewer variables."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from loligo._errors import ArgumentError
from loligo.intervention import Hold
from loligo.membrane import Channel, Current, Gate, Membrane, Scheme, State
from loligo.membrane.expression import Expression
from loligo.membrane.names import LONGEST_TITLE
from loligo.resting import rest
from loligo.simulation.schedule import check_schedule, checked_interventions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loligo.intervention import Intervention


def held_membrane(membrane: Membrane, interventions: Any, purpose: str) -> Membrane:
    """Return the membrane with variables held forever: a gate becomes a constant, a further state a parameter.

    Parameters
    ----------
    membrane : Membrane
    interventions : Hold, or several of them
        Holds from 0 on, without an end; "rest" and "now" mean the value at rest.
    purpose : str
        The analysis that needs it, for the error message.

    Raises
    ------
    ArgumentError
        An intervention is a reset, a hold that begins later or ends, or a hold of v.
    """
    given = checked_interventions(membrane, interventions)
    if not given:
        return membrane
    check_schedule(membrane, given, math.inf)
    for one in given:
        if not lasts((one,)):
            raise ArgumentError(
                f"{one!r} is not possible for {purpose}, which needs steady firing: hold gates or states forever, e.g. "
                "Hold('h', 'rest')."
            )
    values = {one.variable: _value(membrane, one) for one in given if isinstance(one, Hold)}
    arguments = {f.name: getattr(membrane, f.name) for f in fields(membrane) if f.name != "parts"}
    states = {state.name: (values[state.name], state.unit) for state in membrane.states if state.name in values}
    arguments["constants"] = dict(membrane.constants) | states
    arguments["name"] = _name(membrane, values)
    parts = [_part(part, values) for part in membrane.parts if part.name not in states or not isinstance(part, State)]
    return Membrane(*parts, **arguments)


def lasts(interventions: Sequence[Intervention]) -> bool:
    """Return whether all are holds forever of variables other than v."""
    return all(isinstance(x, Hold) and (x.start, x.stop) == (0, None) and x.variable != "v" for x in interventions)


def _name(membrane: Membrane, values: dict[str, float]) -> str:
    """Return the name of a membrane with held variables; occupancies of a scheme go by the name of the scheme."""
    own = {name: scheme.name for scheme in membrane.schemes for name in scheme.variables}
    how = [f"{name} held at {value:.6g}" for name, value in values.items() if name not in own]
    how += [f"{name} held" for name in dict.fromkeys(own[name] for name in values if name in own)]
    name = ", ".join([membrane.name, *how])
    return name if len(name) <= LONGEST_TITLE else f"{name[: LONGEST_TITLE - 3]}..."


def _value(membrane: Membrane, one: Hold) -> float:
    return rest(membrane)[one.variable] if isinstance(one.value, str) else one.value


def _part(part: Channel | Current | State, values: dict[str, float]) -> Channel | Current | State:
    """Return a part with the gates that are held as constants."""
    if isinstance(part, State):
        return part
    held = [scheme for scheme in part.schemes if values.keys() & set(scheme.variables)]
    gates = [_gate(gate, values) for gate in part.gates] + [
        one for scheme in held for one in _constants(scheme, values)
    ]
    schemes = [scheme for scheme in part.schemes if scheme not in held]
    if isinstance(part, Current):
        return Current(part.name, part.current.text, [*gates, *schemes])
    reversal = part.E.text if isinstance(part.E, Expression) else part.E
    opened = part.open and type(part.open)(part.open.text, gates, schemes)
    return Channel(part.name, g=part.g, E=reversal, open=opened)


def _constants(scheme: Scheme, values: dict[str, float]) -> list[Gate]:
    """Return the occupancies of a scheme that is held as constants."""
    own = {name: values[name] for name in scheme.variables}
    own[scheme.eliminated] = 1.0 - sum(own.values())
    return [Gate(name, inf=repr(own[name])) for name in scheme.occupancies]


def _gate(gate: Gate, values: dict[str, float]) -> Gate:
    if gate.name not in values:
        return gate
    return Gate(gate.name, inf=f"{values[gate.name]!r}", instantaneous=True)
