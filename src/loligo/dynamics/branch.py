"""Bifurcations, and branches of equilibria and of limit cycles, as values."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from inspect import signature
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from loligo._errors import ArgumentError
from loligo._names import names_of
from loligo.dynamics.cycle_gradients import period_gradient
from loligo.dynamics.gradients import Place, doubling_gradient, fold_gradient, hopf_gradient, saddle_node_gradient
from loligo.dynamics.known_digits import known_text
from loligo.dynamics.system import System
from loligo.resting.conserved import check_sums

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from loligo.dynamics.orbits import Loop, Mesh, Orbit
    from loligo.membrane import Membrane

Line = TypeVar("Line")

HOPF, SADDLE_NODE, FOLD = "Hopf", "saddle-node", "fold of cycles"
DOUBLING, TORUS, HOMOCLINIC = "period doubling", "torus", "homoclinic"
KINDS: Final = (HOPF, SADDLE_NODE, FOLD, DOUBLING, TORUS, HOMOCLINIC)


@dataclass(frozen=True, eq=False)
class Point:
    """A bifurcation.

    Attributes
    ----------
    kind : str
        "Hopf" or "saddle-node" of equilibria; "fold of cycles", "period doubling", "torus" or "homoclinic" of limit
        cycles.
    value : float
        Value of the parameter, in its unit.
    residual : float
        The residual of the equations, in scaled variables: for equilibria the largest rate of change and the distance
        of the critical eigenvalue from the imaginary axis [1/ms], for cycles Newton's last step.
    error : float
        Estimated error of ``value``, never NaN: for equilibria, the shift due to the residual of the equations,
        including rounding; for cycles, the shift when the mesh cells were halved. Digits smaller than the error are
        not printed.
    state : array (variables,)
        The equilibrium, or one state of the cycle.
    v_min, v_max : float
        Extrema [mV].
    period : float
        Period of the cycle, or of the oscillation that arises [ms]; NaN at a saddle-node.
    multipliers : array (variables,)
        Eigenvalues [1/ms] of an equilibrium, Floquet multipliers of a cycle; one fewer for each conserved sum.
    note : str
        "subcritical" or "supercritical" at a Hopf point; a description of a homoclinic orbit.
    coefficient : float
        Coefficient l of ``dA/dt = l A³`` at a Hopf point, for the amplitude A of v [1/(ms mV²)]; else NaN.
    v_error : float
        Change in the extrema of a cycle when the mesh cells were halved [mV]; 0 for equilibria, whose v is exact to
        rounding.
    period_error : float
        Change in the period of a cycle when the mesh cells were halved [ms]; 0 for equilibria.
    cycle : Orbit or None
        The cycle on its mesh, from which curves in two parameters begin; None for equilibria.
    membrane, parameter, span, current
        As in the diagram.
    """

    kind: str
    value: float
    residual: float
    error: float
    state: NDArray[np.float64]
    v_min: float
    v_max: float
    period: float
    multipliers: NDArray[np.complex128]
    note: str = ""
    coefficient: float = math.nan
    v_error: float = 0.0
    period_error: float = 0.0
    cycle: Orbit | None = None
    membrane: Membrane | None = field(default=None, repr=False)
    parameter: str = field(default="", repr=False)
    span: tuple[float, float] = field(default=(math.nan, math.nan), repr=False)
    current: float = field(default=0.0, repr=False)

    def gradient(self, names: Iterable[str]) -> dict[str, float]:
        """Return the derivatives of the point's value with respect to parameters, by the implicit function theorem.

        When one parameter changes by dp, the critical eigenvalue (or multiplier) stays critical if the diagram's
        parameter changes by ``gradient * dp``.

        Parameters
        ----------
        names : iterable of str
            Parameters of the membrane, or "I" for the constant current.

        Returns
        -------
        dict of str to float
            d ``value`` / dp for each name.

        Raises
        ------
        UnknownNameError
            The membrane has no such parameter.
        ArgumentError
            The point is a torus or a homoclinic orbit, whose derivatives are not implemented; a name is the diagram's
            own parameter; or the derivatives of a cycle do not converge on finer meshes.

        Examples
        --------
        >>> import loligo as lo
        >>> hopf = lo.bifurcation(lo.models.squid(), "I", (0, 20), cycles=False).points[0]
        >>> round(hopf.gradient(["E_leak"])["E_leak"], 9)
        -0.3
        """
        given = names_of(names)
        return dict(zip(given, self._gradients(given)[0].tolist(), strict=True))

    def period_gradient(self, names: Iterable[str]) -> dict[str, float]:
        """Return the derivatives of the period with respect to parameters, while the point moves as in `gradient`.

        Parameters
        ----------
        names : iterable of str
            Parameters of the membrane, or "I" for the constant current.

        Returns
        -------
        dict of str to float
            d ``period`` / dp for each name, in ms per unit of the parameter; NaN at a saddle-node, which has no period.

        Raises
        ------
        UnknownNameError, ArgumentError
            As `gradient`.

        Examples
        --------
        >>> import loligo as lo
        >>> hopf = lo.bifurcation(lo.models.squid(), "I", (0, 20), cycles=False).points[0]
        >>> round(hopf.period_gradient(["celsius"])["celsius"], 4)
        -0.8168
        """
        given = names_of(names)
        return dict(zip(given, self._gradients(given)[1].tolist(), strict=True))

    def _gradients(self, given: tuple[str, ...]) -> NDArray[np.float64]:
        """Return the derivatives of value and period, shape (2, names)."""
        laws = {
            HOPF: hopf_gradient,
            SADDLE_NODE: saddle_node_gradient,
            FOLD: fold_gradient,
            DOUBLING: doubling_gradient,
        }
        if self.membrane is None or self.kind not in laws or self.parameter in given:
            own = self.parameter in given
            why = f"the diagram is over {self.parameter}" if own else f"only a {', a '.join(laws)} has derivatives"
            raise ArgumentError(
                f"The bifurcation ({self.kind}) has no derivative with respect to {', '.join(given)}: {why}."
            )
        if not given:
            return np.empty((2, 0))
        for name in given:
            check_sums(self.membrane, name)
        place = Place(
            self.membrane, self.parameter, self.span, self.value, self.current, self.state, self.cycle
        )  # fmt: skip
        return laws[self.kind](place, given)

    @property
    def v(self) -> float:
        """The potential of ``state`` [mV]."""
        return float(self.state[0])

    def __repr__(self) -> str:
        period = "" if math.isnan(self.period) else f", period {known_text(self.period, self.period_error, 6)} ms"
        value = known_text(self.value, self.error)
        return f"<{self.kind} at {value}{period}{f': {self.note}' if self.note else ''}>"


def of_rows(line: Callable[..., Line], kind: str, rows: Sequence[tuple[Any, ...]]) -> Line:
    """Return a branch or curve from rows, one per point, with the fields after the kind in order."""
    names = list(signature(line).parameters)[1:]
    columns = dict(zip(names, zip(*rows, strict=True), strict=False))  # further fields have defaults
    plain = ("marks", "cycles")
    return line(kind, **{name: column if name in plain else np.array(column) for name, column in columns.items()})


@dataclass(frozen=True, eq=False)
class Branch:
    """Equilibria or limit cycles in order along the branch, including special points.

    Attributes
    ----------
    kind : {"equilibria", "cycles"}
    values : array (points,)
        The parameter.
    states : array (points, variables)
        The equilibrium, or one state of the cycle.
    v_min, v_max : array (points,)
        Extrema [mV].
    periods : array (points,)
        [ms]; NaN for equilibria.
    multipliers : array (points, variables)
        Eigenvalues of equilibria [1/ms], the largest real part first; Floquet multipliers of cycles, the trivial one
        (1) first. One fewer for each conserved sum.
    unstable : array (points,) of int
        The number of unstable directions.
    marks : tuple of str
        The kind of each special point, "" for other points.
    cycles : tuple of (Mesh, Loop)
        The cycles by collocation; empty for equilibria.
    membrane, parameter, span, current
        As in the diagram.
    """

    kind: str
    values: NDArray[np.float64]
    states: NDArray[np.float64]
    v_min: NDArray[np.float64]
    v_max: NDArray[np.float64]
    periods: NDArray[np.float64]
    multipliers: NDArray[np.complex128]
    unstable: NDArray[np.int64]
    marks: tuple[str, ...]
    cycles: tuple[tuple[Mesh, Loop], ...] = field(default=(), repr=False)
    membrane: Membrane | None = field(default=None, repr=False)
    parameter: str = field(default="", repr=False)
    span: tuple[float, float] = field(default=(math.nan, math.nan), repr=False)
    current: float = field(default=0.0, repr=False)

    def period_gradient(
        self, names: Iterable[str], points: Iterable[int] | None = None
    ) -> dict[str, NDArray[np.float64]]:
        """Return the derivatives of the periods of cycles with respect to parameters, by the implicit function theorem.

        All other parameters stay constant, including the diagram's own; if it is one of the names, its derivative is
        the slope of the period along the branch.

        Parameters
        ----------
        names : iterable of str
            Parameters of the membrane, or "I" for the constant current.
        points : iterable of int, optional
            Indices of points of the branch; all by default.

        Returns
        -------
        dict of str to array (points,)
            d ``periods`` / dp [ms per unit of the parameter]; NaN at folds, where the period has no derivative, and for
            cycles too sharp for it to be resolved.

        Raises
        ------
        UnknownNameError
            The membrane has no such parameter.
        ArgumentError
            The branch consists of equilibria.

        Examples
        --------
        >>> import loligo as lo
        >>> cycles = lo.bifurcation(lo.models.squid(), "I", (150, 160)).branches[1]
        >>> cycles.period_gradient(["I"], points=[1])["I"].round(5).tolist()
        [-0.00957]
        """
        given = names_of(names)
        if self.membrane is None or not self.cycles:
            raise ArgumentError(f"A branch of {self.kind} has no periods to differentiate.")
        if not given:
            return {}
        for name in given:
            check_sums(self.membrane, name)
        chosen = range(len(self)) if points is None else [*points]
        system = System(self.membrane, self.parameter, self.span, self.current)
        found = np.full((len(chosen), len(given)), math.nan)
        order = [k for k, name in enumerate(given) if name != self.parameter]
        others = tuple(given[k] for k in order)
        slopes = [k for k, name in enumerate(given) if name == self.parameter]
        for row, number in zip(found, chosen, strict=True):
            if not self.marks[number]:
                gradient = period_gradient(system, *self.cycles[number], others)
                row[order], row[slopes] = gradient[:-1], gradient[-1]
        return dict(zip(given, found.T, strict=True))

    def __len__(self) -> int:
        return len(self.values)

    @property
    def stable(self) -> NDArray[np.bool_]:
        """Whether small displacements decay at each point, shape (points,)."""
        still: NDArray[np.bool_] = self.unstable == 0
        return still

    def __repr__(self) -> str:
        low, high = self.values.min(), self.values.max()
        steady = self.stable[[not mark for mark in self.marks]]  # special points separate stable from unstable points
        share = "stable" if steady.all() else "partly stable" if steady.any() else "unstable"
        return f"<Branch of {len(self)} {self.kind} from {low:.6g} to {high:.6g}, {share}>"
