"""A start of a fit to v under current clamp: a regression of dv/dt on currents of gates that the recorded v drives.

With v known, gates follow it as under voltage clamp, and ``dv/dt = (I - sum of g a(t) (v - E))/C`` is linear in 1/C,
g/C and g E/C, with the open probability a(t) of each channel: least squares find them without losing a spike (Huys,
Ahrens and Paninski 2006, doi:10.1152/jn.00079.2006). If constants of the rates vary, too, a(t) depends on them, with
exact derivatives, and the least squares are not linear.

v is not differentiated. Both sides are integrated over windows in which v changes by several times its noise. This
noise is then on the measured side, where it causes no bias.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import ModelError
from loligo.fitting.clamped import ClampedMembrane
from loligo.fitting.descent import NEAR, descended
from loligo.fitting.driven import DrivenCurrents, recorded_command
from loligo.fitting.linked_currents import LinkedCurrents
from loligo.fitting.problem import Problem
from loligo.fitting.search import evaluator
from loligo.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from loligo.fitting.bounds import Box
    from loligo.fitting.current_clamp import CurrentClamped, Trace

    Vector = NDArray[np.float64]

MOVED: Final = 10.0  # standard deviations of the noise: by this much v changes in a window (root mean square)
LARGEST: Final = 0.1  # longest window, as a fraction of the samples
MOST_EVALUATIONS: Final = 80


@dataclass(frozen=True, eq=False)
class Windows:
    """Changes in v in windows of one sweep.

    Attributes
    ----------
    measured : array (windows,)
        Change in v [mV].
    kept : array (windows,)
        The first sample of each window.
    length : int
        Samples from the beginning of a window to its end.
    """

    measured: Vector
    kept: NDArray[np.intp]
    length: int

    @classmethod
    def of(cls, trace: Trace, noise: float) -> Windows:
        """Return the shortest windows in which v changes by several times its noise, without excluded samples."""
        v, length = trace.measured, 1
        while length < LARGEST * v.size and np.mean((v[length:] - v[:-length]) ** 2) < (MOVED * noise) ** 2:
            length += 1
        first = np.flatnonzero(trace.kept[length:] - trace.kept[:-length] == length)
        return cls(v[first + length] - v[first], first, length)


class DrivenSlopes:
    """dv/dt of a membrane whose gates follow recorded traces, integrated over windows, as a function of varied values.

    Parameters
    ----------
    clamped : CurrentClamped
    noise : array (sweeps,)
        Standard deviation of v [mV].

    Attributes
    ----------
    grids : list of Windows
    currents : LinkedCurrents
        The ionic currents along the recorded v.
    """

    linear: list[str]

    def __init__(self, clamped: CurrentClamped, noise: Vector) -> None:
        self.clamped, self.linear = clamped, []
        self.grids = [Windows.of(trace, one) for trace, one in zip(clamped.grids, noise.tolist(), strict=True)]
        pairs = zip(clamped.grids, clamped.sweeps, strict=True)
        self._stimuli = [np.asarray(sweep.stimulus(trace.times)) for trace, sweep in pairs]
        self.currents = LinkedCurrents(self._driven(), clamped.links)

    def _driven(self) -> ClampedMembrane | DrivenCurrents:
        """Return the currents, with exact derivatives if gates depend on v alone."""
        clamped, sweeps = self.clamped, []
        for trace, stimulus in zip(clamped.grids, self._stimuli, strict=True):
            command, holding = recorded_command(trace)
            sweeps.append(Sweep(trace.times - trace.times[0], current=stimulus, command=command, holding=holding))
        try:
            return ClampedMembrane(clamped.membrane, sweeps, clamped.varied)
        except ModelError:
            return DrivenCurrents(clamped.membrane, clamped.grids, clamped.varied)

    def thinned(self, every: int) -> DrivenSlopes:  # noqa: ARG002 - fewer windows are no less work
        """Return the same."""
        return self

    def __call__(self, values: Vector) -> list[tuple[Vector, Vector]]:
        """Return the change in v in each window and its derivatives, (windows,) and (windows, varied), by sweep."""
        found = []
        links, currents = self.clamped.links, self.currents(values)
        for k, (grid, (current, slopes)) in enumerate(zip(self.grids, currents, strict=True)):
            parameters = links.meaning(values, k)
            c, c_slopes = parameters["C"]
            rate = (self._stimuli[k] - current) / c
            both = np.column_stack([rate, -(slopes + np.outer(rate, c_slopes)) / c])
            steps = np.diff(self.clamped.grids[k].times)[:, np.newaxis]
            total = np.vstack([np.zeros_like(both[:1]), np.cumsum(0.5 * steps * (both[1:] + both[:-1]), axis=0)])
            change = total[grid.kept + grid.length] - total[grid.kept]
            found.append((change[:, 0], np.ascontiguousarray(change[:, 1:])))
        return found


def regressed(clamped: CurrentClamped, box: Box, noise: Vector, priors: Sequence[tuple[int, float, float]]) -> Vector:
    """Return the least-squares point of a box, in coordinates from 0 to 1, found from its middle.

    It is the middle if a rate overflows there, or if the search was stopped before.
    """
    slopes = DrivenSlopes(clamped, noise)
    lengths = np.array([2.0 * grid.length for grid in slopes.grids])  # overlapping windows are given less weight
    problem = Problem(slopes, box, noise * np.sqrt(lengths), priors)
    start = problem.begun(np.full(len(box.names), 0.5))
    if start is None:
        return np.full(len(box.names), 0.5)
    return descended(evaluator(problem), start.point, start.quadratic, MOST_EVALUATIONS, NEAR).point
