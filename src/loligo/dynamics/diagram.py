"""The result of a bifurcation analysis: a diagram of special points and branches."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, unknown_name
from loligo._frames import dataframe
from loligo._units import MS, MV
from loligo.dynamics.branch import KINDS, Branch, Point
from loligo.dynamics.firing.curve import FICurve, SearchedCycles, measured_curve
from loligo.dynamics.known_digits import known, known_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

AMPLITUDES: Final = 401  # number of amplitudes of the f-I curve that is measured for a figure


@dataclass(frozen=True, eq=False)
class Diagram:
    """The result of `bifurcation`.

    Attributes
    ----------
    membrane : Membrane
    parameter : str
        The varied parameter; "I" is the constant current.
    unit : str
        Unit of the parameter.
    span : (float, float)
        Range of the parameter.
    current : float
        The constant current while another parameter is varied [µA/cm²].
    points : tuple of Point
        Special points, in the order of their values.
    branches : tuple of Branch
        Equilibria first.
    notes : tuple of str
        Where a branch could not be followed further, and why; or why there is no branch of equilibria.
    """

    membrane: Membrane
    parameter: str
    unit: str
    span: tuple[float, float]
    current: float
    points: tuple[Point, ...]
    branches: tuple[Branch, ...]
    notes: tuple[str, ...] = field(default=())

    def of_kind(self, kind: str) -> tuple[Point, ...]:
        """Return the points of one kind.

        Raises
        ------
        UnknownNameError
            There is no such kind of bifurcation.
        """
        if kind not in KINDS:
            raise unknown_name("kind of bifurcation", kind, KINDS)
        return tuple(point for point in self.points if point.kind == kind)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return a table by columns, with one row for every point of every branch, including special points.

        Columns: branch (number), kind, the parameter, error (of a special point; NaN elsewhere), v_min, v_max, period,
        stable, unstable, point (the kind of a special point or ""), and every variable of the state. Values of special
        points are rounded to their known digits.
        """
        names = [f"{name}_0" if name == self.parameter else name for name in self.membrane.variables]
        parts = [
            {
                "branch": np.full(len(one), k),
                "kind": np.full(len(one), one.kind),
                self.parameter: one.values.copy(),
                "error": np.full(len(one), np.nan),
                "v_min": one.v_min.copy(),
                "v_max": one.v_max.copy(),
                "period": one.periods.copy(),
                "stable": one.stable,
                "unstable": one.unstable,
                "point": np.array(one.marks, dtype=object),
            }
            | dict(zip(names, one.states.T, strict=True))
            for k, one in enumerate(self.branches)
        ]
        for part in parts:
            self._cut(part)
        first = ["branch", "kind", self.parameter, "error", "v_min", "v_max", "period", "stable", "unstable", "point"]
        return {c: np.concatenate([part[c] for part in parts]) if parts else np.empty(0) for c in (*first, *names)}

    def _cut(self, part: dict[str, NDArray[Any]]) -> None:
        """Set the errors of a branch's special points, and round their values to the known digits."""
        for row in np.flatnonzero(part["point"] != ""):
            value, kind = part[self.parameter][row], part["point"][row]
            point = min(self.of_kind(kind), key=lambda one: abs(one.value - value), default=None)
            if point is None:
                continue
            part["error"][row] = point.error
            part[self.parameter][row] = known(point.value, point.error)
            part["period"][row] = known(part["period"][row], point.period_error)
            for name in ("v_min", "v_max"):
                part[name][row] = known(part[name][row], point.v_error)

    def to_dataframe(self) -> pd.DataFrame:
        """Return the same table as a DataFrame; units are in ``.attrs["units"]``.

        Raises
        ------
        MissingPackageError
            pandas is not installed.
        """
        units = {self.parameter: self.unit, "v": MV, "v_min": MV, "v_max": MV, "period": MS}
        return dataframe(self.columns(), units)

    def plot(self, ax: Axes | None = None, *, fi: FICurve | bool = False) -> Axes:
        """Draw v against the parameter and return the axes.

        Equilibria are lines and extrema of cycles dots: stable ones solid and filled, unstable ones dashed and open.

        Parameters
        ----------
        ax : matplotlib Axes, optional
        fi : FICurve or bool
            A measured f-I curve, or True to measure one now: a panel above the diagram compares its frequencies with
            those of the cycles, 1/period.

        Raises
        ------
        ArgumentError
            ``fi`` belongs to another membrane, or the diagram is over a parameter other than the current.
        """
        from loligo.figures import bifurcation_diagram, frequencies_over

        measured = self.measured(fi) if fi is not False else None

        lines = [(b.values, b.v_min, b.stable, b.marks) for b in self.branches if b.kind == "equilibria"]
        cycles = [(b.values, b.v_min, b.v_max, b.stable, b.marks) for b in self.branches if b.kind == "cycles"]
        marks = [(point.kind, point.value, point.v_max) for point in self.points]
        label = "constant current I" if self.parameter == "I" else self.parameter
        axes = bifurcation_diagram(
            lines,
            cycles,
            marks,
            span=self.span,
            xlabel=f"{label} [{self.unit}]" if self.unit else label,
            axes=ax,
            height=4.6 if measured is None else 6.4,
        )
        if measured is not None:
            periods = [(b.values, b.periods, b.stable, b.marks) for b in self.branches if b.kind == "cycles"]
            measures = {name: (one.amplitude, one.own) for name, one in measured.branches.items()}
            frequencies_over(axes, periods, measures)
        return axes

    def measured(self, fi: FICurve | bool = True) -> FICurve:
        """Return the f-I curve over the range of this diagram, measured now unless one is given.

        The measurement starts at the cycles of this diagram: if they were left out (``cycles=False``), give a curve
        from `loligo.fi_curve`.

        Raises
        ------
        ArgumentError
            The given curve belongs to another membrane, or the parameter of the diagram is not the current.
        """
        if self.parameter != "I":
            raise ArgumentError(f"fi= needs a diagram over I, the constant current; this one is over {self.parameter}.")
        if fi is True:
            searched = SearchedCycles.among(self.branches, self.span, self.notes)
            return measured_curve(self.membrane, np.linspace(*self.span, AMPLITUDES), lambda _: searched)
        if not isinstance(fi, FICurve):
            raise ArgumentError(f"fi= must be an FICurve, or True to measure one; got {fi!r}.")
        if fi.membrane != self.membrane:
            raise ArgumentError(
                f"fi= must be of the diagram's membrane, {self.membrane.name} with the same parameters; it is of "
                f"{fi.membrane.name}. Measure it with fi=True."
            )
        return fi

    def __str__(self) -> str:
        low, high = self.span
        where = f"{self.membrane.name}, {self.parameter} from {low:g} to {high:g} {self.unit}".rstrip()
        if self.parameter != "I":
            where += f" at {self.current:g} µA/cm²"
        rows = [f"  {self._line(point)}" for point in self.points]
        rows = rows or ["  no bifurcation"]
        return "\n".join([where, *rows, *(f"  note: {text}" for text in self.notes)])

    def _line(self, p: Point) -> str:
        """Return a point as text, with its known digits."""
        finest = self.membrane.v_scale * 1e-5  # mV: smaller digits of v are not shown
        low, high = (known_text(x, max(p.v_error, finest), 17) for x in (p.v_min, p.v_max))
        whole, point, part = known_text(p.value, p.error).partition(".")
        line = f"{p.kind:<16} {whole:>6}{point + part:<10}  v {low}"
        line += f" to {high} mV" if p.v_max > p.v_min else " mV"
        line += "" if math.isnan(p.period) else f", period {known_text(p.period, p.period_error, 6)} ms"
        return line + (f", {p.note}" if p.note else "")

    def __repr__(self) -> str:
        return (
            f"<Diagram of {self.membrane.name} over {self.parameter}: {len(self.points)} points, "
            f"{len(self.branches)} branches{f', {len(self.notes)} notes' if self.notes else ''}>"
        )
