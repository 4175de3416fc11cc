"""`rest`: the verified stable equilibrium of lowest v, and all other equilibria."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import RestError
from loligo._names import names_of
from loligo._units import CURRENT, MV, interval, number
from loligo.kernel import compiled
from loligo.kernel.markov import steady_occupancies
from loligo.membrane import checked_membrane
from loligo.membrane.occupancies import left_over_of, unknown_variable
from loligo.resting.conserved import check_sums, conserved_sums
from loligo.resting.gradient import Derivatives, equilibrium_gradient
from loligo.resting.joint_search import POTENTIALS
from loligo.resting.search import Found, equilibria, reversals, span, widest
from loligo.resting.settling import solutions_at, starts
from loligo.resting.slaved import Slaved
from loligo.resting.verification import decays, on_level_set

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from loligo.membrane import Membrane

START_BELOW_LEVEL: Final = 8.0  # scales of v: suggested initial v below the spike level, without reversal potentials


@dataclass(frozen=True, eq=False)
class Rest:
    """An equilibrium of a membrane.

    Attributes
    ----------
    membrane : Membrane
        The membrane.
    current : float
        The constant current [µA/cm²].
    state : array (variables,)
        Values in the order of ``membrane.variables``.
    others : tuple of Rest
        The other equilibria that were found, in order of v; their own ``others`` is empty.
    """

    membrane: Membrane
    current: float
    state: NDArray[np.float64]
    others: tuple[Rest, ...] = ()
    _found: Found | None = field(default=None, repr=False)

    @property
    def complete(self) -> bool:
        """Whether this rest and its `others` are proved to be all equilibria in the searched range.

        The result is computed on first use, which takes some tenths of a second: for cells of v, bounds on dv/dt from
        interval arithmetic prove that a cell contains no equilibrium, or exactly one. The result is False if some cell
        remains undecided, for example if two equilibria are too close to separate; or if further states have several
        steady states at one v, or are steady at only one v, so that some may have been missed. If they have one steady
        state, found from several starting points, it is assumed to depend continuously on v inside a cell.
        """
        return self._found is not None and self._found.shown(self.membrane, self.current)

    @property
    def v(self) -> float:
        """The resting potential [mV]."""
        return float(self.state[0])

    @cached_property
    def residual(self) -> float:
        """The largest remaining rate of change, in units of the variables per ms."""
        kernel, q = compiled(self.membrane)
        return float(np.abs(kernel.rhs(self.current, self.state, q)).max())

    @cached_property
    def eigenvalues(self) -> NDArray[np.complex128]:
        """Eigenvalues of the symbolic Jacobian [1/ms], the slowest first.

        For each conserved sum of further states, one zero eigenvalue is left out: it does not affect displacements that
        keep the sum.
        """
        kernel, q = compiled(self.membrane)
        values = np.linalg.eigvals(on_level_set(Slaved(self.membrane, self.current), kernel.jacobian(self.state, q)))
        return np.array(sorted(values, key=lambda z: -z.real), dtype=complex)

    @property
    def stable(self) -> bool:
        """Whether small displacements decay; displacements that change a conserved sum do not count."""
        return bool(self.eigenvalues[0].real < 0)

    def gradient(self, names: Iterable[str]) -> dict[str, dict[str, float]]:
        """Return the derivatives of the equilibrium with respect to parameters, by the implicit function theorem.

        ``dy/dp = -J⁻¹ df/dp`` with the symbolic Jacobian J; conserved sums keep their values.

        Parameters
        ----------
        names : iterable of str
            Parameters of the membrane, or "I" for the constant current.

        Returns
        -------
        dict of str to dict of str to float
            For each parameter, the derivative of every variable, in its unit per unit of the parameter.

        Raises
        ------
        UnknownNameError
            The membrane does not have a parameter of that name.
        ArgumentError
            The coefficients of conserved sums depend on the parameter.

        Examples
        --------
        >>> import loligo as lo
        >>> round(rest(lo.models.squid()).gradient(["E_leak"])["E_leak"]["v"], 6)
        0.257231
        """
        given = names_of(names)
        if not given:
            return {}
        for name in given:
            check_sums(self.membrane, name)
        forces = Derivatives(self.membrane, given).slopes(self.current, self.state)
        gradient = equilibrium_gradient(self.membrane, self.state, forces)
        return {
            name: dict(zip(self.membrane.variables, column.tolist(), strict=True))
            for name, column in zip(given, gradient.T, strict=True)
        }

    def __getitem__(self, name: str) -> float:
        """Return one variable, e.g. ``rest["m"]``."""
        names = self.membrane.variables
        if others := left_over_of(self.membrane, name):
            return float(1.0 - self.state[others].sum())
        if name not in names:
            raise unknown_variable(self.membrane, name)
        return float(self.state[names.index(name)])

    def __repr__(self) -> str:
        values = ", ".join(f"{n} = {x:.6g}" for n, x in zip(self.membrane.variables, self.state, strict=True))
        return f"<Rest of {self.membrane.name} at {self.current:g} µA/cm²: {values}>"


def rest(membrane: Membrane, current: float = 0.0, *, between: tuple[float, float] | None = None) -> Rest:
    """Find the rest of a membrane.

    Gates follow v, and further states are solved for at each v from several starting points, so dv/dt is a function of
    v. The zeros of this function are sought on a grid that is refined where dv/dt may have an extremum, and where the
    argument of a function in a formula changes fast. Equilibria that are at least 1e-4 of the membrane's ``v_scale``
    apart are separated. If a state is steady at only one v, such as a state that integrates v, then v and all states
    are solved for together. `Rest.complete` tells whether the search is proved to have found all equilibria.

    Every equilibrium is verified: it is finite, gates are in [0, 1], states are not below their ``minimum``, and each
    derivative is less than 1e-9 of the terms that cancel in it. If sums of further states are conserved, the
    equilibria have the same sums as the guesses (``initial``); otherwise a guess only saves time.

    Parameters
    ----------
    membrane : Membrane
    current : float
        A constant current [µA/cm²].
    between : (float, float), optional
        The range of v to search [mV]. The default is within 20 ``v_scale`` of 0 (-200 to 200 mV) and around all
        reversal potentials; if nothing is found there, within 1000 ``v_scale`` of 0.

    Returns
    -------
    Rest
        The stable equilibrium with the lowest v; when none is stable, the one with the lowest v (a pacemaker:
        ``.stable`` is False).

    Raises
    ------
    RestError
        The range contains no equilibrium ("has no equilibrium": proved by bounds on dv/dt), none was found, or every v
        is an equilibrium, as when no current flows.
    ArgumentError, UnitError
        The current or range is invalid.

    Examples
    --------
    >>> import loligo as lo
    >>> round(rest(lo.models.squid()).v, 12)
    0.000277566265
    """
    checked = checked_membrane(membrane)
    held = number(current, CURRENT, "current")
    found = _sought(checked, held, None if between is None else interval(between, MV, "between", "(-100, 0)"))
    if isinstance(found, Found):
        raise RestError(f"{_why_none(checked, held, found, prove=True)}: {_instead(checked)}")
    return found


def rest_or_reason(membrane: Membrane) -> Rest | str:
    """Return the rest at zero current, or a sentence that says what was tried; no time is spent on a proof."""
    found = _sought(membrane, 0.0, None)
    if isinstance(found, Found):
        return f"{_why_none(membrane, 0.0, found, prove=False)}: {_instead(membrane)}"
    return found


def why_no_rest(membrane: Membrane, current: float) -> str:
    """Return a sentence that says what was tried if no equilibrium was found; "" if one was."""
    found = _sought(membrane, current, None)
    return _why_none(membrane, current, found, prove=False) if isinstance(found, Found) else ""


@lru_cache(maxsize=256)
def _sought(membrane: Membrane, current: float, between: tuple[float, float] | None) -> Rest | Found:
    """Return the rest, or the result of a search that found none."""
    slaved = Slaved(membrane, current)
    if slaved.sums.with_v:
        return Found([], False, None, True, between or span(membrane))
    found = equilibria(slaved, *(between or span(membrane)))
    if between is None and not found.states and found.continuum is None:
        found = equilibria(slaved, *widest(membrane))
    if not found.states:
        return found
    with np.errstate(all="ignore"):
        stable = [k for k, state in enumerate(found.states) if len(found.states) > 1 and decays(slaved, state)]
    first = (stable or [0])[0]
    for state in found.states:
        state.flags.writeable = False
    others = tuple(Rest(membrane, current, state, (), found) for k, state in enumerate(found.states) if k != first)
    return Rest(membrane, current, found.states[first], others, found)


def _why_none(membrane: Membrane, current: float, found: Found, *, prove: bool) -> str:
    from loligo.resting.absence import shows_none  # imports SymPy

    name = membrane.name
    if conserved_sums(membrane).with_v:
        states = ", ".join(state.name for state in membrane.states)
        kept = f"{name} keeps all charge in v and {states}"
        if current:
            return f"{kept}, so it has no equilibrium under a constant current"
        return f"{kept}, so it has a continuum of equilibria, one for each amount of charge"
    if found.continuum is not None:
        return f"{name} has a continuum of equilibria near {found.continuum:g} mV"
    between = f"between {found.span[0]:g} and {found.span[1]:g} mV at {current:g} µA/cm²"
    if prove and shows_none(membrane, current, found.span):
        return f"{name} has no equilibrium {between}"
    if not found.settles:
        lost = unsettled_schemes(membrane, np.linspace(*found.span, 101))
        if lost:
            return f"No equilibrium of {name} was found {between}: {lost}"
        states = ", ".join(state.name for state in membrane.states)
        if not states:
            return f"No equilibrium of {name} was found {between}: at most potentials its gates have no steady state"
        return (
            f"No equilibrium of {name} was found {between}: at most potentials no steady value of {states} was found "
            f"from {len(starts(Slaved(membrane, current)))} starts over ten decades, nor steady values of v and "
            f"{states} together from {POTENTIALS} potentials and these starts"
        )
    tried = "dv/dt was computed on a grid that was refined where it may have an extremum"
    return f"No equilibrium of {name} was found {between}: {tried}, with all else settled"


def _instead(membrane: Membrane) -> str:
    """Return advice for a membrane without a rest: to start slightly above the lowest reversal potential."""
    scale = membrane.v_scale
    v = f"{min(reversals(membrane), default=membrane.spike_level - START_BELOW_LEVEL * scale) + scale:.4g}"
    return (
        f"give an initial v instead, e.g. initial={{'v': {v}}} of a run or initial_v={v} of a population: gates start "
        "settled there, and further states at their initial values."
    )


def settled_along(membrane: Membrane, v: ArrayLike) -> NDArray[np.float64]:
    """Return the states to which gates and further states settle when v is held at each of several potentials.

    Parameters
    ----------
    membrane : Membrane
    v : array_like (potentials,)
        [mV]

    Returns
    -------
    array (potentials, variables)
        If further states have several steady states at one v, the lowest stable one; NaN if they have none.
    """
    slaved, held = Slaved(membrane, 0.0), np.atleast_1d(np.asarray(v, dtype=float))
    x = np.zeros((held.size, 0))
    with np.errstate(all="ignore"):
        if slaved.count:
            some = solutions_at(slaved, held)
            x = np.array([_first_stable(slaved, one, ways) for one, ways in zip(held, some, strict=True)])
        found: NDArray[np.float64] = slaved.states(held, x)
    return found


def unsettled_schemes(membrane: Membrane, v: NDArray[np.float64]) -> str:
    """Return which kinetic schemes have no unique steady state at most potentials, and why; "" if there are none."""
    if not membrane.schemes:
        return ""
    kernel, q = compiled(membrane)
    states = np.zeros((v.size, len(membrane.variables)))
    states[:, 0] = v
    states[:, len(membrane.variables) - len(membrane.states) :] = [state.initial for state in membrane.states]
    lost = [
        scheme.name
        for scheme, generator in zip(membrane.schemes, kernel.generators(states, q), strict=True)
        if 2 * np.isnan(steady_occupancies(generator)).any(axis=1).sum() > v.size
    ]
    if not lost:
        return ""
    which = f"scheme{'s' * (len(lost) > 1)} {', '.join(map(repr, lost))}"
    has = "have" if len(lost) > 1 else "has"
    return f"kinetic {which} {has} no unique steady state, because rates are 0 or not finite there"


def settled_at(membrane: Membrane, v: float) -> NDArray[np.float64]:
    """Return the state to which gates and further states settle when v is held [mV].

    Raises
    ------
    RestError
        A further state has no steady value.
    """
    state: NDArray[np.float64] = settled_along(membrane, v)[0]
    if not np.isfinite(state).all():
        lost = unsettled_schemes(membrane, np.array([v]))
        why = f": {lost}" if lost else ""
        raise RestError(
            f"{membrane.name} has no steady state when v is held at {v:g} mV{why}; give its initial state (initial=)."
        )
    return state


def _first_stable(slaved: Slaved, v: float, ways: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(ways):
        return np.full(slaved.count, np.nan)
    kernel, held = slaved.kernel, np.full(len(ways), v)
    stable = []
    for state in slaved.states(held, ways):
        derivatives = on_level_set(slaved, kernel.jacobian(state, slaved.q))[1:, 1:]
        stable.append(bool(np.isfinite(derivatives).all() and np.linalg.eigvals(derivatives).real.max() < 0))
    chosen: NDArray[np.float64] = ways[stable.index(True) if any(stable) else 0]
    return chosen


@lru_cache(maxsize=256)
def settles(membrane: Membrane) -> bool:
    """Return whether the rest at zero current is stable; for a membrane with only gates, no Jacobian is compiled."""
    with np.errstate(all="ignore"):
        return decays(Slaved(membrane, 0.0), rest(membrane).state)
