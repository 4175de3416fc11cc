"""How often a membrane fires under a constant current: raised slowly, lowered, and stepped to."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Never

import numpy as np

from loligo._errors import ArgumentError, DivergenceError, LoligoError, RestError
from loligo._units import CURRENT, MS, MV, numbers, positive
from loligo.analysis.dynamics import Diagram, bifurcation
from loligo.analysis.firing.falling import Falling
from loligo.analysis.firing.grid import Grid, measures
from loligo.analysis.firing.rising import Rising
from loligo.analysis.firing.settling import Settler
from loligo.analysis.frames import dataframe
from loligo.intervention import refuse_others
from loligo.membrane import checked_membrane
from loligo.resting import start_at_rest
from loligo.simulation.current import checked_tolerance
from loligo.simulation.held import held_membrane

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from loligo.analysis.dynamics import Branch
    from loligo.analysis.firing.settling import Settled
    from loligo.membrane import Membrane

UNITS: Final = {"amplitude": CURRENT, "swing": MV} | dict.fromkeys(
    ("steady", "first", "oscillation", "burst_frequency"), "Hz"
)


@dataclass(frozen=True, eq=False)
class FIBranch:
    """Frequencies along the amplitudes, reached in one way.

    Attributes
    ----------
    amplitude : array (n,)
        In increasing order [µA/cm²].
    steady : array (n,)
        Spikes a second over whole cycles [Hz]; 0 where the membrane settles to a stable equilibrium or to a cycle that
        does not cross the spike level. Where it does not settle, the mean rate in the last half of the run.
    settled : array (n,) of bool
        Whether it settles. False where firing is not periodic, as in chaos, and where the longest time was not enough.
    first : array (n,)
        Inverse of the first interval after a step [Hz]; 0 for fewer than two spikes; NaN where the current is not
        stepped to.
    oscillation : array (n,)
        Frequency of v where it swings for good, whether or not it reaches the spike level [Hz]; else 0. Where the
        membrane fires, it is ``steady``.
    swing : array (n,)
        From crest to trough of a cycle [mV]; 0 at rest.
    burst_frequency : array (n,)
        Bursts a second [Hz]; NaN where spikes do not come in bursts, which are set apart by pauses at least twice as
        long as any interval within them.
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
        """The frequency of what goes on: firing, or a swing that does not reach the spike level [Hz]; else 0."""
        return np.where(self.steady > 0, self.steady, self.oscillation)


@dataclass(frozen=True, eq=False)
class FICurve:
    """The answer of `fi_curve`.

    Attributes
    ----------
    membrane : Membrane
    up, down, step : FIBranch
        The current raised slowly, lowered, and stepped to; where they differ, the membrane can do two things.
    longest : float
        The time after which a run that had not settled ended [ms].
    tolerance : float
        Of each simulation.
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
        """The three by their names."""
        return {"up": self.up, "down": self.down, "step": self.step}

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return a table by columns: a row for each branch and amplitude."""
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
        """Draw the three branches over the amplitude and return the axes."""
        from loligo.figures.frequencies import fi_panel

        curves = {
            name: (one.amplitude, one.steady, one.first, one.oscillation, one.settled)
            for name, one in self.branches.items()
        }
        return fi_panel(curves, ax)

    def __repr__(self) -> str:
        amplitude, steady = self.up.amplitude, self.up.steady
        firing = amplitude[steady > 0]
        where = f"fires from {firing[0]:g} to {firing[-1]:g} µA/cm²" if firing.size else "never fires for good"
        unsettled = sum(int((~one.settled).sum()) for one in self.branches.values())
        rest = f"; {unsettled} of {3 * amplitude.size} answers have not settled" if unsettled else ""
        return f"<FICurve of {self.membrane.name}: {amplitude.size} amplitudes, going up {where}{rest}>"


def fi_curve(
    membrane: Membrane,
    amplitudes: Any,
    *,
    longest: Any = None,
    cycles: Diagram | bool = True,
    tolerance: float = 1e-6,
    method: str = "auto",
    interventions: Any = (),
    progress: Callable[[str, float], object] | None = None,
    **unknown: Never,
) -> FICurve:
    """Measure how often a membrane fires under constant currents, reached in three ways.

    ``up``: the current is raised slowly from a stable rest. The membrane stays at rest until the rest loses its
    stability, is then displaced along the direction in which displacements grow, and is followed from there.
    ``down``: the current is lowered slowly from the top of the range; and runs start on every stable cycle that the
    bifurcation diagram finds. The fastest firing that these reach is the answer.
    ``step``: the current steps up or down from zero, where the membrane is at rest; beside it, where the rest is not
    stable, as a run of `loligo.simulate` starts.

    A run ends when the state comes back after each cycle of its last half, or approaches a stable equilibrium as the
    eigenvalues there say. The answer at an amplitude does not depend on which others are asked: the currents that are
    passed on the way lie on a grid of the membrane's own, with slow ramps between them.

    Parameters
    ----------
    membrane : Membrane
    amplitudes : array_like (n,)
        [µA/cm²]; they are taken in increasing order.
    longest : float, optional
        The time after which a run that has not settled ends [ms]; by default 3000 times the slowest time constant at
        rest, or 1000 spikes and 100 times the slowest time constant, at rest and of each variable where it fires.
    cycles : bool or Diagram
        Whether to look for cycles in the bifurcation diagram, which takes seconds; or such a diagram over the current,
        made before.
    tolerance, method
        As for `loligo.simulate`.
    interventions : Hold, or several of them
        Gates or further states that are held for ever; "rest" and "now" are the rest at zero current.
    progress : callable, optional
        Called with what is being measured and which share of all is done.

    Returns
    -------
    FICurve
        ``.up``, ``.down``, ``.step`` with frequencies; ``.note`` says what was searched.

    Raises
    ------
    ArgumentError, UnitError
        No amplitude, one that is not finite, a diagram of another membrane or parameter, an intervention that ends.
    RestError
        The membrane has no equilibrium at zero current, or its equilibria cannot be followed to an amplitude.
    DivergenceError
        A run at an amplitude leaves the finite numbers.

    Notes
    -----
    Where the rest at zero current is not stable, or an amplitude is negative, the current is raised from a lower one
    with a stable rest: the first among -1, -2, -4 and so on times the natural current, which is the capacitance times
    the scale of v over the slowest time constant. Where none is found in 12 doublings, ``up`` starts beside the
    unstable rest at each amplitude, and the note says so.

    Examples
    --------
    >>> import loligo as lo
    >>> curve = fi_curve(lo.models.squid(), [4.0, 7.0, 12.0])
    >>> curve.up.steady.round(1).tolist(), curve.down.steady.round(1).tolist()
    ([0.0, 0.0, 72.9], [0.0, 58.3, 72.9])
    """
    refuse_others(fi_curve, unknown)
    membrane = held_membrane(checked_membrane(membrane), interventions, "an f-I curve")
    given = np.unique(numbers(amplitudes, CURRENT, "amplitudes"))
    if not given.size or not np.isfinite(given).all():
        raise ArgumentError("amplitudes must be one finite number or more [µA/cm²].")
    tolerance = checked_tolerance(tolerance)
    known = cycles if isinstance(cycles, bool) else _checked_diagram(membrane, cycles)
    own = measures(membrane)
    most = None if longest is None else positive(longest, MS, "longest")
    settler = Settler(membrane, method=method, tolerance=tolerance, time_constant=own.time_constant, longest=most)
    grid = Grid.of(own.current)
    say = progress or _silent

    def along(name: str, part: int, answer: Callable[[float], Settled]) -> FIBranch:
        rows = []
        for k, amplitude in enumerate(given.tolist()):
            say(f"f-I curve, {name}", (part + k / given.size) / 3)
            rows.append(answer(amplitude))
        return _branch(given, rows, stepped=name == "step")

    rising = Rising(settler, grid, membrane, own)
    up = along("up", 0, rising.at)
    start = start_at_rest(membrane)
    step = along("step", 1, lambda amplitude: settler(amplitude, start))
    bottom, top = grid.below(given[0]), grid.above(given[-1])
    span = grid.at(bottom - (bottom == top)), grid.at(top + (bottom == top))
    say("f-I curve, cycles of the bifurcation diagram", 2 / 3)
    searched = _searched(membrane, span, known)
    highest, lowered = _top(rising, grid, top, float(given[-1]))
    falling = Falling(settler, grid, top, highest.state, searched.cycles)
    down = along("down", 2, falling.at)
    return FICurve(membrane, up, down, step, settler.longest, tolerance, f"{rising.note}\n{lowered}\n{searched.note}")


def _silent(_part: str, _share: float) -> None:
    """Say nothing."""


def _checked_diagram(membrane: Membrane, diagram: Diagram) -> Diagram:
    """Return a diagram that belongs to the f-I curve of a membrane."""
    if not isinstance(diagram, Diagram):
        raise ArgumentError(f"cycles= is True, False, or a bifurcation diagram over I; got {diagram!r}.")
    if diagram.membrane != membrane or diagram.parameter != "I":
        raise ArgumentError(
            f"cycles= is a diagram over I of the same membrane; got {diagram.membrane.name} over {diagram.parameter}."
        )
    return diagram


@dataclass(frozen=True)
class _Searched:
    """Where cycles were looked for.

    Attributes
    ----------
    cycles : tuple of Branch
    note : str
    """

    cycles: tuple[Branch, ...]
    note: str


def _searched(membrane: Membrane, span: tuple[float, float], known: Diagram | bool) -> _Searched:
    """Return the cycles of the bifurcation diagram, and what was searched."""
    if known is False:
        return _Searched((), "down: cycles of the bifurcation diagram were not searched (cycles=False).")
    try:
        diagram = bifurcation(membrane, "I", span) if known is True else known
    except (LoligoError, np.linalg.LinAlgError, ArithmeticError) as error:
        return _Searched((), f"down: the bifurcation diagram could not be made, so no cycles were searched: {error}")
    found = tuple(branch for branch in diagram.branches if branch.kind == "cycles")
    low, high = diagram.span
    what = "1 branch" if len(found) == 1 else f"{len(found)} branches"
    note = f"down: {what} of cycles of the bifurcation diagram from {low:g} to {high:g} µA/cm² searched."
    return _Searched(found, " ".join([note, *diagram.notes]))


def _top(rising: Rising, grid: Grid, top: int, highest: float) -> tuple[Settled, str]:
    """Return the state from which the current is lowered, and a note on it."""
    current = grid.at(top)
    try:
        return rising.at(current), f"down: lowered from {current:g} µA/cm²."
    except (DivergenceError, RestError):
        return rising.at(highest), f"down: lowered from {highest:g} µA/cm²; the membrane cannot be raised beyond."


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
