"""Membranes as frozen values: gates, channels, currents, states; formulas checked and typeset; no numerics."""

from loligo.membrane.channel import Channel, Current, State
from loligo.membrane.expression import Expression, expression
from loligo.membrane.gate import Gate, OpenProbability
from loligo.membrane.membrane import Membrane, Parameter, checked_membrane

__all__ = [
    "Channel",
    "Current",
    "Expression",
    "Gate",
    "Membrane",
    "OpenProbability",
    "Parameter",
    "State",
    "checked_membrane",
    "expression",
]
