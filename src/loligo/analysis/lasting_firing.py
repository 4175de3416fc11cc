"""The constant current from which firing lasts forever, from the limit cycles of the bifurcation diagram."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import LoligoError
from loligo.analysis.scales import scales_at_rest
from loligo.dynamics.bifurcations import bifurcation
from loligo.dynamics.branch import DOUBLING, FOLD, HOMOCLINIC, TORUS
from loligo.dynamics.firing.grid import measures
from loligo.dynamics.firing.settling import Settler
from loligo.simulation.holds import held_membrane, lasts
from loligo.stimulus import Step

if TYPE_CHECKING:
    from loligo.dynamics.branch import Branch, Point
    from loligo.dynamics.diagram import Diagram
    from loligo.intervention import Intervention
    from loligo.membrane import Membrane
    from loligo.stimulus import Stimulus

# multiples of the current, tried in this order: cycles are searched for from 0 up to there
RANGES: Final = (4.0, 16.0, 64.0)
# relative to the current at which cycles lose their stability: how far beyond this current a run tests for firing
STEP_BEYOND: Final = 1e-3
RUN_TOLERANCE: Final = 1e-6  # tolerance of the run that tests for firing


@dataclass(frozen=True)
class Lasting:
    """The current from which firing lasts, or why it is unknown.

    Attributes
    ----------
    current : float or None
        [µA/cm²]
    note : str
    """

    current: float | None
    note: str


def lasting_current(
    membrane: Membrane | None, stimulus: Stimulus | None, value: float, interventions: tuple[Intervention, ...] = ()
) -> Lasting:
    """Return the constant current nearest zero, with the sign of ``value``, at which a stable cycle of spikes begins.

    Parameters
    ----------
    membrane, stimulus
        Only a single constant step has such a current.
    value : float
        A threshold of the stimulus [µA/cm²].
    interventions : tuple of Hold and Reset
        Such a current exists only if all interventions hold gates or states forever.
    """
    if membrane is None or not isinstance(stimulus, Step):
        kind = type(stimulus).__name__
        return Lasting(None, f"Only firing under a constant current can last forever; the stimulus is a {kind}.")
    if not lasts(interventions):
        return Lasting(None, "Only firing without interventions that begin or end can last forever.")
    membrane = held_membrane(membrane, interventions, "lasting firing")
    scale = max(abs(value), scales_at_rest(membrane).conductance * membrane.v_scale)
    note = ""
    for times in RANGES:
        far = math.copysign(times * scale, value)
        span = (min(0.0, far), max(0.0, far))
        try:
            diagram = bifurcation(membrane, "I", span)
        except LoligoError as error:
            return Lasting(None, f"No limit cycle could be followed between {span[0]:g} and {span[1]:g}: {error}")
        found = [one for branch in diagram.branches if (one := _nearest(diagram, branch)) is not None]
        if found:
            branch, k = min(found, key=lambda one: abs(one[0].values[one[1]]))
            return _beginning(diagram, branch, k, far)
        note = f"No stable cycle of spikes was found between {span[0]:.6g} and {span[1]:.6g} µA/cm²."
        note = " ".join((note, *diagram.notes))
    return Lasting(None, note)


def _nearest(diagram: Diagram, branch: Branch) -> tuple[Branch, int] | None:
    """Return the stable cycle nearest to zero current that crosses the spike level: branch and index, or None."""
    if branch.kind != "cycles":
        return None
    level = diagram.membrane.spike_level
    places = np.flatnonzero(branch.stable & (branch.v_min < level) & (branch.v_max > level))
    return (branch, int(places[np.argmin(np.abs(branch.values[places]))])) if places.size else None


def _beginning(diagram: Diagram, branch: Branch, k: int, far: float) -> Lasting:
    """Return where stable firing begins: at the end of its branch nearest to zero current."""
    value, mark = float(branch.values[k]), branch.marks[k]
    if mark in (FOLD, HOMOCLINIC, DOUBLING, TORUS):
        point = min(diagram.of_kind(mark), key=lambda point: abs(point.value - value))
        located = f"{point.note or point.kind}, error below {point.error:.2g} µA/cm²"
        return _left_by(diagram, point, located) if mark in (DOUBLING, TORUS) else Lasting(point.value, located)
    if abs(value) < 1e-9 * abs(far):
        return Lasting(None, "The membrane has a stable cycle of spikes without a current.")
    beside = [j for j in (k - 1, k + 1) if 0 <= j < len(branch)]
    low, high = (float(pick(branch.values[[*beside, k]])) for pick in (np.min, np.max))
    nearer = min(beside, key=lambda j: abs(branch.values[j]), default=k)
    why = (
        "nearer to zero the cycle does not cross the spike level" if branch.stable[nearer] else "its end was not found"
    )
    return Lasting(None, f"Firing lasts from about {value:.4g} µA/cm² (between {low:.6g} and {high:.6g}): {why}.")


def _left_by(diagram: Diagram, point: Point, located: str) -> Lasting:
    """Return whether firing ends where its cycles lose stability; a run beyond that point decides.

    Where a period doubling or a torus is supercritical, and where bursts take over, firing continues in a form that
    the diagram does not follow.
    """
    membrane, beyond = diagram.membrane, point.value * (1 - STEP_BEYOND)
    stable = f"Cycles of spikes are stable from {point.value:.6g} µA/cm² on ({located})"
    try:
        own = measures(membrane)
        settler = Settler(
            membrane, method="auto", tolerance=RUN_TOLERANCE, time_constant=own.time_constant, longest=None
        )
        left = settler(beyond, point.state)
    except LoligoError as error:
        return Lasting(
            None, f"Cycles of spikes are stable from {point.value:.6g} µA/cm² ({located}); beyond it: {error}"
        )
    if left.steady > 0:
        return Lasting(
            None,
            f"{stable}, but firing does not end there: at {beyond:.6g} µA/cm² the membrane still fires "
            f"{left.steady:.4g} spikes a second, in other cycles, in bursts or irregularly. The diagram does not "
            "follow such firing; fi_curve measures it.",
        )
    return Lasting(point.value, f"{located}; at {beyond:.6g} µA/cm² firing ends")
