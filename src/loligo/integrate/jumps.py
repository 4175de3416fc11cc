"""What happens to derivatives along a run where a step ends at a jump of a formula.

In a run without derivatives there is nothing to do. The module `variational_jumps` takes the place of this one in
programs of runs with them.
"""

from __future__ import annotations

from loligo.integrate.machine import Course
from loligo.kernel.entries import inlined


@inlined
def before_jump(_course: Course) -> None:
    """Keep what is needed of the state before the branch changes; row START is its slope."""


@inlined
def after_jump(_course: Course, _which: int) -> bool:
    """Change the state where a switch is passed; row START is the slope after it. Returns whether the state changed."""
    return False
