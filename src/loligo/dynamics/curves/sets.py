"""The result of `bifurcation_set`: curves in the plane of two parameters, and the points where they meet or change."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, unknown_name
from loligo._frames import dataframe
from loligo._units import MS, MV
from loligo.dynamics.branch import DOUBLING, FOLD, HOMOCLINIC, HOPF, SADDLE_NODE
from loligo.dynamics.known_digits import known_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

BAUTIN, BOGDANOV_TAKENS, CUSP, CYCLE_CUSP = "Bautin", "Bogdanov-Takens", "cusp", "cusp of cycles"
CURVES: Final = (HOPF, SADDLE_NODE, FOLD, DOUBLING, HOMOCLINIC)
UNKNOWN_ERRORS: Final = (math.nan, math.nan)  # errors of the two parameters where they are not known
POINTS: Final = (BAUTIN, BOGDANOV_TAKENS, CUSP, CYCLE_CUSP)


@dataclass(frozen=True, eq=False)
class BifurcationCurve:
    """Bifurcations of one kind in order along the curve, including special points.

    Attributes
    ----------
    kind : str
        "Hopf", "saddle-node", "fold of cycles", "period doubling" or "homoclinic".
    x, y : array (points,)
        The first and the second parameter, each in its unit.
    states : array (points, variables)
        The equilibrium, or one state of the cycle.
    v_min, v_max : array (points,)
        Extrema [mV].
    periods : array (points,)
        Period of the cycle, or of the oscillation that arises [ms]; NaN at saddle-nodes.
    coefficients : array (points,)
        Coefficient l of ``dA/dt = l A³`` at Hopf points [1/(ms mV²)], positive where the cycles that arise are
        unstable; else NaN.
    residuals : array (points,)
        The residual of the equations, in scaled variables: for equilibria the largest rate of change and the distance
        of the critical eigenvalue from the imaginary axis [1/ms], for cycles Newton's last step.
    marks : tuple of str
        The kind of each special point, "" for other points.
    errors : array (points, 2)
        Errors of homoclinic orbits in both parameters: the shift of the curve, perpendicular to itself in units of the
        ranges, when the period grows by a factor e, extrapolated from a growth of 10 %. NaN for other kinds.
    """

    kind: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    states: NDArray[np.float64]
    v_min: NDArray[np.float64]
    v_max: NDArray[np.float64]
    periods: NDArray[np.float64]
    coefficients: NDArray[np.float64]
    residuals: NDArray[np.float64]
    marks: tuple[str, ...]
    errors: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.x)

    def crossings(self, *, x: float | None = None, y: float | None = None) -> NDArray[np.float64]:
        """Return the values of one parameter at which the curve passes a value of the other, by linear interpolation.

        Parameters
        ----------
        x, y : float
            The given value; only one of the two.

        Returns
        -------
        array (crossings,)
            In increasing order.

        Raises
        ------
        ArgumentError
            Both or neither are given.
        """
        if (x is None) == (y is None):
            raise ArgumentError(f"Give one of x= and y=, a value of the first or second parameter; got x={x}, y={y}.")
        along, offsets = (self.y, self.x - x) if x is not None else (self.x, self.y - np.float64(y or 0.0))
        k = np.flatnonzero((offsets[:-1] < 0) != (offsets[1:] < 0))
        shares = offsets[k] / (offsets[k] - offsets[k + 1])
        values: NDArray[np.float64] = np.sort(along[k] + shares * (along[k + 1] - along[k]))
        return values

    def __repr__(self) -> str:
        ends = f"({self.x[0]:.6g}, {self.y[0]:.6g}) to ({self.x[-1]:.6g}, {self.y[-1]:.6g})"
        return f"<Curve of {len(self)} points, {self.kind}, from {ends}>"


@dataclass(frozen=True, eq=False)
class SpecialPoint:
    """A point of a curve at which a second condition is met.

    Attributes
    ----------
    kind : str
        "Bautin", where the first Lyapunov coefficient of a Hopf point is zero and a curve of folds of cycles ends;
        "Bogdanov-Takens", a double zero eigenvalue, where a curve of Hopf points ends on one of saddle-nodes; "cusp"
        and "cusp of cycles", where two saddle-nodes, or two folds of cycles, meet.
    values : (float, float)
        Values of both parameters.
    errors : (float, float)
        Estimated errors of both values, each in the unit of its parameter, always positive: for equilibria, the shift
        due to the residuals of the equations and of the second condition, including rounding; for cusps of cycles, the
        shift when the mesh cells were halved. Digits beyond the errors are not printed.
    residual : float
        The residual, as for a curve, including that of the second condition: at a Bogdanov-Takens point the sum and the
        product of the two eigenvalues; at a Bautin point it is in ``coefficient``.
    state : array (variables,)
        The equilibrium, or one state of the cycle.
    period : float
        Period of the oscillation [ms]; NaN if there is none.
    eigenvalues : array (variables,)
        Eigenvalues of the equilibrium [1/ms], the largest real part first, one fewer for each conserved sum; NaN for a
        cycle.
    coefficient : float
        The residual first Lyapunov coefficient at a Bautin point [1/(ms mV²)]; else NaN.
    v_error : float
        The error of ``v``, estimated in the same way [mV]; for a cycle, at this phase.
    """

    kind: str
    values: tuple[float, float]
    errors: tuple[float, float]
    residual: float
    state: NDArray[np.float64]
    period: float
    eigenvalues: NDArray[np.complex128]
    coefficient: float = math.nan
    v_error: float = 0.0

    @property
    def error(self) -> float:
        """The larger of ``errors``."""
        return max(self.errors)

    @property
    def v(self) -> float:
        """The potential of ``state`` [mV]."""
        return float(self.state[0])

    def known_values(self) -> tuple[str, str]:
        """Return both values as text, with the digits that are known."""
        first, second = (known_text(value, error) for value, error in zip(self.values, self.errors, strict=True))
        return first, second

    def __repr__(self) -> str:
        return f"<{self.kind} at ({', '.join(self.known_values())})>"


@dataclass(frozen=True, eq=False)
class BifurcationSet:
    """The result of `bifurcation_set`.

    Attributes
    ----------
    membrane : Membrane
    parameters : (str, str)
        The varied parameters; "I" is the constant current.
    units : (str, str)
        Units of the parameters.
    spans : ((float, float), (float, float))
        Ranges of the parameters.
    current : float
        The constant current if neither parameter is "I" [µA/cm²].
    curves : tuple of BifurcationCurve
        Hopf points, then saddle-nodes, folds of cycles, period doublings, homoclinic orbits.
    points : tuple of SpecialPoint
    notes : tuple of str
        Where a curve could not be followed further, and why.
    """

    membrane: Membrane
    parameters: tuple[str, str]
    units: tuple[str, str]
    spans: tuple[tuple[float, float], tuple[float, float]]
    current: float
    curves: tuple[BifurcationCurve, ...]
    points: tuple[SpecialPoint, ...]
    notes: tuple[str, ...] = field(default=())

    def of_kind(self, kind: str) -> tuple[BifurcationCurve, ...]:
        """Return the curves of one kind.

        Raises
        ------
        UnknownNameError
            There is no such kind of curve.
        """
        if kind not in CURVES:
            raise unknown_name("kind of curve", kind, CURVES)
        return tuple(one for one in self.curves if one.kind == kind)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return a table by columns, with one row for every point of every curve, including special points.

        Columns: curve (number), kind, both parameters, v_min, v_max, period, coefficient, residual, point (the kind
        of a special point or ""), the error of both parameters (of special points and homoclinic orbits; NaN
        elsewhere), and every variable of the state.
        """
        names = [f"{name}_0" if name in self.parameters else name for name in self.membrane.variables]
        first, second = self.parameters
        wrong = [f"{first}_error", f"{second}_error"]
        parts = [
            {
                "curve": np.full(len(one), k),
                "kind": np.full(len(one), one.kind, dtype=object),
                first: one.x,
                second: one.y,
                "v_min": one.v_min,
                "v_max": one.v_max,
                "period": one.periods,
                "coefficient": one.coefficients,
                "residual": one.residuals,
                "point": np.array(one.marks, dtype=object),
            }
            | dict(zip(wrong, self._errors(one), strict=True))
            | dict(zip(names, one.states.T, strict=True))
            for k, one in enumerate(self.curves)
        ]
        columns = ["curve", "kind", first, second, "v_min", "v_max", "period", "coefficient", "residual", "point"]
        columns += wrong
        return {c: np.concatenate([p[c] for p in parts]) if parts else np.empty(0) for c in [*columns, *names]}

    def _errors(self, curve: BifurcationCurve) -> NDArray[np.float64]:
        """Return the errors of both parameters along a curve and at its special points: shape (2, points)."""
        errors = curve.errors.T.copy()
        for k in np.flatnonzero([bool(mark) for mark in curve.marks]):
            own = [one for one in self.points if one.kind == curve.marks[k]]
            widths = [high - low for low, high in self.spans]
            apart = [np.abs(np.subtract(one.values, (curve.x[k], curve.y[k])) / widths).max() for one in own]
            errors[:, k] = own[int(np.argmin(apart))].errors if own else np.nan
        return errors

    def to_dataframe(self) -> pd.DataFrame:
        """Return the same table as a DataFrame; units are in ``.attrs["units"]``.

        Raises
        ------
        MissingPackageError
            pandas is not installed.
        """
        units = dict(zip(self.parameters, self.units, strict=True))
        return dataframe(self.columns(), units | {"v": MV, "v_min": MV, "v_max": MV, "period": MS})

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the curves in the plane of both parameters and return the axes.

        Curves of Hopf points are solid where the cycles that arise are stable, and dashed where they are unstable.
        """
        from loligo.figures import parameter_plane

        labels = [
            f"{'constant current I' if name == 'I' else name} [{unit}]" if unit else name
            for name, unit in zip(self.parameters, self.units, strict=True)
        ]
        return parameter_plane(
            [(one.kind, one.x, one.y, one.coefficients > 0) for one in self.curves],
            [(one.kind, *one.values) for one in self.points],
            spans=self.spans,
            xlabel=labels[0],
            ylabel=labels[1],
            axes=ax,
        )

    def __str__(self) -> str:
        pairs = zip(self.parameters, self.units, self.spans, strict=True)
        where = ", ".join(f"{name} from {low:g} to {high:g} {unit}".rstrip() for name, unit, (low, high) in pairs)
        where = f"{self.membrane.name}, {where}"
        if "I" not in self.parameters:
            where += f" at {self.current:g} µA/cm²"
        rows = [
            f"  {one.kind:<16} {one.x.min():>12.6f} to {one.x.max():.6f}, {one.y.min():.6f} to {one.y.max():.6f}, "
            f"{len(one)} points"
            for one in self.curves
        ]
        finest = self.membrane.v_scale * 1e-5  # mV: smaller digits of v are not shown
        for p in self.points:
            first, second = p.known_values()
            whole, point, part = first.partition(".")
            v = known_text(p.v, max(p.v_error, finest), 17)
            rows.append(f"  {p.kind:<16} {whole:>6}{f'{point}{part}, {second}':<24}  v {v} mV")
        rows = rows or ["  no bifurcation"]
        return "\n".join([where, *rows, *(f"  note: {text}" for text in self.notes)])

    def __repr__(self) -> str:
        return (
            f"<BifurcationSet of {self.membrane.name} over {' and '.join(self.parameters)}: {len(self.curves)} curves, "
            f"{len(self.points)} points{f', {len(self.notes)} notes' if self.notes else ''}>"
        )
