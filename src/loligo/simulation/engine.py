"""From a membrane and a stimulus to raw numbers: windows, methods and the compiled program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import DivergenceError, StepLimitError
from loligo.integrate import METHODS, Method, method_named, program
from loligo.integrate.status import DIVERGED, DONE, ENOUGH, STIFF, TOO_MANY_STEPS
from loligo.kernel import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.stimulus import Pieces

V_SCALE, GATE_SCALE = 10.0, 0.1  # mV and 1: an error of tolerance times these is just accepted
MOST_STEPS: Final = 20_000_000
ORDER_8_BELOW: Final = 3e-6
STEPS_AT_ONCE: Final = 500_000  # then Python looks up, so that Ctrl-C is heard within a second


@dataclass(frozen=True, eq=False)
class Window:
    """A stretch of a run in which the same variables are held.

    Attributes
    ----------
    start, stop : float
        [ms]
    held : dict of int to float
        Variables, by index, that keep this value throughout.
    put : dict of int to float
        Variables that are set to this value at the start and then go on.
    """

    start: float
    stop: float
    held: dict[int, float] = field(default_factory=dict)
    put: dict[int, float] = field(default_factory=dict)


@dataclass(eq=False)
class Outcome:
    """What a run came to.

    Attributes
    ----------
    samples : array (times, variables)
        The states at the times asked for.
    spikes : array
        [ms]
    state : array (variables,)
        At the end.
    methods : list of str
        The methods that were used, in order.
    accepted, rejected : int
        Steps.
    """

    samples: NDArray[np.float64]
    spikes: NDArray[np.float64]
    state: NDArray[np.float64]
    methods: list[str]
    accepted: int = 0
    rejected: int = 0


def run(
    membrane: Membrane,
    pieces: Pieces,
    state: NDArray[np.float64],
    windows: Sequence[Window],
    times: NDArray[np.float64],
    *,
    method: str,
    tolerance: float,
    most_steps: int = MOST_STEPS,
    enough: int = 0,
) -> Outcome:
    """Run a membrane through consecutive windows.

    Raises
    ------
    DivergenceError
        A variable left the finite numbers.
    StepLimitError
        More than ``most_steps`` steps.
    UnknownNameError
        A method that is not in the registry.
    """
    kernel, q = compiled(membrane)
    y = np.array(state, dtype=float)
    absolute, relative = _scales(membrane)
    samples = np.empty((times.size, y.size))
    current = _first_method(tolerance) if method == "auto" else method_named(method)
    watch = method == "auto"
    outcome = Outcome(samples, np.empty(0), y, [current.name])
    spikes: list[NDArray[np.float64]] = []
    whole = len(windows) == 1
    for window in windows:
        mask = np.ones(y.size)
        mask[list(window.held)] = 0.0
        for index, value in (window.put | window.held).items():
            y[index] = value
        t, done = window.start, False
        while not done:
            part = pieces if whole and t == window.start else pieces.between(t, window.stop)
            first = np.searchsorted(times, t, side="left" if t == windows[0].start else "right")
            last = np.searchsorted(times, window.stop, side="right")
            left = most_steps - outcome.accepted - outcome.rejected
            status, t, worst, found, count, accepted, rejected = program(current, y.size)(
                kernel.rhs_address, kernel.jacobian_address if current.implicit else 0, q, mask, y,
                part.edges, part.constant, part.slope, part.offsets, part.waves,
                times[first:last], samples[first:last], membrane.spike_level, tolerance, absolute, relative,
                current.table, min(STEPS_AT_ONCE, left), watch and not current.implicit, enough,
            )  # fmt: skip
            spikes.append(found[:count])
            outcome.accepted += accepted
            outcome.rejected += rejected
            if status == DIVERGED:
                raise _diverged(membrane, t, membrane.variables[worst])
            if status == TOO_MANY_STEPS and outcome.accepted + outcome.rejected >= most_steps:
                raise _too_many(membrane, t, current.name)
            done = status in (DONE, ENOUGH)
            if status == STIFF:
                current = METHODS["rosenbrock"]
                outcome.methods.append(current.name)
        if status == ENOUGH:
            break
    outcome.spikes = np.concatenate(spikes) if len(spikes) > 1 else spikes[0].copy()
    return outcome


def _first_method(tolerance: float) -> Method:
    """Return the explicit method that is the quicker one at a tolerance, as docs/benchmarks.md measures it."""
    return METHODS["explicit5" if tolerance > ORDER_8_BELOW else "explicit"]


def _scales(membrane: Membrane) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the absolute and relative parts of the size against which each variable's error is held."""
    gates = len(membrane.variables) - 1 - len(membrane.states)
    own = [abs(state.initial) or 1.0 for state in membrane.states]
    absolute = np.array([V_SCALE, *[GATE_SCALE] * gates, *own])
    relative = np.array([0.0, *[0.0] * gates, *[1.0] * len(own)])
    return absolute, relative


def _diverged(membrane: Membrane, t: float, variable: str) -> DivergenceError:
    return DivergenceError(
        f"{membrane.name} diverges at t = {t:g} ms: {variable} leaves the finite numbers. Check the formulas that "
        f"drive {variable} and the amplitude of the stimulus; a smaller tolerance does not cure a membrane that "
        "has no bound.",
        time=t,
        variable=variable,
    )


def _too_many(membrane: Membrane, t: float, method: str) -> StepLimitError:
    other = "method='rosenbrock'" if method == "explicit" else "a larger tolerance"
    return StepLimitError(
        f"{membrane.name} reached only t = {t:g} ms with the allowed number of steps ({method} method): try {other}, "
        "a shorter duration, or most_steps= a larger number."
    )
