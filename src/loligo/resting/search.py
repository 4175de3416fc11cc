"""All equilibria of a membrane in a range of v: with all other variables settled, dv/dt is a function of v alone.

If further states have several steady values at one v, each branch of them is followed separately.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.membrane import Channel
from loligo.resting.joint_search import from_everywhere, from_turns, turns
from loligo.resting.roots import bracketed_root
from loligo.resting.scan import Intervals, along, refined
from loligo.resting.settling import SAME_STATE_FLOOR, distinct, settled, solutions_at, solved
from loligo.resting.sharpness import sharp_points
from loligo.resting.slaved import Slaved
from loligo.resting.verification import RESIDUAL_ROUNDING, polished, verified

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

    Array = NDArray[np.float64]

SPACING: Final = 0.1  # scales of v: distance between points of the first grid
FIRST_RANGE: Final = 20.0  # scales of v on both sides of 0: the range that is searched first
WIDEST_RANGE: Final = 1000.0  # scales of v on both sides of 0: the range that is searched last
MARGIN: Final = 2.0  # scales of v: how far the range extends beyond the reversal potentials
WIDENING: Final = 1.05  # factor from one interval to the next outside the first grid
TRIAL_POTENTIALS: Final = 9  # number of potentials at which all starting values of further states are tried
TRIAL_RANGE: Final = 10.0  # in scales of v on both sides of 0: the range of the trial potentials
MOST_ROOTS: Final = 64
BRACKET_SHARE: Final = 1e-3  # relative to an interval: width of the bracket of a zero at which Newton's method begins
NEWTON_STEPS: Final = 12
CELL_SHIFT: Final = 0.0713  # relative to an interval: shift of cells off the grid and off round numbers
SAME_EQUILIBRIUM: Final = 1e-7  # relative to the scale of v, and to a state: closer equilibria count as one
UNDERFLOW: Final = 1e-280  # a state that Newton's method drives to zero ends below this


@dataclass(frozen=True, eq=False)
class Found:
    """The result of a search.

    Attributes
    ----------
    states : list of array (variables,)
        Verified equilibria, in order of v.
    complete : bool
        Whether the further states have one steady value at each v, its branch meets no solution that exists only at a
        single v, and every interval of v could be refined.
    continuum : float or None
        A potential in a range in which every potential is an equilibrium [mV].
    settles : bool
        Whether the further states have a steady value at more than half of the potentials within 20 scales of 0.
    span : (float, float)
        The range of v.
    """

    states: list[Array]
    complete: bool
    continuum: float | None
    settles: bool
    span: tuple[float, float]
    _shown: dict[float, bool] = field(default_factory=dict)

    def shown(self, membrane: Membrane, current: float) -> bool:
        """Return whether bounds on dv/dt prove that there are no other equilibria in the range."""
        if current not in self._shown:
            self._shown[current] = self.complete and _shown(Slaved(membrane, current), self)
        return self._shown[current]


def _shown(slaved: Slaved, found: Found) -> bool:
    from loligo.resting.absence import shows_no_others  # imports SymPy

    points = grid(slaved.membrane, *found.span)
    points[1:-1] += CELL_SHIFT * np.diff(points)[1:]
    equilibria = np.array([state[0] for state in found.states])
    with np.errstate(all="ignore"):
        x = ways(slaved, points)[:, 0]
        return shows_no_others(
            slaved.membrane, slaved.current, equilibria, points, x, lambda v, guess: settled(slaved, v, guess)
        )


def reversals(membrane: Membrane) -> list[float]:
    """Return the reversal potentials that are numbers [mV]."""
    return [c.E for c in membrane.channels if isinstance(c, Channel) and isinstance(c.E, float)]


def span(membrane: Membrane) -> tuple[float, float]:
    """Return the range searched first: within 20 scales of v of 0, and around all reversal potentials."""
    scale = membrane.v_scale
    fixed = reversals(membrane)
    low = min([-FIRST_RANGE * scale, *(E - MARGIN * scale for E in fixed)])
    return low, max([FIRST_RANGE * scale, *(E + MARGIN * scale for E in fixed)])


def widest(membrane: Membrane) -> tuple[float, float]:
    """Return the range searched last."""
    low, high = span(membrane)
    return min(low, -WIDEST_RANGE * membrane.v_scale), max(high, WIDEST_RANGE * membrane.v_scale)


def grid(membrane: Membrane, low: float, high: float) -> Array:
    """Return the points of the first grid: a tenth of the scale of v apart within 20 scales of 0, wider outside.

    The grid has more points where formulas change within a shorter distance.
    """
    unit = SPACING * membrane.v_scale
    inner = unit * np.arange(-round(FIRST_RANGE / SPACING), round(FIRST_RANGE / SPACING) + 1)
    edge = FIRST_RANGE * membrane.v_scale
    furthest = max(abs(low), abs(high), edge)
    outer = edge * WIDENING ** np.arange(1, 2 + int(np.log(furthest / edge) / np.log(WIDENING)))
    points = np.concatenate([-outer[::-1], inner, outer])
    points = points[(points > low) & (points < high)]
    if high - low < 40 * unit:  # a narrow range gets additional points
        points = np.linspace(low, high, 81)
    more = sharp_points(membrane, max(low, -edge), min(high, edge), unit)
    if more.size:
        return np.unique(np.concatenate([[low], points, more, [high]]))
    return np.concatenate([[low], points, [high]]) if points[0] > low else points


def equilibria(slaved: Slaved, low: float, high: float) -> Found:
    """Find the equilibria between two potentials."""
    v_scale, points = slaved.membrane.v_scale, grid(slaved.membrane, low, high)

    def function(v: Array, guess: Array) -> tuple[Array, Array]:
        x = settled(slaved, v, guess)
        return _drive(slaved, v, x), x

    with np.errstate(all="ignore"):
        solutions = ways(slaved, points)
        single = solutions.shape[1] == 1
        each = points.size * solutions.shape[1]
        f = _drive(slaved, np.repeat(points, solutions.shape[1]), solutions.reshape(each, slaved.count))
        f = f.reshape(solutions.shape[:2])
        continuum = _continuum(points, f)
        if continuum is not None:
            return Found([], False, continuum, True, (low, high))
        lines = along(points, f[:, 0], solutions[:, 0]) if single else _lines(slaved, points, solutions, f)
        crossed, near, whole = refined(lines, function, v_scale)
        states = _roots(slaved, crossed, near)
        if not single:
            states += _shots(slaved, points, solutions)
        reached = np.isfinite(f[np.abs(points) <= FIRST_RANGE * v_scale]).sum(axis=1)
        settles = not reached.size or np.count_nonzero(reached) > 0.5 * reached.size
        known = _each_once(slaved, states)
        more, sole = _apart_from_ways(slaved, points, solutions, settles, known)
    return Found(_each_once(slaved, known + more), single and whole and sole, None, settles, (low, high))


def _apart_from_ways(
    slaved: Slaved, points: Array, solutions: Array, settles: bool, known: list[Array]
) -> tuple[list[Array], bool]:
    """Return the equilibria at which further states have steady values that do not continue to other v.

    Also return whether no more are to be expected: no branch of settled states meets another and, if the states settle
    only at a few potentials, no such equilibria were found.
    """
    met = [turns(slaved, points, solutions[:, way]) for way in range(solutions.shape[1])]
    meets = any(after.size for after in met)
    if settles and not meets:
        return [], True
    begins = [from_turns(slaved, points, solutions[:, way], after) for way, after in enumerate(met)]
    begins += [] if settles else [from_everywhere(slaved, points, *_looked_at(slaved.membrane, points, FIRST_RANGE))]
    found = [_verified_from(slaved, *one) for some in begins for one in zip(*some, strict=True)]
    inside = [state for state in found if state is not None and points[0] <= state[0] <= points[-1]]
    new = [state for state in inside if len(_each_once(slaved, [*known, state])) > len(known)]
    return new, not (meets or new)


def _drive(slaved: Slaved, v: Array, x: Array) -> Array:
    """Return dv/dt; NaN where further states have no steady value, even if it does not depend on them."""
    return np.where(np.isfinite(x).all(axis=1), slaved.slopes(v, x)[0], np.nan)


def ways(slaved: Slaved, points: Array) -> Array:
    """Return the solutions for the further states at each v, shape (points, ways, states), padded with NaN."""
    if not slaved.count:
        return np.zeros((points.size, 1, 0))
    looks = np.linspace(*_looked_at(slaved.membrane, points), TRIAL_POTENTIALS)
    known = solutions_at(slaved, looks)
    kept = [k for k, some in enumerate(known) if len(some)]
    if not kept:
        return np.full((points.size, 1, slaved.count), np.nan)
    looks, known = looks[kept], [known[k] for k in kept]
    nearest = np.abs(points[:, None] - looks).argsort(axis=1)
    if max(map(len, known)) == 1:
        begins = np.concatenate(known)[nearest]
        x = _filled(slaved, points, settled(slaved, points, begins[:, 0], patient=True))
        if begins.shape[1] == 1 or not _differ(x, settled(slaved, points, begins[:, 1]), _sizes_about(x)):
            return x[:, None]
    begins_at = [np.concatenate([known[k] for k in order[:2]]) for order in nearest]
    owner = np.repeat(np.arange(points.size), [len(some) for some in begins_at])
    reached = settled(slaved, points[owner], np.concatenate(begins_at))
    at_each = [reached[owner == k] for k in range(points.size)]
    sizes = _sizes_about(np.array([np.fmax.reduce(np.abs(some), axis=0) for some in at_each]))
    each = [distinct(some, size) for some, size in zip(at_each, sizes, strict=True)]
    solutions = np.full((points.size, max(1, *map(len, each)), slaved.count), np.nan)
    for row, some in zip(solutions, each, strict=True):
        row[: len(some)] = some
    return solutions


def _looked_at(membrane: Membrane, points: Array, reach: float = TRIAL_RANGE) -> tuple[float, float]:
    """Return the part of a grid on which all starts are tried: within some scales of v of 0, if possible."""
    low, high = (min(max(side * reach * membrane.v_scale, points[0]), points[-1]) for side in (-1.0, 1.0))
    return (low, high) if low < high else (points[0], points[-1])


def _sizes_about(x: Array) -> Array:
    """Return the size of each state at a point or its neighbours, since a state may pass through zero at a point."""
    size = np.where(np.isfinite(x), np.abs(x), 0.0)
    about = np.pad(size, ((1, 1), (0, 0)))
    largest: Array = np.maximum(size, np.maximum(about[:-2], about[2:]))
    return largest


def _differ(x: Array, others: Array, sizes: Array) -> bool:
    """Return whether different starts reached different solutions at a point."""
    apart = (
        np.abs(x - others) > 1e3 * SAME_EQUILIBRIUM * np.maximum(np.abs(x), np.abs(others)) + SAME_STATE_FLOOR * sizes
    )  # NaN does not count as different
    return bool(apart.any())


def _filled(slaved: Slaved, points: Array, x: Array) -> Array:
    """Try again where no solution was reached, from the solution of the nearest neighbour."""
    for _ in range(8):
        sure: NDArray[np.bool_] = np.isfinite(x).min(axis=1)
        last = points.size - 1
        beside = [k for k in range(points.size) if not sure[k] and (sure[max(k - 1, 0)] or sure[min(k + 1, last)])]
        if not beside:
            break
        nearest = np.array([k - 1 if k and sure[k - 1] else k + 1 for k in beside])
        reached = settled(slaved, points[beside], x[nearest])
        if not np.isfinite(reached).any():
            break
        x[beside] = reached
    return x


def _lines(slaved: Slaved, points: Array, solutions: Array, f: Array) -> Intervals:
    """Return the intervals between neighbouring points on which one solution continues into another."""
    parts = []
    for step in (1, -1):  # a branch that ends before the next point is found from the other side
        ends = np.arange(points.size - 1)
        begin, end = (ends, ends + 1) if step > 0 else (ends + 1, ends)
        for way in range(solutions.shape[1]):
            there = settled(slaved, points[end], solutions[begin, way])
            values = _drive(slaved, points[end], there)
            order = slice(None, None, step)
            parts.append(
                Intervals(
                    np.stack([points[begin], points[end]], axis=1)[:, order],
                    np.stack([f[begin, way], values], axis=1)[:, order],
                    np.stack([solutions[begin, way], there], axis=1)[:, order],
                    np.full(ends.size, np.inf),  # the curvature is still unknown: all intervals are refined once
                )
            )
    lines = parts[0].joined(parts[1:])
    return lines[np.isfinite(lines.f).any(axis=1)]


def _shots(slaved: Slaved, points: Array, solutions: Array) -> list[Array]:
    """Return the points that Newton's method in v and x (further states) reaches from solutions at every fifth v."""
    begin = solutions[::5].reshape(-1, slaved.count)
    v = np.repeat(points[::5], solutions.shape[1])
    sure = np.isfinite(begin).all(axis=1)
    found = [_verified_from(slaved, *one) for one in zip(*_newton(slaved, v[sure], begin[sure]), strict=True)]
    return [state for state in found if state is not None and points[0] <= state[0] <= points[-1]]


def _newton(slaved: Slaved, v: Array, x: Array) -> tuple[Array, Array]:
    """Take Newton steps in v and the further states together; return only the converged ones."""
    limit = slaved.membrane.v_scale
    for _ in range(NEWTON_STEPS):
        f, left = slaved.slopes(v, x)
        matrices, right = slaved.jacobians(v, x), np.concatenate([f[:, None], left], axis=1)
        move = -solved(matrices, right)
        sound = np.isfinite(move).all(axis=1)
        v, x, move = v[sound], x[sound], move[sound]
        move *= np.minimum(1.0, limit / np.maximum(np.abs(move[:, :1]), 1e-300))
        there = x + move[:, 1:]
        v, x = v + move[:, 0], np.where(there < slaved.minimum, slaved.minimum + 0.1 * (x - slaved.minimum), there)
    return v, x


def _roots(slaved: Slaved, crossed: Intervals, near: Intervals) -> list[Array]:
    """Return the verified equilibria in intervals with a change of sign, and where zero is touched without one."""
    found = []
    for k in np.argsort(crossed.v[:, 0], kind="stable")[:MOST_ROOTS]:
        state = _root(slaved, crossed[k : k + 1])
        if state is not None:
            found.append(state)
    for k in np.abs(near.f).min(axis=1).argsort()[:MOST_ROOTS]:
        end = int(np.abs(near.f[k]).argmin())
        state = _verified_from(slaved, near.v[k, end], near.x[k, end], RESIDUAL_ROUNDING)
        if state is not None:
            found.append(state)
    return found


def _root(slaved: Slaved, one: Intervals) -> Array | None:
    (a, b), (at_a, at_b), (x_a, x_b) = one.v[0], one.f[0], one.x[0]
    for v, value, x in ((a, at_a, x_a), (b, at_b, x_b)):
        if value == 0.0:
            return _verified_from(slaved, v, x)

    def between(v: float) -> Array:
        return settled(slaved, np.array([v]), (x_a + (v - a) / (b - a) * (x_b - x_a))[None])

    def function(v: float) -> float:
        return float(_drive(slaved, np.array([v]), between(v))[0])

    for width in (
        BRACKET_SHARE * (b - a),
        1e-14 * slaved.membrane.v_scale,
    ):  # Newton's method refines it, unless it leaves the interval
        v = bracketed_root(function, a, b, at_a, at_b, width=width)
        if np.isnan(v):
            return None
        state = _verified_from(slaved, v, between(v)[0])
        if state is not None and a <= state[0] <= b:
            return state
    return state


def _verified_from(slaved: Slaved, v: float, x: Array, small: float | None = None) -> Array | None:
    """Return the verified equilibrium near a state, after Newton steps in all variables if they improve it."""
    state = slaved.states(np.array([v]), x[None])[0]
    if not np.isfinite(state).all():
        return None
    nearer = polished(slaved, state)
    for one in (nearer, state):
        found = verified(slaved, one) if small is None else verified(slaved, one, small)
        if found is not None:
            return found
    return None


def _each_once(slaved: Slaved, states: list[Array]) -> list[Array]:
    found: list[Array] = []
    rounding = (
        np.max([RESIDUAL_ROUNDING * np.abs(state) for state in states], axis=0, initial=UNDERFLOW) if states else 0.0
    )
    for state in sorted(states, key=lambda one: one.tolist()):
        sizes = SAME_EQUILIBRIUM * np.maximum(np.abs(state), _following(slaved, state)) + rounding
        if not any((np.abs(state - one) <= sizes).all() for one in found):
            found.append(state)
    return found


def _following(slaved: Slaved, state: Array) -> Array:
    """Return how far each variable moves when v moves by its scale; at most 1 for gates."""
    sizes = np.ones(state.size)
    sizes[0] = slaved.membrane.v_scale
    if slaved.count:
        inner = slaved.jacobians(state[:1], state[None, slaved.first :])[0]
        try:
            sizes[slaved.first :] = np.abs(np.linalg.solve(inner[1:, 1:], inner[1:, 0])) * slaved.membrane.v_scale
        except np.linalg.LinAlgError:
            sizes[slaved.first :] = 0.0
    return sizes


def _continuum(points: Array, f: Array) -> float | None:
    """Return the first of five neighbouring potentials that are all equilibria, or None."""
    still = (f == 0.0).any(axis=1)
    runs = np.convolve(still, np.ones(5), mode="valid")
    return float(points[int(np.argmax(runs == 5))]) if (runs == 5).any() else None
