"""The result of a phase plane: nullclines, equilibria, the vector field and trajectories of two variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import unknown_name
from loligo._frames import dataframe
from loligo._units import MS
from loligo.dynamics.planes.phase_system import PhaseSystem
from loligo.dynamics.planes.trajectories import Frame, Trajectory, trajectory

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from loligo.dynamics.planes.nullclines import Nullcline
    from loligo.dynamics.planes.phase_system import Law
    from loligo.membrane import Membrane


@dataclass(frozen=True, eq=False)
class PlanarEquilibrium:
    """A point at which neither variable changes.

    Attributes
    ----------
    x, y : float
        Coordinates in the units of the variables.
    eigenvalues : array (2,)
        Eigenvalues of the plane's Jacobian [1/ms], the larger real part first.
    residual : float
        The larger of the two remaining rates of change [units per ms].
    """

    x: float
    y: float
    eigenvalues: NDArray[np.complex128]
    residual: float

    @property
    def stable(self) -> bool:
        """Whether small displacements in the plane die out."""
        return bool(self.eigenvalues.real.max() < 0)

    @property
    def kind(self) -> str:
        """Return "saddle", or "stable" or "unstable" with "node" or "focus"."""
        if self.eigenvalues[0].imag:
            return f"{'stable' if self.stable else 'unstable'} focus"
        if self.eigenvalues[0].real * self.eigenvalues[1].real < 0:
            return "saddle"
        return f"{'stable' if self.stable else 'unstable'} node"

    def __repr__(self) -> str:
        return f"<{self.kind} at ({self.x:.9g}, {self.y:.9g})>"


@dataclass(frozen=True, eq=False)
class VectorField:
    """The rates of change of both variables on an even grid.

    Attributes
    ----------
    x : array (columns,)
    y : array (rows,)
    dx, dy : array (rows, columns)
        Rates of change of x and y, in their units per ms.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    dx: NDArray[np.float64]
    dy: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PhasePlane:
    """The result of `phase_plane`.

    Attributes
    ----------
    membrane : Membrane
    x, y : str
        The variables on the axes.
    units : (str, str)
        Units of both variables; "" for a gate.
    current : float
        [µA/cm²]
    span : ((float, float), (float, float))
        The range of x, and of y.
    others : mapping of str to float, (float, float) or "steady"
        How every other variable is determined: a number, ``a + b y`` as (a, b), or its steady state at each point.
    nullclines : (Nullcline, Nullcline)
        Nullclines of x and of y.
    equilibria : tuple of PlanarEquilibrium
        Equilibria in the order of x.
    field : VectorField
    trajectories : tuple of Trajectory
    """

    membrane: Membrane
    x: str
    y: str
    units: tuple[str, str]
    current: float
    span: tuple[tuple[float, float], tuple[float, float]]
    others: Mapping[str, Law]
    nullclines: tuple[Nullcline, Nullcline]
    equilibria: tuple[PlanarEquilibrium, ...]
    field: VectorField
    trajectories: tuple[Trajectory, ...] = ()

    @property
    def residual(self) -> float:
        """The largest rate of change left on a nullcline or at an equilibrium [units of the variable per ms]."""
        return max([one.residual for one in self.nullclines] + [one.residual for one in self.equilibria], default=0.0)

    def nullcline(self, variable: str) -> Nullcline:
        """Return the nullcline of one of the two variables.

        Raises
        ------
        UnknownNameError
            The variable is not on an axis.
        """
        if variable not in (self.x, self.y):
            raise unknown_name("variable of this plane", variable, (self.x, self.y))
        return self.nullclines[variable == self.y]

    def with_trajectories(self, *starts: Any, duration: float = 100.0, tolerance: float = 1e-7) -> PhasePlane:
        """Return the same plane with more trajectories.

        Parameters
        ----------
        starts : pair of float, or Recording
            A point where a trajectory of the plane begins, or a run of the membrane, which is projected onto the plane.
        duration : float
            Duration of trajectories of the planar system [ms].
        tolerance : float
            Relative tolerance of their integration.

        Raises
        ------
        ArgumentError, UnitError
            A start is neither of these, or a recording lacks traces or one of the variables.
        """
        system = PhaseSystem(self.membrane, self.x, self.y, self.others, self.current)
        frame = Frame((self.x, self.y), self.units, self.span)
        more = tuple(trajectory(system, frame, start, duration, tolerance) for start in starts)
        return replace(self, trajectories=self.trajectories + more)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return a table by columns, with one row for every point of every curve.

        Columns: what ("nullcline of v", "fold", "equilibrium", "trajectory", "recording"), number (of the curve or
        point within its kind), t [ms] (NaN except for trajectories), and both variables, by their names (x_t or y_t for
        a variable called t).
        """
        rows: list[tuple[str, int, NDArray[np.float64], NDArray[np.float64]]] = []
        for one in self.nullclines:
            rows += [(f"nullcline of {one.variable}", k, _no(curve), curve) for k, curve in enumerate(one.curves)]
        folds = np.concatenate([one.folds for one in self.nullclines])
        rows += [("fold", k, _no(point[None]), point[None]) for k, point in enumerate(folds)]
        for k, point in enumerate(self.equilibria):
            rows.append(("equilibrium", k, np.full(1, np.nan), np.array([[point.x, point.y]])))
        for k, path in enumerate(self.trajectories):
            name = "trajectory" if path.source == "plane" else path.source
            rows.append((name, k, path.t, np.stack([path.x, path.y], axis=1)))
        points = np.concatenate([points for *_, points in rows]) if rows else np.empty((0, 2))
        taken = ("what", "number", "t")
        names = [f"{axis}_{name}" if name in taken else name for axis, name in (("x", self.x), ("y", self.y))]
        return {
            "what": np.repeat(np.array([row[0] for row in rows], dtype=object), [len(row[3]) for row in rows]),
            "number": np.repeat(np.array([row[1] for row in rows], dtype=int), [len(row[3]) for row in rows]),
            "t": np.concatenate([row[2] for row in rows]) if rows else np.empty(0),
            names[0]: points[:, 0],
            names[1]: points[:, 1],
        }

    def to_dataframe(self) -> pd.DataFrame:
        """Return the same table as a DataFrame; units are in ``.attrs["units"]``.

        Raises
        ------
        MissingPackageError
            pandas is not installed.
        """
        columns = self.columns()
        return dataframe(columns, {"t": MS} | dict(zip(list(columns)[3:], self.units, strict=True)))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the field, nullclines, trajectories and equilibria, and return the axes."""
        from loligo.figures import phase_portrait

        return phase_portrait(
            self.span,
            {one.variable: one.curves for one in self.nullclines},
            (self.field.x, self.field.y, self.field.dx, self.field.dy),
            [(path.x, path.y, path.source) for path in self.trajectories],
            [(point.x, point.y, point.kind) for point in self.equilibria],
            labels=tuple(f"{n} [{u}]" if u else f"{n} [1]" for n, u in zip((self.x, self.y), self.units, strict=True)),
            axes=ax,
        )

    def __str__(self) -> str:
        lines = [f"{self.membrane.name}, {self.x} and {self.y} at {self.current:g} µA/cm²"]
        lines += [f"  {name}: {_in_words(law, self.y)}" for name, law in self.others.items()]
        lines += [
            f"  nullcline of {one.variable}: {len(one.curves)} curve{'s' * (len(one.curves) != 1)}, "
            + (f"folds at {', '.join(f'({x:.6g}, {y:.6g})' for x, y in one.folds)}" if len(one.folds) else "no fold")
            for one in self.nullclines
        ]
        lines += [
            f"  {point.kind} at {self.x} = {point.x:.9g}, {self.y} = {point.y:.9g}; eigenvalues "
            + ", ".join(f"{z.real:.5g}{f' {z.imag:+.5g}i' if z.imag else ''}" for z in point.eigenvalues)
            for point in self.equilibria
        ]
        return "\n".join([*lines, *([] if self.equilibria else ["  no equilibrium"])])

    def __repr__(self) -> str:
        return (
            f"<PhasePlane of {self.membrane.name} in {self.x} and {self.y} at {self.current:g} µA/cm²: "
            f"{len(self.equilibria)} equilibria, {len(self.trajectories)} trajectories>"
        )


def _no(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return times for points without a time: all NaN."""
    return np.full(len(points), np.nan)


def _in_words(law: Law, y: str) -> str:
    if isinstance(law, tuple):
        return f"{law[0]:.6g} {'+' if law[1] >= 0 else '-'} {abs(law[1]):.6g} {y}"
    return "at its steady state" if isinstance(law, str) else f"held at {law:.6g}"
