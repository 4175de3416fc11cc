"""Runs of one neuron: the adaptive current clamp, and the exact voltage clamp."""

from loligo.simulation.clamp import voltage_clamp
from loligo.simulation.current import simulate

__all__ = ["simulate", "voltage_clamp"]
