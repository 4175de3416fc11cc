"""The constant current from which firing lasts for ever, from the limit cycles of the bifurcation diagram."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import LoligoError
from loligo.analysis.dynamics.bifurcations import bifurcation
from loligo.analysis.dynamics.diagram import FOLD, HOMOCLINIC
from loligo.analysis.scales import scales_at_rest
from loligo.simulation.held import held_membrane, lasts
from loligo.stimulus import Step

if TYPE_CHECKING:
    from loligo.analysis.dynamics.diagram import Branch, Diagram
    from loligo.intervention import Intervention
    from loligo.membrane import Membrane
    from loligo.stimulus import Stimulus

RANGES: Final = (4.0, 16.0, 64.0)  # times the current that is looked from, one after the other until cycles are found


@dataclass(frozen=True)
class Lasting:
    """Where firing begins to last, or why that is not known.

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
    """Return the constant current nearest zero, on the side of ``value``, at which a stable cycle of spikes begins.

    Parameters
    ----------
    membrane, stimulus
        A stimulus that is not one constant step has no such current.
    value : float
        A threshold of it [µA/cm²].
    interventions : tuple of Hold and Reset
        Only gates and states that are held for ever leave such a current.
    """
    if membrane is None or not isinstance(stimulus, Step):
        kind = type(stimulus).__name__
        return Lasting(None, f"Firing that lasts for ever is that of a constant current; the stimulus is a {kind}.")
    if not lasts(interventions):
        return Lasting(
            None, "Firing that lasts for ever is that of a membrane left alone; here something comes and goes."
        )
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
        found = [_beginning(diagram, branch, far) for branch in diagram.branches if branch.kind == "cycles"]
        known = [one for one in found if one is not None]
        if known:
            return min(known, key=lambda one: math.inf if one.current is None else abs(one.current))
        note = f"No stable cycle of spikes was found between {span[0]:.6g} and {span[1]:.6g} µA/cm²."
        note = " ".join((note, *diagram.notes))
    return Lasting(None, note)


def _beginning(diagram: Diagram, branch: Branch, far: float) -> Lasting | None:
    """Return where on a branch stable cycles that cross the spike level come nearest to zero."""
    level = diagram.membrane.spike_level
    firing = branch.stable & (branch.v_min < level) & (branch.v_max > level)
    if not firing.any():
        return None
    places = np.flatnonzero(firing)
    k = int(places[np.argmin(np.abs(branch.values[places]))])
    value, mark = float(branch.values[k]), branch.marks[k]
    if mark in (FOLD, HOMOCLINIC):
        point = min((p for p in diagram.points if p.kind == mark), key=lambda point: abs(point.value - value))
        return Lasting(point.value, f"{point.note or point.kind}, error below {point.error:.2g} µA/cm²")
    if abs(value) < 1e-9 * abs(far):
        return Lasting(None, "The membrane has a stable cycle of spikes without a current.")
    nearest = branch.values[min(k + 1, len(branch) - 1)], branch.values[max(k - 1, 0)]
    return Lasting(
        None,
        f"Firing lasts from about {value:.4g} µA/cm² (between {min(*nearest):.6g} and {max(*nearest):.6g}): its cycle "
        "begins below the spike level, or its end was not found.",
    )
