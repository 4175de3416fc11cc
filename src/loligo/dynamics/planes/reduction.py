"""From a whole membrane to two of its variables: the law of each of the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, unknown_name
from loligo._units import MV, number
from loligo.dynamics.planes.phase_system import STEADY, Law
from loligo.dynamics.system import slowest
from loligo.kernel import compiled
from loligo.kernel.markov import time_constants
from loligo.membrane.occupancies import check_independent
from loligo.resting import rest
from loligo.simulation.current import recorded
from loligo.stimulus import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

REST, FAST_SLOW = "rest", "fast-slow"
WORDS: Final = (FAST_SLOW, STEADY, REST)
COMPARABLE: Final = 4.0  # a variable faster than y by more than this factor is steady, a slower one constant
KICK: Final = 3.0  # scales of v from rest: start of a run that shows how variables vary together
LOOK: Final = 20.0  # duration of that run, in time constants of y or at rest, whichever are shorter
OF_INTEREST: Final = (-3.0, 12.0)  # scales of v from rest: range in which time constants of gates are compared


def laws_of(membrane: Membrane, x: str, y: str, others: Any, current: float) -> dict[str, Law]:
    """Return the law of every variable that is not on an axis.

    Parameters
    ----------
    membrane : Membrane
    x, y : str
    others : "fast-slow", "steady", "rest", or mapping of str to number, (number, number), "steady" or "rest"
        Variables that a mapping leaves out are at their steady states.
    current : float
        [µA/cm²]

    Raises
    ------
    ArgumentError, UnknownNameError, UnitError
        An invalid word, variable or number.
    RestError
        A rest is needed, and the membrane has none at this current.
    """
    left = [name for name in membrane.variables if name not in (x, y)]
    if isinstance(others, str):
        if others not in WORDS:
            raise unknown_name("way to treat the other variables", others, WORDS)
        if others == FAST_SLOW:
            return _fast_slow(membrane, x, y, left, current)
        return {name: _law(membrane, name, others, current) for name in left}
    if not isinstance(others, Mapping):
        raise ArgumentError(
            f"others= must be one of {', '.join(map(repr, WORDS))}, or a mapping such as {{'h': 0.4}}; got {others!r}."
        )
    for name in others:
        check_independent(membrane, name, "given in others=, where it follows from them")
        if name not in left:
            raise unknown_name(f"variable of {membrane.name} that is on no axis", str(name), left)
    return {name: _law(membrane, name, others.get(name, STEADY), current) for name in left}


def _law(membrane: Membrane, name: str, what: Any, current: float) -> Law:
    """Return one law; v has no steady state here, so it stays at rest if the others are steady."""
    if what == REST or (what == STEADY and name == "v"):
        return rest(membrane, current)[name]
    if isinstance(what, str):
        if what != STEADY:
            raise unknown_name(f"way to treat {name}", what, (STEADY, REST))
        return STEADY
    unit = unit_of(membrane, name)
    if isinstance(what, tuple | list):
        if len(what) != 2:
            raise ArgumentError(f"{name} along y must be two numbers (a, b) for a + b*y; got {what!r}.")
        return number(what[0], unit, name), number(what[1], "", f"the slope of {name}")
    return number(what, unit, name)


def unit_of(membrane: Membrane, name: str) -> str:
    """Return the unit of a variable."""
    units = {"v": MV} | {state.name: state.unit for state in membrane.states}
    return units.get(name, "")


def _fast_slow(membrane: Membrane, x: str, y: str, left: list[str], current: float) -> dict[str, Law]:
    """Let faster variables be steady, slower ones stay at rest, and those about as fast as y follow y along a line.

    The line goes through the rest, so that the rest is an equilibrium of the plane too; its slope is a least-squares
    fit to a run displaced from rest.
    """
    if not left:
        return {}
    if x != "v":
        raise ArgumentError(
            f"others='fast-slow' needs v as its fast variable x; got x={x!r}. Name v first, or choose others='rest', "
            "others='steady', or a mapping."
        )
    home = rest(membrane, current).state
    times = dict(zip(membrane.variables, _time_constants(membrane, home), strict=True))
    laws: dict[str, Law] = {}
    together = []
    for name in left:
        if times[name] < times[y] / COMPARABLE:
            laws[name] = STEADY
        elif times[name] > times[y] * COMPARABLE:
            laws[name] = float(home[membrane.variables.index(name)])
        else:
            together.append(name)
    slopes = _slopes(membrane, y, together, home, times[y], current) if together else {}
    for name, slope in slopes.items():
        own, along = (float(home[membrane.variables.index(one)]) for one in (name, y))
        laws[name] = own - slope * along, slope
    return {name: laws[name] for name in left}


def _time_constants(membrane: Membrane, home: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the longest time constant of every gate near potentials of interest, and of further states at rest [ms].

    An occupancy has that of its kinetic scheme.
    """
    kernel, q = compiled(membrane)
    rows = np.tile(home, (151, 1))
    rows[:, 0] = home[0] + membrane.v_scale * np.linspace(*OF_INTEREST, len(rows))
    speed = kernel.linear_parts(rows, q)[1]
    with np.errstate(divide="ignore"):
        times: NDArray[np.float64] = (1 / speed).max(axis=0)
        own = -1 / np.diag(kernel.jacobian(home, q))
    first = len(home) - len(membrane.states)
    for scheme, generator in zip(membrane.schemes, kernel.generators(rows, q), strict=True):
        times[[membrane.variables.index(name) for name in scheme.variables]] = time_constants(generator)[:, 0].max()
    times[0], times[first:] = abs(own[0]), np.abs(own[first:])
    return times


def _slopes(
    membrane: Membrane, y: str, names: list[str], home: NDArray[np.float64], time: float, current: float
) -> dict[str, float]:
    kicked = home + np.where(np.arange(home.size) == 0, KICK * membrane.v_scale, 0.0)
    duration = LOOK * min(time, slowest(rest(membrane, current)))
    run = recorded(membrane, Step(current), duration, initial=kicked, sampling=duration / 4000, tolerance=1e-8)
    moved = run.states - home
    along = moved[:, membrane.variables.index(y)]
    total = float(along @ along)
    return {name: float(moved[:, membrane.variables.index(name)] @ along) / total if total else 0.0 for name in names}
