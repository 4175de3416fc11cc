"""Bifurcations, and branches of equilibria and of limit cycles, as values."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from loligo._errors import ArgumentError
from loligo.dynamics.gradients import Place, fold_gradient, hopf_gradient, saddle_node_gradient
from loligo.dynamics.known_digits import known_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from loligo.dynamics.orbits import Orbit
    from loligo.membrane import Membrane

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
        Of the parameter, in its unit.
    residual : float
        What is left of the equations: for equilibria the largest rate of change and the distance of the critical
        eigenvalue from the imaginary axis [1/ms], for cycles Newton's last step, all in variables of size one.
    error : float
        Estimate of the error of ``value``, always a number: for equilibria what is left of the equations, with what
        rounding makes of them, moves it by; for cycles, how far halving the cells of the mesh moved it. Digits beyond
        it are not printed.
    state : array (variables,)
        The equilibrium, or one state of the cycle.
    v_min, v_max : float
        Extrema [mV].
    period : float
        Of the cycle, or of the oscillation that is born [ms]; NaN at a saddle-node.
    multipliers : array (variables,)
        Eigenvalues [1/ms] of an equilibrium, Floquet multipliers of a cycle; one fewer for each conserved sum.
    note : str
        "subcritical" or "supercritical" at a Hopf point; what happens at a homoclinic one.
    coefficient : float
        At a Hopf point l of ``dA/dt = l A³`` for the amplitude A of v [1/(ms mV²)]; else NaN.
    v_error, period_error : float
        How far halving the cells of the mesh moved the extrema of a cycle [mV] and its period [ms]; 0 for equilibria,
        where both are exact to rounding.
    cycle : Orbit or None
        The cycle on its mesh, from which curves in two parameters begin; None of equilibria.
    membrane, parameter, current
        Of the diagram.
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
    current: float = field(default=0.0, repr=False)

    def gradient(self, names: Iterable[str]) -> dict[str, float]:
        """Return by how much the point moves with parameters, by the implicit function theorem.

        Where the critical eigenvalue (or multiplier) keeps its place, a change dp of one parameter is made up for by a
        change of the one along which the diagram was made.

        Parameters
        ----------
        names : iterable of str
            Parameters of the membrane, or "I" for the constant current.

        Returns
        -------
        dict of str to float
            d ``value`` / dp of each.

        Raises
        ------
        UnknownNameError
            A parameter that the membrane does not have.
        ArgumentError
            A period doubling, a torus or a homoclinic orbit, of which no derivative is known here; or the parameter of
            the diagram itself.

        Examples
        --------
        >>> import loligo as lo
        >>> hopf = lo.bifurcation(lo.models.squid(), "I", (0, 20), cycles=False).points[0]
        >>> round(hopf.gradient(["E_leak"])["E_leak"], 9)
        -0.3
        """
        given = (names,) if isinstance(names, str) else tuple(names)
        laws = {HOPF: hopf_gradient, SADDLE_NODE: saddle_node_gradient, FOLD: fold_gradient}
        if self.membrane is None or self.kind not in laws or self.parameter in given:
            why = f"the diagram was made along {self.parameter}" if self.parameter in given else "none is known here"
            raise ArgumentError(f"A {self.kind} has no derivative in {', '.join(given)}: {why}.")
        where = Place(self.membrane, self.parameter, self.value, self.current, self.state, self.period)
        return dict(zip(given, laws[self.kind](where, given).tolist(), strict=True))

    @property
    def v(self) -> float:
        """The potential of ``state`` [mV]."""
        return float(self.state[0])

    def __repr__(self) -> str:
        period = "" if math.isnan(self.period) else f", period {known_text(self.period, self.period_error, 6)} ms"
        value = known_text(self.value, self.error)
        return f"<{self.kind} at {value}{period}{f': {self.note}' if self.note else ''}>"


@dataclass(frozen=True, eq=False)
class Branch:
    """Equilibria or limit cycles in the order in which the branch passes them, special points included.

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
        Eigenvalues [1/ms], the largest real part first; of cycles Floquet multipliers, the trivial one (1) first. One
        fewer for each conserved sum.
    unstable : array (points,) of int
        In how many directions neighbours leave.
    marks : tuple of str
        The kind of a special point, "" for the others.
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

    def __len__(self) -> int:
        return len(self.values)

    @property
    def stable(self) -> NDArray[np.bool_]:
        """Where small displacements die out, shape (points,)."""
        still: NDArray[np.bool_] = self.unstable == 0
        return still

    def __repr__(self) -> str:
        low, high = self.values.min(), self.values.max()
        steady = self.stable[[not mark for mark in self.marks]]  # special points stand between the two
        share = "stable" if steady.all() else "partly stable" if steady.any() else "unstable"
        return f"<Branch of {len(self)} {self.kind} from {low:.6g} to {high:.6g}, {share}>"
