"""How derivatives along a run change where a step ends at a jump of a formula.

A run without derivatives has nothing to do. In programs with derivatives, the module `variational_jumps` replaces this
one.
"""

from __future__ import annotations

from loligo.integrate.machine import Course
from loligo.kernel.entries import inlined


@inlined
def before_jump(_course: Course) -> None:
    """Store what is needed of the state before the branch changes; row START is its slope."""


@inlined
def after_jump(_course: Course, _which: int) -> bool:
    """Change the state where a switch is passed; row START is the slope after it. Returns whether the state changed."""
    return False
