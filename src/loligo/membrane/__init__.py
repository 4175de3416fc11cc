"""Membranes as frozen values: gates, schemes, channels, currents, states. Formulas are checked and typeset."""

from loligo.membrane.channel import Channel, Current, State
from loligo.membrane.expression import Expression, expression
from loligo.membrane.gating import Gate, OpenProbability, Scheme
from loligo.membrane.membrane import Membrane, Parameter, checked_membrane

__all__ = [
    "Channel",
    "Current",
    "Expression",
    "Gate",
    "Membrane",
    "OpenProbability",
    "Parameter",
    "Scheme",
    "State",
    "checked_membrane",
    "expression",
]
