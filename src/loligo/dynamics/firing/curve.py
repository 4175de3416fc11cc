"""Frequencies under constant currents slowly raised, slowly lowered, or stepped to: values and measurement."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import DivergenceError, RestError
from loligo._frames import dataframe
from loligo._progress import quiet
from loligo._units import CURRENT, MV
from loligo.dynamics.firing.falling import Falling
from loligo.dynamics.firing.grid import Grid, measures
from loligo.dynamics.firing.rising import Rising
from loligo.dynamics.firing.settling import Settler
from loligo.resting import start_at_rest

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from loligo.dynamics.branch import Branch
    from loligo.dynamics.firing.settling import Settled
    from loligo.membrane import Membrane

UNITS: Final = {"amplitude": CURRENT, "swing": MV} | dict.fromkeys(
    ("steady", "first", "oscillation", "burst_frequency"), "Hz"
)


@dataclass(frozen=True, eq=False)
class FIBranch:
    """Frequencies at all amplitudes, reached in one of the three ways.

    Attributes
    ----------
    amplitude : array (n,)
        Amplitudes in increasing order [µA/cm²].
    steady : array (n,)
        Spikes a second over whole cycles [Hz]; 0 where the membrane settles to a stable equilibrium or to a cycle that
        does not cross the spike level. If it does not settle: the mean rate in the last half of the run.
    settled : array (n,) of bool
        Whether it settles. False where firing is not periodic, as in chaos, and where the longest time was not enough.
    first : array (n,)
        Inverse of the first interval after a step [Hz]; 0 for fewer than two spikes; NaN if the current is not reached
        by a step.
    oscillation : array (n,)
        Frequency of a sustained oscillation of v, whether or not it reaches the spike level [Hz]; else 0. If the
        membrane fires, it is ``steady``.
    swing : array (n,)
        Range of v in a cycle, from trough to crest [mV]; 0 at rest.
    burst_frequency : array (n,)
        Bursts a second [Hz]; NaN if spikes do not come in bursts, which are separated by pauses at least twice as long
        as any interval within them.
    spikes_per_burst : array (n,)
        The mean over a cycle; NaN without bursts.
    """

    amplitude: NDArray[np.float64]
    steady: NDArray[np.float64]
    settled: NDArray[np.bool_]
    first: NDArray[np.float64]
    oscillation: NDArray[np.float64]
    swing: NDArray[np.float64]
    burst_frequency: NDArray[np.float64]
    spikes_per_burst: NDArray[np.float64]

    @property
    def own(self) -> NDArray[np.float64]:
        """The frequency of firing, or of an oscillation that does not reach the spike level [Hz]; else 0."""
        return np.where(self.steady > 0, self.steady, self.oscillation)


@dataclass(frozen=True, eq=False)
class FICurve:
    """The result of `fi_curve`.

    Attributes
    ----------
    membrane : Membrane
    up : FIBranch
        Firing when the current is raised slowly from a stable rest.
    down : FIBranch
        Firing when the current is lowered slowly, and along stable cycles. Where it differs from ``up``, the membrane
        is bistable.
    step : FIBranch
        Firing after a step to each current from rest at zero current.
    longest : float
        The time after which a run that had not settled was ended [ms].
    tolerance : float
        Tolerance of each simulation.
    note : str
        Where ``up`` began, and what was searched for ``down``.
    """

    membrane: Membrane
    up: FIBranch
    down: FIBranch
    step: FIBranch
    longest: float
    tolerance: float
    note: str

    @property
    def branches(self) -> dict[str, FIBranch]:
        """The three branches by their names."""
        return {"up": self.up, "down": self.down, "step": self.step}

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return a table by columns, with one row for each branch and amplitude."""
        parts = self.branches
        joined = {
            name: np.concatenate([getattr(one, name) for one in parts.values()])
            for name in FIBranch.__dataclass_fields__
        }
        return {"branch": np.repeat(list(parts), self.up.amplitude.size), **joined}

    def to_dataframe(self) -> pd.DataFrame:
        """Return the same table as a DataFrame; units are in ``.attrs["units"]``.

        Raises
        ------
        MissingPackageError
            pandas is not installed.
        """
        return dataframe(self.columns(), UNITS)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the three branches against the amplitude and return the axes."""
        from loligo.figures.frequencies import fi_panel

        curves = {
            name: (one.amplitude, one.steady, one.first, one.oscillation, one.settled)
            for name, one in self.branches.items()
        }
        return fi_panel(curves, ax)

    def __repr__(self) -> str:
        amplitude, steady = self.up.amplitude, self.up.steady
        firing = amplitude[steady > 0]
        where = f"fires from {firing[0]:g} to {firing[-1]:g} µA/cm²" if firing.size else "never fires continuously"
        unsettled = sum(int((~one.settled).sum()) for one in self.branches.values())
        rest = f"; {unsettled} of {3 * amplitude.size} answers have not settled" if unsettled else ""
        return f"<FICurve of {self.membrane.name}: {amplitude.size} amplitudes, going up {where}{rest}>"


@dataclass(frozen=True)
class SearchedCycles:
    """The search for cycles.

    Attributes
    ----------
    branches : tuple of Branch
        Branches of limit cycles over the current.
    note : str
        A sentence that says what was searched.
    """

    branches: tuple[Branch, ...]
    note: str

    @classmethod
    def among(
        cls, branches: Iterable[Branch], span: tuple[float, float], notes: tuple[str, ...] = ()
    ) -> SearchedCycles:
        """Return the cycles among the branches of a diagram over a range of the current, with its notes."""
        found = tuple(branch for branch in branches if branch.kind == "cycles")
        low, high = span
        what = "1 branch" if len(found) == 1 else f"{len(found)} branches"
        note = f"down: searched {what} of cycles of the bifurcation diagram from {low:g} to {high:g} µA/cm²."
        return cls(found, " ".join([note, *notes]))


@dataclass(frozen=True)
class Measurement:
    """The way in which frequencies are measured.

    Attributes
    ----------
    longest : float or None
        The time after which a run that has not settled is ended [ms].
    tolerance : float
    method : str
        As for `loligo.simulate`.
    """

    longest: float | None = None
    tolerance: float = 1e-6
    method: str = "auto"


def measured_curve(
    membrane: Membrane,
    amplitudes: NDArray[np.float64],
    search: Callable[[tuple[float, float]], SearchedCycles],
    how: Measurement = Measurement(),
    say: Callable[[str, float], object] = quiet,
) -> FICurve:
    """Measure the f-I curve of a membrane; see `loligo.fi_curve`.

    Parameters
    ----------
    membrane : Membrane
    amplitudes : array (n,)
        Amplitudes in increasing order [µA/cm²].
    search : callable
        Returns the cycles over a range of the current, from which firing is followed too.
    how : Measurement
    say : callable
        Called with a description of what is being measured, and the fraction done.
    """
    own = measures(membrane)
    settler = Settler(
        membrane, method=how.method, tolerance=how.tolerance, time_constant=own.time_constant, longest=how.longest
    )
    grid = Grid.of(own.current)

    def along(name: str, part: int, answer: Callable[[float], Settled]) -> FIBranch:
        rows = []
        for k, amplitude in enumerate(amplitudes.tolist()):
            say(f"f-I curve, {name}", (part + k / amplitudes.size) / 3)
            rows.append(answer(amplitude))
        return _branch(amplitudes, rows, stepped=name == "step")

    rising = Rising(settler, grid, membrane, own)
    up = along("up", 0, rising.at)
    start = start_at_rest(membrane)
    step = along("step", 1, lambda amplitude: settler(amplitude, start))
    bottom, top = grid.below(amplitudes[0]), grid.above(amplitudes[-1])
    span = grid.at(bottom - (bottom == top)), grid.at(top + (bottom == top))
    say("f-I curve, cycles of the bifurcation diagram", 2 / 3)
    searched = search(span)
    highest, lowered = _top(rising, grid, top, float(amplitudes[-1]))
    falling = Falling(settler, grid, top, highest.state, searched.branches)
    down = along("down", 2, falling.at)
    note = f"{rising.note}\n{lowered}\n{searched.note}"
    return FICurve(membrane, up, down, step, settler.longest, how.tolerance, note)


def _top(rising: Rising, grid: Grid, top: int, highest: float) -> tuple[Settled, str]:
    """Return the state from which the current is lowered, and a note on it."""
    current = grid.at(top)
    try:
        return rising.at(current), f"down: lowered from {current:g} µA/cm²."
    except (DivergenceError, RestError):
        return rising.at(highest), f"down: lowered from {highest:g} µA/cm²; the current cannot be raised further."


def _branch(amplitudes: NDArray[np.float64], rows: list[Settled], *, stepped: bool) -> FIBranch:
    def column(name: str) -> NDArray[np.float64]:
        return np.array([getattr(row, name) for row in rows], dtype=float)

    return FIBranch(
        amplitude=amplitudes,
        steady=column("steady"),
        settled=np.array([row.settled for row in rows]),
        first=column("first") if stepped else np.full(amplitudes.size, math.nan),
        oscillation=column("oscillation"),
        swing=column("swing"),
        burst_frequency=column("burst_frequency"),
        spikes_per_burst=column("spikes_per_burst"),
    )
