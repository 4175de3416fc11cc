"""Running the compiled program: from a membrane and a stimulus to raw numbers, with windows and methods."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import DivergenceError, StepLimitError
from loligo.integrate import METHODS, Method, method_named, program
from loligo.integrate.machine import Machine, Sampling, Settings, State
from loligo.integrate.status import DIVERGED, DONE, ENOUGH, INTERRUPTED, NOT_STIFF, STIFF, TOO_MANY_STEPS
from loligo.kernel import compiled, structure_of, tabulated
from loligo.kernel.stops import current_stop, heard
from loligo.resting import state_scales

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.membrane.expression import Expression
    from loligo.stimulus import Pieces

NO_TIMES: Final = np.empty(0)
UNBOUNDED: Final = 1e5  # a variable that fails beyond this value has diverged: no scale of a membrane is larger
SMALLEST_SCALE: Final = 1e-200  # absolute error scale of a state under a logarithm, whose error is relative
GATE_SCALE = 0.1  # the largest accepted error is the tolerance times this; for v also times the membrane's v_scale
MOST_STEPS: Final = 20_000_000
ORDER_8_BELOW: Final = 3e-6
STIFF_AFTER_STEPS: Final = 20  # steps at the stability limit after which the implicit method is tried
STEPS_AT_ONCE: Final = 500_000  # after this many steps a run restarts from its current state


@dataclass(frozen=True, eq=False)
class Window:
    """A time window of a run in which the same variables are held.

    Attributes
    ----------
    start, stop : float
        The ends of the window [ms].
    held : dict of int to float or None
        Indices of the variables that are held throughout, with their values; None stands for the value at the start of
        the window.
    put : dict of int to float
        Indices of the variables that are set at the start and are then free, with their values.
    """

    start: float
    stop: float
    held: dict[int, float | None] = field(default_factory=dict)
    put: dict[int, float] = field(default_factory=dict)


@dataclass(eq=False)
class Outcome:
    """The raw result of a run.

    Attributes
    ----------
    samples : array (times, variables)
        The states at the requested times.
    spikes : array
        [ms]
    state : array (variables,)
        The final state.
    methods : list of str
        The methods that were used, in order.
    accepted, rejected : int
        Numbers of accepted and of rejected steps, respectively.
    """

    samples: NDArray[np.float64]
    spikes: NDArray[np.float64]
    state: NDArray[np.float64]
    methods: list[str]
    accepted: int = 0
    rejected: int = 0


@dataclass(frozen=True, eq=False)
class System:
    """The equations to integrate.

    Attributes
    ----------
    variables : tuple of str
        Names of the variables in messages; v is the first.
    rhs : int
        Address of the right-hand side.
    jacobian : callable
        Returns the address of the Jacobian, which is compiled when it is first needed.
    plain : callable
        Returns the prepared parameters without a table of rates.
    tabulated : callable
        Returns the prepared parameters with a table of rates.
    switches : array of int
        As `loligo.kernel.Kernel.switches`.
    scales : (array, array)
        Absolute and relative parts of the error scale of each variable.
    own : int
        Number of variables of the membrane in a run with derivatives; otherwise 0.
    first : int
        Index of the first derivative in a run with derivatives; otherwise 0.
    """

    variables: tuple[str, ...]
    rhs: int
    jacobian: Callable[[], int]
    plain: Callable[[], NDArray[np.float64]]
    tabulated: Callable[[], NDArray[np.float64]]
    switches: NDArray[np.int64]
    scales: tuple[NDArray[np.float64], NDArray[np.float64]]
    own: int = 0
    first: int = 0

    @classmethod
    def of(cls, membrane: Membrane) -> System:
        """Return the equations of a membrane."""
        kernel, plain = compiled(membrane)
        return cls(
            membrane.variables, kernel.rhs_address, lambda: kernel.jacobian_address, lambda: plain,
            lambda: tabulated(membrane), kernel.switches, error_scales(membrane),
        )  # fmt: skip


class Runner:
    """A membrane prepared for runs at one tolerance; what runs share is prepared once.

    Parameters
    ----------
    membrane : Membrane
    method : str
        A name in the registry, or "auto".
    tolerance : float
    system : System, optional
        The equations to integrate; by default those of the membrane.

    Raises
    ------
    UnknownNameError
        The method is not in the registry.
    """

    def __init__(self, membrane: Membrane, *, method: str, tolerance: float, system: System | None = None) -> None:
        self._membrane, self._tolerance = membrane, tolerance
        self._auto = method == "auto"
        self._first = _first_method(tolerance) if self._auto else method_named(method)
        self._system = System.of(membrane) if system is None else system
        self._free = np.ones(len(self._system.variables))
        self._levels = np.array([membrane.spike_level], dtype=float)
        self._patience = STIFF_AFTER_STEPS if self._auto and not self._first.implicit else 0
        self._machines: dict[str, tuple[Callable[..., Any], Machine]] = {}

    def __call__(
        self,
        pieces: Pieces,
        state: NDArray[np.float64],
        windows: Sequence[Window],
        times: NDArray[np.float64] = NO_TIMES,
        *,
        most_steps: int = MOST_STEPS,
        enough: int = 0,
        level: float | None = None,
    ) -> Outcome:
        """Run through consecutive windows, sampling at ``times``; stop after ``enough`` spikes if that is not 0.

        A spike is an upward crossing of ``level`` [mV], by default the membrane's own.

        Raises
        ------
        DivergenceError
            A variable became infinite or NaN.
        StepLimitError
            The run needs more than ``most_steps`` steps.
        TimeLimitError
            The time limit has passed, before or during the run.
        """
        y = np.array(state, dtype=float)
        outcome = Outcome(np.empty((times.size, y.size)), NO_TIMES, y, [self._first.name])
        levels = self._levels if level is None else np.array([level], dtype=float)
        spikes: list[NDArray[np.float64]] = []
        method, status, stop = self._first, DONE, current_stop()
        stop.check()
        patience, (absolute, relative) = self._patience, self._system.scales
        sampling = Sampling(times, outcome.samples, levels, enough)
        for window in windows:
            mask = self._enter(window, y)
            variables = State(y, mask, absolute, relative)
            t, done = window.start, False
            while not done:
                part = pieces if len(windows) == 1 and t == window.start else pieces.between(t, window.stop)
                if times.size:
                    span = _span(times, t, window.stop, includes_start=t == windows[0].start)
                    sampling = Sampling(times[span], outcome.samples[span], levels, enough)
                left = most_steps - outcome.accepted - outcome.rejected
                run, machine = self._ready(method)
                try:
                    status, t, worst, found, _, count, accepted, rejected = run(
                        machine, variables, part, sampling,
                        Settings(self._tolerance, min(STEPS_AT_ONCE, left), patience, stop.cell),
                    )  # fmt: skip
                except SystemError as error:
                    raise heard(error) from None
                if status == INTERRUPTED:
                    stop.end()
                spikes.append(found[:count])
                outcome.accepted += accepted
                outcome.rejected += rejected
                if status == DIVERGED:
                    raise _diverged(self._membrane, t, y, worst, self._system.variables[worst])
                if status == TOO_MANY_STEPS and outcome.accepted + outcome.rejected >= most_steps:
                    held = self._system.variables[worst] if worst >= 0 else None
                    raise _too_many(self._membrane, t, method.name, held)
                done = status in (DONE, ENOUGH)
                if status in (STIFF, NOT_STIFF):
                    method = METHODS["rosenbrock"] if status == STIFF else self._first
                    patience *= 2  # so that switching back and forth costs little
                    if method.name not in outcome.methods:
                        outcome.methods.append(method.name)
            if status == ENOUGH:
                break
        outcome.spikes = spikes[0] if len(spikes) == 1 else np.concatenate(spikes)
        return outcome

    def _enter(self, window: Window, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Apply the held and set values of a window; return the mask of the free variables."""
        if not (window.held or window.put):
            return self._free
        mask = self._free.copy()
        mask[list(window.held)] = 0.0
        for index, value in (*window.put.items(), *window.held.items()):
            y[index] = y[index] if value is None else value
        return mask

    def _ready(self, method: Method) -> tuple[Callable[..., Any], Machine]:
        """Return the program of a method, and the membrane in the form that the program calls."""
        if method.name not in self._machines:
            given = self._system
            jacobian, q = (given.jacobian(), given.plain()) if method.implicit else (0, given.tabulated())
            switching = given.switches.size > 1
            sizes = (given.own, given.first) if switching else (0, 0)
            run = program(method, self._free.size, switching=switching, own=sizes[0], first=sizes[1])
            self._machines[method.name] = run, Machine(given.rhs, jacobian, q, given.switches, method.table)
        return self._machines[method.name]


def _span(times: NDArray[np.float64], start: float, stop: float, *, includes_start: bool) -> slice:
    """Return which of the times lie in a window; its start belongs to the previous window, if there is one."""
    first = np.searchsorted(times, start, side="left" if includes_start else "right")
    return slice(int(first), int(np.searchsorted(times, stop, side="right")))


def _first_method(tolerance: float) -> Method:
    """Return the faster explicit method for a tolerance, according to docs/benchmarks.md."""
    return METHODS["explicit5" if tolerance > ORDER_8_BELOW else "explicit"]


@lru_cache(maxsize=256)
def scales(membrane: Membrane) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the absolute and relative parts of the error scale of each variable.

    The scale of v is the membrane's ``v_scale``, that of a gate 0.1, and that of a further state is from
    `state_scales`. The arrays are cached and must not be changed.
    """
    own = state_scales(membrane)
    absolute = structure_of(membrane).absolute_scales(membrane.v_scale, GATE_SCALE, own)
    relative = np.array([0.0] * (absolute.size - len(own)) + [1.0] * len(own))
    return absolute, relative


@lru_cache(maxsize=256)
def error_scales(membrane: Membrane) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the error scales of a run: those of `scales`, except for states under a logarithm.

    A Nernst potential depends on the relative error of a concentration, however small the concentration is. With an
    absolute error a step could end at a negative concentration, which has no logarithm.
    """
    absolute, relative = scales(membrane)
    if not membrane.states:
        return absolute, relative
    absolute = absolute.copy()
    positive = {name for formula in membrane.formulas for name in _factors_under_logarithms(formula)}
    for index, name in enumerate(membrane.variables):
        if relative[index] > 0 and name in positive:
            absolute[index] = SMALLEST_SCALE
    return absolute, relative


@lru_cache(maxsize=1024)
def _factors_under_logarithms(formula: Expression) -> frozenset[str]:
    """Return the names that are factors or divisors of the argument of a logarithm."""
    found: set[str] = set()
    for node in ast.walk(formula.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "log":
            found |= _factors(node.args[0])
    return frozenset(found)


def _factors(node: ast.expr) -> set[str]:
    match node:
        case ast.Name(id=name):
            return {name}
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div(), right=right):
            return _factors(left) | _factors(right)
    return set()


def _diverged(membrane: Membrane, t: float, state: NDArray[np.float64], worst: int, variable: str) -> DivergenceError:
    if abs(state[worst]) > UNBOUNDED:
        what = f"{membrane.name} diverges at t = {t:g} ms: {variable} is no longer finite."
    else:
        what = (
            f"{membrane.name} cannot be continued at t = {t:g} ms: at v = {state[0]:g} mV, {variable} = "
            f"{state[worst]:g} a formula overflows or is NaN, or {variable} changes faster than "
            "floating-point times of this size can resolve."
        )
    return DivergenceError(
        f"{what} Check the formulas that drive {variable} and the amplitude of the stimulus; a smaller tolerance does "
        "not help.",
        time=t,
        variable=variable,
    )


def _too_many(membrane: Membrane, t: float, method: str, held: str | None) -> StepLimitError:
    if held:
        return StepLimitError(
            f"{membrane.name} reached only t = {t:g} ms with the allowed number of steps: a discontinuity of a "
            f"formula keeps {held} at one value, because both branches drive it back there. Write the choice "
            f"with hysteresis, or as a steep smooth function of {held}."
        )
    other = "method='rosenbrock'" if method == "explicit" else "a larger tolerance"
    return StepLimitError(
        f"{membrane.name} reached only t = {t:g} ms with the allowed number of steps ({method} method): try {other}, "
        "a shorter duration, or a larger most_steps=."
    )
