"""The numbers with respect to which members of a population can be differentiated, and the cases that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from loligo._errors import ArgumentError
from loligo.kernel import compiled
from loligo.population.units import GRADIENT, START
from loligo.simulation.sensitivities import asked
from loligo.stimulus import Sine
from loligo.stimulus.noise import Noise

if TYPE_CHECKING:
    from loligo.intervention import Intervention
    from loligo.membrane import Membrane
    from loligo.stimulus import Stimulus

AMPLITUDE: Final = "amplitude"
ONE_BY_ONE: Final = "run such a member by simulate(..., sensitivities=...)"


def gradient_column(name: str) -> str:
    """Return the column with the derivatives of spike times with respect to a number."""
    return f"{GRADIENT}{name}"


def checked_sensitivities(membrane: Membrane, stimulus: Stimulus, names: Any) -> tuple[str, ...]:
    """Return the names of the numbers with respect to which members are differentiated.

    Raises
    ------
    UnknownNameError
        A name is unknown; the message gives the closest one.
    ArgumentError
        A name is given twice, or is a number of the stimulus other than its amplitude.
    """
    found = asked(membrane, stimulus, names)
    starts = [f"{START}{name}" for name in membrane.variables]
    for name in found.names:
        if name in membrane.parameters or name in starts:
            continue
        if name != AMPLITUDE:
            raise ArgumentError(
                "Members of a population are differentiated with respect to parameters of the membrane, initial values "
                f"and the amplitude of the stimulus; for {name} {ONE_BY_ONE}."
            )
        if (isinstance(stimulus, Sine) and stimulus.offset) or (isinstance(stimulus, Noise) and stimulus.mean):
            raise ArgumentError(
                f"In populations the derivative with respect to the amplitude of a {type(stimulus).__name__} is known "
                f"only without an offset or mean: {ONE_BY_ONE}."
            )
    return found.names


def check_derivable(
    membrane: Membrane, precision: str, spike_times: int, interventions: tuple[Intervention, ...]
) -> None:
    """Reject settings with which members cannot be differentiated.

    Raises
    ------
    ArgumentError
    """
    if not spike_times:
        raise ArgumentError(
            "sensitivities= of a population are derivatives of spike times: give spike_times= to keep some."
        )
    if precision != "double":
        raise ArgumentError(f"sensitivities= of a population need precision='double'; got {precision!r}.")
    if interventions:
        raise ArgumentError(f"Members with interventions= are not differentiated in populations: {ONE_BY_ONE}.")
    kernel, _ = compiled(membrane)
    if kernel.switches.size > 1:
        raise ArgumentError(
            f"A formula of {membrane.name} has a condition, at which derivatives jump; members of a population are not "
            f"differentiated across it: {ONE_BY_ONE}."
        )
