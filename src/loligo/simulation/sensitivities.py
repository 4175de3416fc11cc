"""Runs with derivatives: the variational equations are integrated with those of the membrane, window by window.

Between edges the derivatives S are variables like any other (`loligo.kernel.variational`). Interventions at an edge
affect them as well: a hold or a reset gives a variable the derivative of its new value, which is 0 for a number. An
edge of the stimulus that depends on p adds a jump to dv/dp.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from loligo._errors import unknown_name
from loligo._names import names_of
from loligo._units import CELSIUS, MV
from loligo.intervention import Hold
from loligo.kernel import compiled
from loligo.kernel.derivatives import variational_kernel, variational_table
from loligo.kernel.directions import Directions
from loligo.membrane.occupancies import in_variables
from loligo.recording.sensitivities import INITIAL, Sensitivities
from loligo.resting import rest, rest_or_reason
from loligo.resting.conserved import check_sums
from loligo.resting.gradient import equilibrium_gradient, settled_gradient
from loligo.simulation.engine import Outcome, Runner, System, Window, error_scales, scales
from loligo.stimulus.gradient import Drive, StimulusGradient, gradient_numbers, stimulus_gradient

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.intervention import Intervention
    from loligo.membrane import Membrane
    from loligo.stimulus import Stimulus

    Array = NDArray[np.float64]

DECADE: Final = 10.0  # °C: the change of temperature that multiplies rates by their q10
UNCHECKED: Final = 1e100  # error scale of the clock, which is exact: the clock never limits a step


@dataclass(frozen=True)
class Asked:
    """The numbers with respect to which a run is differentiated.

    Attributes
    ----------
    names : tuple of str
        The names as given.
    order : tuple of str
        The same names, sorted: parameters, numbers of the stimulus, initial values.
    directions : Directions
    drives : tuple of StimulusGradient
        Derivatives of the stimulus with respect to its numbers.
    sizes : tuple of float
        A large change in each number, in ``order``.
    """

    names: tuple[str, ...]
    order: tuple[str, ...]
    directions: Directions
    drives: tuple[StimulusGradient, ...]
    sizes: tuple[float, ...]


def asked(membrane: Membrane, stimulus: Stimulus, names: Any) -> Asked:
    """Return the numbers with respect to which a run is differentiated.

    Parameters
    ----------
    membrane : Membrane
    stimulus : Stimulus
    names : str or iterable of str, optional
        Parameters of the membrane, ``initial_`` and a variable, or numbers of the stimulus.

    Raises
    ------
    UnknownNameError
        A name is unknown; the message gives the closest one.
    ArgumentError
        The argument is neither a name nor a list of names, or a name is given twice.
    """
    given = names_of(names, "sensitivities", optional=True)
    of_stimulus = gradient_numbers(stimulus)
    starts = [INITIAL + name for name in membrane.variables]
    for name in given:
        if name not in membrane.parameters and name not in starts and name not in of_stimulus:
            known = [*membrane.parameters, *of_stimulus, *starts]
            raise unknown_name(f"parameter, initial value or number of the stimulus of {membrane.name}", name, known)
    parameters = [name for name in given if name in membrane.parameters]
    driven = [name for name in given if name in of_stimulus and name not in membrane.parameters]
    started = [name for name in given if name in starts and name not in membrane.parameters]
    own = dict(zip(membrane.variables, scales(membrane)[0], strict=True))
    sizes = [_parameter_size(membrane, name) for name in parameters]
    sizes += [abs(_number(stimulus, name)) or 1.0 for name in driven]
    sizes += [own[name.removeprefix(INITIAL)] for name in started]
    directions = Directions(tuple(parameters), len(driven), len(started))
    drives = tuple(stimulus_gradient(stimulus, name) for name in driven)
    return Asked(given, (*parameters, *driven, *started), directions, drives, tuple(sizes))


def _parameter_size(membrane: Membrane, name: str) -> float:
    """Return a large change in a parameter; for a potential, whose zero is arbitrary, that of v."""
    parameter = membrane.parameters[name]
    if parameter.unit == MV:
        return membrane.v_scale
    return DECADE if parameter.unit == CELSIUS else abs(parameter.value) or 1.0


def _number(stimulus: Any, name: str) -> float:
    if "." in name:
        first, name = name.split(".")
        stimulus = stimulus.terms[int(first.removeprefix("terms[").removesuffix("]"))]
    return float(getattr(stimulus, "factor" if stimulus.amplitude_is_factor else name))


class Begin(NamedTuple):
    """The initial state of a run, its windows, and the interventions that define them.

    ``derivatives`` is S at time 0, shape (variables, columns).
    """

    state: Array
    derivatives: Array
    windows: Sequence[Window]
    interventions: Sequence[Intervention]


class VariationalRun:
    """A membrane with a stimulus, prepared for runs with derivatives.

    Parameters
    ----------
    membrane : Membrane
    stimulus : Stimulus
    asked : Asked
    method : str
    tolerance : float
    """

    def __init__(self, membrane: Membrane, stimulus: Stimulus, asked: Asked, *, method: str, tolerance: float) -> None:
        self._membrane, self._stimulus, self.asked = membrane, stimulus, asked
        self._kernel = variational_kernel(membrane, asked.directions)
        self._n, self._count = len(membrane.variables), asked.directions.count
        self._drives = np.zeros(asked.directions.drive_numbers)
        self._method, self._tolerance = method, tolerance
        self._names = _variables(membrane, asked)
        self._scales = _scales(membrane, asked)

    def start(self, initial: Any, state: Array) -> Array:
        """Return S at time 0, shape (variables, columns): the derivative of the state given as ``initial``."""
        found = np.zeros((self._n, self._count))
        if isinstance(initial, str):
            found = self.at_rest()
        elif isinstance(initial, Mapping) and len(initial) < self._n:
            if isinstance(rest_or_reason(self._membrane), str):
                found = settled_gradient(self._membrane, state, self._forces(state))
            else:
                found = self.at_rest()
            given = in_variables(self._membrane, initial, "initial")
            found[[self._membrane.variables.index(x) for x, value in given.items() if not isinstance(value, str)]] = 0.0
        for k, name in enumerate(self.asked.order):
            if k >= self._count - self.asked.directions.started:
                found[self._membrane.variables.index(name.removeprefix(INITIAL)), k] = 1.0
        return found

    def at_rest(self) -> Array:
        """Return the derivative of the rest, shape (variables, columns).

        Raises
        ------
        ArgumentError
            The coefficients of conserved sums depend on a parameter.
        """
        for name in self.asked.directions.parameters:
            check_sums(self._membrane, name)
        state = rest(self._membrane).state
        return equilibrium_gradient(self._membrane, state, self._forces(state))

    def speeds(self, states: Array, times: Array) -> Array:
        """Return dv/dt of states at times [mV/ms], shape (times,)."""
        kernel, q = compiled(self._membrane)
        current = np.atleast_1d(np.asarray(self._stimulus(times), dtype=float))
        return np.array([kernel.rhs(x, y, q)[0] for x, y in zip(current, states, strict=True)])

    def _forces(self, state: Array) -> Array:
        q = self._kernel.prepared(self._membrane, np.zeros_like(self._drives))
        return self._kernel.slopes(0.0, state, q)

    def __call__(self, begin: Begin, times: Array, most_steps: int) -> tuple[Outcome, Array]:
        """Run through consecutive windows; return the outcome for the membrane, and S at ``times`` and at the end.

        S has shape (times + 1, variables, columns).
        """
        first, windows = self._kernel.first, begin.windows
        y = np.concatenate([begin.state, np.zeros(first - self._n), begin.derivatives.ravel()])
        samples = np.empty((times.size, y.size))
        total = Outcome(samples[:, : self._n], np.empty(0), begin.state, [])
        spikes = []
        pieces = self._stimulus.joined(windows[-1].stop)
        runner = None
        for t, stop in pairwise(self._edges(windows)):
            window = next(one for one in reversed(windows) if one.start <= t)
            self._enter(window, begin.interventions, t, y)
            if runner is None or self._drives.size:
                runner = self._runner(t)
            held: dict[int, float | None] = {place: None for index in window.held for place in self._rows(index)}
            which = (times <= stop) & ((times > t) if t > 0 else (times >= t))
            left = most_steps - total.accepted - total.rejected
            part = pieces.between(t, stop)
            done = runner(part, y, [Window(t, stop, held)], times[which], most_steps=left)
            y, samples[which] = done.state, done.samples
            spikes.append(done.spikes)
            total.accepted += done.accepted
            total.rejected += done.rejected
            total.methods += [name for name in done.methods if name not in total.methods]
        total.spikes, total.state = np.concatenate(spikes), y[: self._n].copy()
        derivatives = np.vstack([samples, y])[:, first:].reshape(-1, self._n, self._count)
        return total, derivatives

    def _runner(self, begin: float) -> Runner:
        """Return the runner for the time after an edge, with the drives of the stimulus there."""
        for k, own in enumerate(self.asked.drives):
            drive = next(one for one in reversed(own.drives) if one.begin <= begin)
            self._drives[len(Drive._fields) * k :][: len(Drive._fields)] = drive
        kernel, membrane = self._kernel, self._membrane
        plain = kernel.prepared(membrane, self._drives)
        table = variational_table(membrane, self.asked.directions)
        looked_up = np.concatenate([plain[:-1], [1.0], table]) if table.size else plain
        system = System(
            self._names, kernel.rhs_address, lambda: kernel.jacobian_address, lambda: plain, lambda: looked_up,
            kernel.switches, self._scales, self._n, kernel.first,
        )  # fmt: skip
        return Runner(membrane, method=self._method, tolerance=self._tolerance, system=system)

    def _edges(self, windows: Sequence[Window]) -> list[float]:
        """Return the times at which windows or drives begin, or kicks occur [ms]."""
        end = windows[-1].stop
        found = {0.0, end, *(window.start for window in windows)}
        for own in self.asked.drives:
            found |= {drive.begin for drive in own.drives} | {t for t, _ in own.kicks}
        return sorted(t for t in found if 0.0 <= t <= end)

    def _rows(self, index: int) -> list[int]:
        """Return a variable of the membrane and its derivatives, by index."""
        begin = self._kernel.first + index * self._count
        return [index, *range(begin, begin + self._count)]

    def _enter(self, window: Window, interventions: Sequence[Intervention], begin: float, y: Array) -> None:
        """Apply interventions at an edge: set values with their derivatives, and add the jumps of moving edges."""
        if window.start == begin:
            resting = _put_at_rest(interventions, begin)
            gradient = self.at_rest() if resting else None
            for index, value in (*window.put.items(), *window.held.items()):
                own = self._rows(index)
                if value is not None:
                    y[index] = value
                    at_rest = self._membrane.variables[index] in resting and gradient is not None
                    y[own[1:]] = gradient[index] if at_rest else 0.0  # type: ignore[index]
        for k, own_drive in enumerate(self.asked.drives):
            if 0 not in window.held:
                column = self._kernel.first + len(self.asked.directions.parameters) + k
                y[column] += sum(size for t, size in own_drive.kicks if t == begin) / self._membrane.C


def _put_at_rest(interventions: Sequence[Intervention], t: float) -> set[str]:
    """Return the variables that are held at or set to rest at a time [ms]."""
    found = set()
    for one in interventions:
        if isinstance(one, Hold) and one.start <= t < one.end and one.value == "rest":
            found.add(one.variable)
        elif not isinstance(one, Hold) and one.at == t:
            found |= {name for name, value in one.values if value == "rest"}
    return found


def _variables(membrane: Membrane, asked: Asked) -> tuple[str, ...]:
    """Return the names of the variables in messages."""
    clock = ("the clock of the stimulus",) if asked.directions.driven else ()
    return (*membrane.variables, *clock, *(f"d{x}/d{p}" for x in membrane.variables for p in asked.order))


def _scales(membrane: Membrane, asked: Asked) -> tuple[Array, Array]:
    """Return the absolute and relative parts of the error scale of each variable.

    The scale of a derivative is the scale of its variable divided by the size of the number, plus its own size.
    """
    absolute, relative = error_scales(membrane)
    own = np.outer(scales(membrane)[0], 1.0 / np.array(asked.sizes)).ravel()
    clock = [UNCHECKED] if asked.directions.driven else []
    return np.concatenate([absolute, clock, own]), np.concatenate([relative, np.zeros(len(clock)), np.ones(own.size)])


@dataclass(frozen=True, eq=False)
class AtSpikes:
    """The derivatives of a run at its spikes; the run is repeated to compute them.

    Attributes
    ----------
    run : VariationalRun
    begin : Begin
    spikes : array
        [ms]
    most_steps : int
    order : list of int
        The columns of S, in the requested order.
    """

    run: VariationalRun
    begin: Begin
    spikes: Array
    most_steps: int
    order: list[int]

    def __call__(self) -> tuple[Array, Array]:
        """Return dy/dp at the spikes, shape (spikes, variables, names), and dv/dt there, shape (spikes,)."""
        outcome, derivatives = self.run(self.begin, self.spikes, self.most_steps)
        return derivatives[:-1, :, self.order], self.run.speeds(outcome.samples, self.spikes)


def with_sensitivities(
    run: VariationalRun, begin: Begin, times: Array, most_steps: int
) -> tuple[Outcome, Sensitivities]:
    """Return the outcome of a run, and its derivatives in the requested order."""
    outcome, derivatives = run(begin, times, most_steps)
    order = [run.asked.order.index(name) for name in run.asked.names]
    derivatives = derivatives[:, :, order]
    at_spikes = AtSpikes(run, begin, outcome.spikes, most_steps, order)
    return outcome, Sensitivities(run.asked.names, derivatives[:-1], derivatives[-1], at_spikes)
