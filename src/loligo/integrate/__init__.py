"""Time-stepping methods: explicit and implicit methods with adaptive steps for one neuron; the voltage clamp."""

from loligo.integrate.clamp_program import clamp_memory, clamp_program
from loligo.integrate.programs import METHODS, Method, method_named, program

__all__ = ["METHODS", "Method", "clamp_memory", "clamp_program", "method_named", "program"]
