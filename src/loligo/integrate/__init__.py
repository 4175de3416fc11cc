"""Time-stepping methods: one neuron adaptively, explicit or stiff-safe."""

from loligo.integrate.programs import METHODS, Method, method_named, program

__all__ = ["METHODS", "Method", "method_named", "program"]
