"""Equilibria by a scan over v: gates follow v exactly, so only v and the further states are unknown."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import RestError, unknown_name
from loligo._units import CURRENT, number
from loligo.kernel import compiled
from loligo.membrane import checked_membrane
from loligo.resting.roots import bracketed_root

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.kernel import Kernel
    from loligo.membrane import Membrane

LOWEST, HIGHEST, SPACING = -200.0, 200.0, 1.0  # mV
_INSTEAD: Final = "say where to start instead (initial= of a run, initial_v= and so on of a population)."


@dataclass(frozen=True, eq=False)
class Rest:
    """An equilibrium of a membrane.

    Attributes
    ----------
    membrane : Membrane
        Whose.
    current : float
        The constant current it is held with [µA/cm²].
    state : array (variables,)
        In the order of ``membrane.variables``.
    others : int
        How many further equilibria the scan found.
    """

    membrane: Membrane
    current: float
    state: NDArray[np.float64]
    others: int

    @property
    def v(self) -> float:
        """The resting potential [mV]."""
        return float(self.state[0])

    @cached_property
    def residual(self) -> float:
        """The largest rate of change that is left, in units of the variables per ms."""
        kernel, q = compiled(self.membrane)
        return float(np.abs(kernel.rhs(self.current, self.state, q)).max())

    @cached_property
    def eigenvalues(self) -> NDArray[np.complex128]:
        """Eigenvalues of the symbolic Jacobian [1/ms], the slowest first."""
        kernel, q = compiled(self.membrane)
        values = np.linalg.eigvals(kernel.jacobian(self.state, q))
        return np.array(sorted(values, key=lambda z: -z.real), dtype=complex)

    @property
    def stable(self) -> bool:
        """Whether small displacements die out."""
        return bool(self.eigenvalues[0].real < 0)

    def __getitem__(self, name: str) -> float:
        """Return one variable, e.g. ``rest["m"]``."""
        names = self.membrane.variables
        if name not in names:
            raise unknown_name(f"variable of {self.membrane.name}", name, names)
        return float(self.state[names.index(name)])

    def __repr__(self) -> str:
        values = ", ".join(f"{n} = {x:.6g}" for n, x in zip(self.membrane.variables, self.state, strict=True))
        return f"<Rest of {self.membrane.name} at {self.current:g} µA/cm²: {values}>"


def rest(membrane: Membrane, current: float = 0.0) -> Rest:
    """Find the rest of a membrane.

    Parameters
    ----------
    membrane : Membrane
        Any.
    current : float
        A constant current [µA/cm²].

    Returns
    -------
    Rest
        The stable equilibrium between -200 and 200 mV with the lowest v; when none is stable, the one with the
        lowest v (a pacemaker: ``.stable`` is False).

    Raises
    ------
    RestError
        There is no equilibrium in that range, or one at every v, as where no current flows.

    Examples
    --------
    >>> import loligo as lo
    >>> round(rest(lo.models.squid()).v, 12)
    0.000277566265
    """
    return _rest(checked_membrane(membrane), number(current, CURRENT, "current"))


@lru_cache(maxsize=256)
def _rest(membrane: Membrane, current: float) -> Rest:
    kernel, q = compiled(membrane)
    with np.errstate(invalid="ignore", over="ignore"):  # a guess may lead where nothing is finite
        found = list(_equilibria(membrane, kernel, q, current))
    if not found:
        between = f"between {LOWEST:g} and {HIGHEST:g} mV at {current:g} µA/cm²"
        raise RestError(f"{membrane.name} has no equilibrium {between}: {_INSTEAD}")
    stable = [state for state in found if _decays(kernel, q, current, state)] if len(found) > 1 else found
    try:
        state = _polished(kernel, q, current, (stable or found)[0])
    except np.linalg.LinAlgError as error:
        where = f"at {(stable or found)[0][0]:g} mV and beside it"
        raise RestError(f"{membrane.name} stands still {where}, so there is no one rest: {_INSTEAD}") from error
    state.flags.writeable = False
    return Rest(membrane, current, state, len(found) - 1)


def _equilibria(
    membrane: Membrane, kernel: Kernel, q: NDArray[np.float64], current: float
) -> Iterator[NDArray[np.float64]]:
    """Yield the equilibria from low v to high."""
    slaved = _Slaved(membrane, kernel, q, current)
    grid = np.arange(LOWEST, HIGHEST + SPACING / 2, SPACING)
    values, settled = slaved.along(grid)
    for k in range(len(grid)):
        slaved.begin_at(settled[k])
        if values[k] == 0.0:
            yield slaved.state(grid[k])
        elif k + 1 == len(grid):
            return
        elif values[k] * values[k + 1] < 0:
            if slaved(grid[k]) * slaved(grid[k + 1]) < 0:  # else a further state jumped to another of its equilibria
                slaved.begin_at(settled[k])
                yield slaved.state(_root(slaved, grid[k], grid[k + 1]))
        elif (
            k and values[k - 1] * values[k] > 0 and abs(values[k]) < min(abs(values[k - 1]), abs(values[k + 1]))
        ):  # a pair may hide near a fold
            v = _nearest_to_zero(slaved, grid[k - 1], grid[k + 1], values[k])
            if slaved(v) * values[k] < 0:
                yield slaved.state(_root(slaved, grid[k - 1], v))
                yield slaved.state(_root(slaved, v, grid[k + 1]))


def settled_at(membrane: Membrane, v: float) -> NDArray[np.float64]:
    """Return the state to which gates and further states settle when v is held [mV].

    Raises
    ------
    RestError
        A further state settles nowhere.
    """
    kernel, q = compiled(membrane)
    state = _Slaved(membrane, kernel, q, 0.0).state(v)
    if not np.isfinite(state).all():
        raise RestError(f"{membrane.name} settles nowhere when v is held at {v:g} mV.")
    return state


class _Slaved:
    """dv/dt as a function of v alone, with gates and further states at the values they settle to."""

    def __init__(self, membrane: Membrane, kernel: Kernel, q: NDArray[np.float64], current: float) -> None:
        self._kernel, self._q, self._current = kernel, q, current
        self._first = len(membrane.variables) - len(membrane.states)
        self._guess = np.array([state.initial for state in membrane.states])
        self._scale = np.where(self._guess == 0.0, 1.0, np.abs(self._guess))

    def __call__(self, v: float) -> float:
        return float(self._slope(self.state(v))[0])

    def begin_at(self, x: NDArray[np.float64]) -> None:
        """Seek further states from here on next to these; not if they are not finite."""
        if np.isfinite(x).all():
            self._guess = x

    def along(self, grid: NDArray[np.float64]) -> tuple[list[float], NDArray[np.float64]]:
        """Evaluate on a grid; return the values, and the further states there, shape (grid, further states)."""
        x = np.tile(self._guess, (grid.size, 1))
        if self._guess.size:
            sure = self._settled_along(grid, x)
            for k in np.flatnonzero(~sure):
                self.begin_at(x[k - 1])
                x[k] = self._settled(grid[k], self._guess)
        slopes = self._kernel.slopes(self._current, self._rows(grid, x), self._q)
        return [float(value) for value in slopes[:, 0]], x

    def _settled_along(self, grid: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Put the further states at every v into the rows of ``x`` by Newton steps; tell where they arrived."""
        arrived = np.zeros(grid.size, dtype=bool)
        left = np.arange(grid.size)
        for _ in range(30):
            v, here = grid[left], x[left]
            steps = 1e-7 * (np.abs(here) + 1e-3 * self._scale)
            ways = [np.where(np.arange(x.shape[1]) == j, steps, 0.0) for j in range(x.shape[1])]
            columns = [
                (self._drifts(v, here + d) - self._drifts(v, here - d)) / (2 * steps[:, j : j + 1])
                for j, d in enumerate(ways)
            ]
            jacobian = np.stack(columns, axis=2)
            sound = np.isfinite(jacobian).all(axis=(1, 2)) & (np.abs(np.linalg.det(jacobian)) > 0)
            jacobian[~sound] = np.eye(x.shape[1])
            move = -np.linalg.solve(jacobian, self._drifts(v, here)[:, :, np.newaxis])[:, :, 0]
            sound &= np.isfinite(move).all(axis=1)
            x[left[sound]] += move[sound]
            done = sound & (np.abs(move) < 1e-13 * (np.abs(here) + 1e-3 * self._scale)).all(axis=1)
            arrived[left[done]] = True
            left = left[sound & ~done]
            if not left.size:
                break
        return arrived

    def _rows(self, v: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
        states = np.zeros((v.size, len(self._kernel.structure.variables)))
        states[:, 0], states[:, self._first :] = v, x
        return self._kernel.steady(states, self._q)

    def _drifts(self, v: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._kernel.slopes(self._current, self._rows(v, x), self._q)[:, self._first :]

    def state(self, v: float) -> NDArray[np.float64]:
        """Return the state at which everything but v is constant."""
        y = np.zeros(len(self._kernel.structure.variables))
        y[0] = v
        if not self._guess.size:
            return self._kernel.steady(y, self._q)
        x = self._settled(v, self._guess)
        if np.isfinite(x).all():
            self._guess = x  # where the neighbouring v begins
        return self._with(v, x)

    def _with(self, v: float, x: NDArray[np.float64]) -> NDArray[np.float64]:
        y = np.zeros(len(self._kernel.structure.variables))
        y[0], y[self._first :] = v, x
        return self._kernel.steady(y, self._q)

    def _slope(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._kernel.rhs(self._current, y, self._q)

    def _drift(self, v: float, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._slope(self._with(v, x))[self._first :]

    def _settled(self, v: float, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Solve for the further states by damped Newton steps with differences for derivatives."""
        f = self._drift(v, x)
        for _ in range(60):
            steps = 1e-7 * (np.abs(x) + 1e-3 * self._scale)
            beside = np.concatenate([x + np.diag(steps), x - np.diag(steps)])
            up, down = self._drifts(np.full(len(beside), v), beside).reshape(2, x.size, x.size)
            jacobian = ((up - down) / (2 * steps[:, np.newaxis])).T
            try:
                step = np.linalg.solve(jacobian, -f)
            except np.linalg.LinAlgError:
                return np.full_like(x, math.nan)
            small = np.all(np.abs(step) < 1e-14 * (np.abs(x) + 1e-3 * self._scale))
            for damping in (1.0,) if small else (1.0, 0.5, 0.25, 0.1, 0.01):
                trial = x + damping * step
                g = self._drift(v, trial)
                if np.isfinite(g).all() and np.linalg.norm(g) < np.linalg.norm(f):
                    break
            else:
                return x  # no step improves: this is as small as it gets
            x, f = trial, g
            if np.all(np.abs(step) < 1e-15 * (np.abs(x) + 1e-3 * self._scale)):
                break
        return x


def _root(f: _Slaved, low: float, high: float) -> float:
    """Return where f is zero between two ends of different sign, as exactly as doubles can say."""
    return bracketed_root(f, low, high, f(low), f(high), width=1e-14)


def _nearest_to_zero(f: _Slaved, low: float, high: float, sign: float) -> float:
    """Return where between two ends of one sign f comes nearest to zero, by golden sections, or where it is beyond."""
    share = 0.5 * (3.0 - math.sqrt(5.0))
    a, b = low + share * (high - low), high - share * (high - low)
    at_a, at_b = f(a), f(b)
    while high - low > 1e-6 and min(at_a * sign, at_b * sign) > 0:
        if (at_a < at_b) == (sign > 0):
            high, b, at_b = b, a, at_a
            a = low + share * (high - low)
            at_a = f(a)
        else:
            low, a, at_a = a, b, at_b
            b = high - share * (high - low)
            at_b = f(b)
    return a if (at_a < at_b) == (sign > 0) else b


@lru_cache(maxsize=256)
def settles(membrane: Membrane) -> bool:
    """Tell, without compiling the Jacobian, whether the rest at zero current is stable."""
    kernel, q = compiled(membrane)
    return _decays(kernel, q, 0.0, rest(membrane).state)


def _polished(
    kernel: Kernel, q: NDArray[np.float64], current: float, state: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Take Newton steps on all variables together as long as they make the residual smaller.

    Raises
    ------
    numpy.linalg.LinAlgError
        The equilibrium is not alone.
    """
    residual = kernel.rhs(current, state, q)
    for _ in range(4):
        trial = state - np.linalg.solve(_jacobian(kernel, q, current, state), residual)
        there = kernel.rhs(current, trial, q)
        if not np.linalg.norm(there) < np.linalg.norm(residual):
            break
        state, residual = trial, there
    return state


def _decays(kernel: Kernel, q: NDArray[np.float64], current: float, state: NDArray[np.float64]) -> bool:
    """Tell stability from differences of the right-hand side."""
    jacobian = _jacobian(kernel, q, current, state)
    return bool(np.isfinite(jacobian).all() and np.linalg.eigvals(jacobian).real.max() < 0)


def _jacobian(
    kernel: Kernel, q: NDArray[np.float64], current: float, state: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the Jacobian from central differences, for which nothing need be compiled."""
    steps = 1e-6 * np.maximum(np.abs(state), 1e-3)
    columns = [
        (kernel.rhs(current, state + d, q) - kernel.rhs(current, state - d, q)) / (2 * s)
        for s, d in zip(steps, np.diag(steps), strict=True)
    ]
    return np.column_stack(columns)
