"""How the threshold of repetitive firing depends on the length of the step, and how firing continues after it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import LoligoError
from loligo._units import CURRENT, MS
from loligo.course.digits import plain
from loligo.course.firing import lowest
from loligo.course.protocol import STEP, STEP_DURATION
from loligo.dynamics import bifurcation
from loligo.stimulus import Step

if TYPE_CHECKING:
    from loligo.course.firing import Lowest
    from loligo.dynamics import Diagram
    from loligo.membrane import Membrane

LENGTHS_MS: Final = (320.0, 500.0, 1000.0)  # ms: lengths of the step, in addition to that of the exercise
WINDOW_RESOLUTION: Final = 1e-5  # resolution of the thresholds of these steps [µA/cm²]
FOLLOW_BEYOND: Final = 2.0  # cycles are followed up to this multiple of the largest amplitude of interest
HOPF: Final = "Hopf"


@dataclass(frozen=True)
class Window:
    """The currents for which firing lasts, as a function of the length of the step.

    Attributes
    ----------
    thresholds : tuple of (float, float)
        Length of the step [ms] and its threshold of repetitive firing [µA/cm²], by length.
    lasting : float or None
        Constant current from which firing lasts forever [µA/cm²].
    lasting_error : float
        [µA/cm²]
    frequency : float
        Frequency of the firing that begins there [Hz].
    begins : str
        Kind of the bifurcation from which it begins.
    rest_ends : float or None
        Current at which the rest loses its stability [µA/cm²].
    swings_to : float or None
        Current up to which v continues to oscillate [µA/cm²].
    note : str
        Why one of these is unknown.
    """

    thresholds: tuple[tuple[float, float], ...] = ()
    lasting: float | None = None
    lasting_error: float = 0.0
    frequency: float = 0.0
    begins: str = ""
    rest_ends: float | None = None
    swings_to: float | None = None
    note: str = ""

    def text(self) -> str:
        """Return a sentence on how the answer depends on the window."""
        if len(self.thresholds) < 2:
            return ""
        values = [value for _, value in self.thresholds]
        if max(values) - min(values) <= 2 * WINDOW_RESOLUTION:
            return f"It is the same for longer steps, of up to {self.thresholds[-1][0]:g} {MS}."
        listed = ", ".join(f"{value:.4f} for {length:g} {MS}" for length, value in self.thresholds)
        text = f"The value depends on the length of the step: {listed}"
        if self.for_ever and self.lasting is not None:
            return (
                f"{text}, and {self.lasting:.6f} {CURRENT} forever (error below {plain(self.lasting_error)}): above "
                "it firing lasts, below it all firing stops."
            )
        if all(b < a for a, b in pairwise(values)):
            text += ": firing begins late, and a longer step gives a weaker current enough time to make spikes"
            if self.rest_ends is not None and self.rest_ends <= values[-1]:
                return f"{text}; from {self.rest_ends:.4f} on it always fires in the end: no rest is stable there."
        return f"{text}. The threshold of a step without an end cannot be derived from these."

    @property
    def for_ever(self) -> bool:
        """Whether the thresholds of longer steps approach the current from which firing lasts."""
        values = [value for _, value in self.thresholds]
        if self.lasting is None or len(values) < 2 or not all(a < b for a, b in pairwise(values)):
            return False
        return -WINDOW_RESOLUTION <= self.lasting - values[-1] <= values[-1] - values[0]


def window(membrane: Membrane, found: Lowest) -> Window:
    """Return how a threshold of repetitive firing depends on its window."""
    if found.value is None:
        return Window()
    thresholds = [(STEP.stop - STEP.start, found.value)]
    after = STEP_DURATION - STEP.stop
    for length in LENGTHS_MS:
        step = Step(1.0, start=STEP.start, stop=STEP.start + length)
        longer = lowest(membrane, step, step.stop + after, "repetitively", resolution=WINDOW_RESOLUTION)
        if longer.value is not None:
            thresholds.append((length, longer.value))
    try:
        diagram = bifurcation(membrane, "I", (0.0, FOLLOW_BEYOND * max([found.value, *found.others])))
    except LoligoError as error:
        return Window(tuple(thresholds), note=str(error))
    return _followed(diagram, tuple(thresholds))


def _followed(diagram: Diagram, thresholds: tuple[tuple[float, float], ...]) -> Window:
    """Return the currents and frequency of lasting firing from the cycles of a bifurcation diagram."""
    level = diagram.membrane.spike_level
    hopfs = [point.value for point in diagram.points if point.kind == HOPF]
    beginnings, ends = [], []
    for branch in diagram.branches:
        if branch.kind != "cycles" or not branch.stable.any():
            continue
        firing = np.flatnonzero(branch.stable & (branch.v_max > level) & (branch.v_min < level))
        if firing.size:
            beginnings.append((branch, int(firing[np.argmin(branch.values[firing])])))
        ends.append(float(branch.values[branch.stable].max()))
    if not beginnings:
        return Window(thresholds, note=" ".join(diagram.notes))
    branch, k = min(beginnings, key=lambda one: one[0].values[one[1]])
    marked = [p for p in diagram.points if branch.marks[k] and p.kind == branch.marks[k]]
    point = min(marked, key=lambda p: abs(p.value - branch.values[k]), default=None)
    return Window(
        thresholds,
        lasting=None if point is None else point.value,
        lasting_error=0.0 if point is None else max(point.error, 1e-9),
        frequency=1e3 / float(branch.periods[k]),
        begins="" if point is None else point.kind,
        rest_ends=min(hopfs, default=None),
        swings_to=max(ends) if max(ends) < diagram.span[1] else None,
        note=" ".join(diagram.notes),
    )
