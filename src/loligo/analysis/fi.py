"""`fi_curve`: how often a membrane fires under a constant current raised slowly, lowered, and stepped to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Never

import numpy as np

from loligo._errors import ArgumentError, LoligoError
from loligo._progress import Progress, Report
from loligo._units import CURRENT, MS, numbers, positive
from loligo.dynamics import Diagram, bifurcation
from loligo.dynamics.firing.curve import FICurve, Measurement, SearchedCycles, measured_curve
from loligo.intervention import refuse_others
from loligo.membrane import checked_membrane
from loligo.simulation.current import checked_tolerance
from loligo.simulation.holds import held_membrane

if TYPE_CHECKING:
    from loligo.membrane import Membrane


def fi_curve(
    membrane: Membrane,
    amplitudes: Any,
    *,
    longest: Any = None,
    cycles: Diagram | bool = True,
    tolerance: float = 1e-6,
    method: str = "auto",
    interventions: Any = (),
    progress: Progress = None,
    **unknown: Never,
) -> FICurve:
    """Measure how often a membrane fires under constant currents, reached in three ways.

    ``up``: the current is raised slowly from a stable rest. The membrane stays at rest until the rest loses its
    stability; the state is then displaced along the unstable direction, and the run continues.
    ``down``: the current is lowered slowly from the top of the range; runs also start on every stable cycle that the
    bifurcation diagram finds. Of all these, the fastest firing counts.
    ``step``: the current steps up or down from zero, where the membrane is at rest. If that rest is not stable, the run
    starts next to it, as a run of `loligo.simulate` does.

    A run ends when the state returns after each cycle of its last half, or approaches a stable equilibrium at the rate
    of the eigenvalues there. The result at one amplitude does not depend on the other amplitudes: the currents on the
    way to this amplitude lie on a grid that depends only on the membrane, with slow ramps from one to the next.

    Parameters
    ----------
    membrane : Membrane
    amplitudes : array_like (n,)
        [µA/cm²]; used in increasing order.
    longest : float, optional
        The time after which a run that has not settled ends [ms]; by default 3000 times the slowest time constant at
        rest, or 1000 spikes and 100 times the slowest time constant, at rest and of each variable where it fires.
    cycles : bool or Diagram
        Whether to look for cycles in the bifurcation diagram, which takes seconds; or an existing diagram over the
        current.
    tolerance, method
        As for `loligo.simulate`.
    interventions : Hold, or several of them
        Gates or further states that are held for the whole run; "rest" and "now" are the rest at zero current.
    progress : bool or callable, optional
        True shows a bar. A callable gets a description of the work and the fraction done; returning False cancels.

    Returns
    -------
    FICurve
        ``.up``, ``.down``, ``.step`` with frequencies; ``.note`` says what was searched for.

    Raises
    ------
    ArgumentError, UnitError
        No amplitude is given or one is not finite; the diagram belongs to another membrane or parameter; or an
        intervention ends.
    RestError
        The membrane has no equilibrium at zero current, or its equilibria cannot be followed to an amplitude.
    DivergenceError
        A run at one of the amplitudes became infinite or NaN.

    Notes
    -----
    Where the rest at zero current is not stable, or an amplitude is negative, the current is raised from a lower value
    with a stable rest: the first such value among -1, -2, -4 and so on times the natural current, C times the scale of
    v divided by the slowest time constant. If none is found in 12 doublings, ``up`` starts next to the unstable rest at
    each amplitude, and the note says so.

    Examples
    --------
    >>> import loligo as lo
    >>> curve = fi_curve(lo.models.squid(), [4.0, 7.0, 12.0])
    >>> curve.up.steady.round(1).tolist(), curve.down.steady.round(1).tolist()
    ([0.0, 0.0, 72.9], [0.0, 58.3, 72.9])
    """
    refuse_others(fi_curve, unknown)
    report = Report(progress)
    membrane = held_membrane(checked_membrane(membrane), interventions, "an f-I curve")
    given = np.unique(numbers(amplitudes, CURRENT, "amplitudes"))
    if not given.size or not np.isfinite(given).all():
        raise ArgumentError("amplitudes must be one or more finite numbers [µA/cm²].")
    tolerance = checked_tolerance(tolerance)
    known = cycles if isinstance(cycles, bool) else _checked_diagram(membrane, cycles)
    most = None if longest is None else positive(longest, MS, "longest")
    with report:
        return measured_curve(
            membrane,
            given,
            lambda span: _searched(membrane, span, known, report),
            Measurement(most, tolerance, method),
            report,
        )


def _checked_diagram(membrane: Membrane, diagram: Diagram) -> Diagram:
    """Return a diagram that belongs to the f-I curve of a membrane."""
    if not isinstance(diagram, Diagram):
        raise ArgumentError(f"cycles= must be True, False, or a bifurcation diagram over I; got {diagram!r}.")
    if diagram.membrane != membrane or diagram.parameter != "I":
        raise ArgumentError(
            f"cycles= must be a diagram over I of the same membrane; got {diagram.membrane.name} over "
            f"{diagram.parameter}."
        )
    return diagram


def _searched(membrane: Membrane, span: tuple[float, float], known: Diagram | bool, report: Report) -> SearchedCycles:
    """Return the cycles of the bifurcation diagram, and what was searched."""
    if known is False:
        return SearchedCycles((), "down: cycles of the bifurcation diagram were not searched for (cycles=False).")
    try:
        diagram = bifurcation(membrane, "I", span, progress=report) if known is True else known
    except (LoligoError, np.linalg.LinAlgError, ArithmeticError) as error:
        return SearchedCycles(
            (), f"down: the bifurcation diagram could not be computed, so cycles were not searched for: {error}"
        )
    return SearchedCycles.among(diagram.branches, diagram.span, diagram.notes)
