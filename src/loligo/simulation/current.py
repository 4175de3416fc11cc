"""`simulate`: a membrane under a stimulus, with variables held or set if an experiment requires it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Never

import numpy as np

from loligo._errors import ArgumentError, RestError, UnitError, UnstableRestWarning
from loligo._names import names_of
from loligo._units import COUNTABLE, CURRENT, MS, MV, number, numbers, positive, whole
from loligo.intervention import refuse_others
from loligo.membrane import Membrane, checked_membrane
from loligo.membrane.occupancies import SUM_SLACK, in_variables, unknown_variable
from loligo.recording import Recording, Settings
from loligo.resting import (
    DISPLACED_BY,
    Rest,
    departure,
    rest,
    settles,
    start_at,
    start_at_rest,
    stays_unstable,
    unfed_states,
)
from loligo.simulation.engine import MOST_STEPS, Runner
from loligo.simulation.noise_spacing import warn_of_wide_spacing
from loligo.simulation.schedule import checked_interventions, windows
from loligo.simulation.sensitivities import Begin, VariationalRun, asked, with_sensitivities
from loligo.stimulus import Step, Stimulus

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from loligo.intervention import Intervention
    from loligo.stimulus import Pieces


MAX_SAMPLES: Final = 100_000_000  # largest number of samples of one run
AFTER_STIMULUS: Final = 60.0  # ms: default time that a run continues after the stimulus


def simulate(
    membrane: Membrane,
    stimulus: Stimulus | None = None,
    duration: float | None = None,
    *,
    initial: Any = "rest",
    method: str = "auto",
    tolerance: float = 1e-6,
    sampling: float | ArrayLike | None = 0.05,
    interventions: Any = (),
    most_steps: int = MOST_STEPS,
    sensitivities: Any = (),
    **unknown: Never,
) -> Recording:
    """Run a membrane under a stimulus.

    The step size adapts to the error, steps end at the edges of the stimulus, and spikes are located on the
    solution itself.

    Parameters
    ----------
    membrane : Membrane
        The membrane to stimulate.
    stimulus : Stimulus, optional
        The current [µA/cm²]; None means no current.
    duration : float, optional
        Length of the run [ms]; by default 60 ms longer than the stimulus.
    initial : "rest", Rest, Recording, mapping or array (variables,)
        The initial state: the resting state, an equilibrium that `rest` found, the end of another recording, some
        variables by name (the others are at rest; if there is no rest, gates are at their steady states at the given v
        and further states at their ``initial``), or a whole state in the order of ``membrane.variables``.
    method : {"auto", "explicit", "explicit5", "rosenbrock"}
        Explicit of order 8 or 5, or implicit. "auto" begins with an explicit method (of order 5 if the tolerance is
        above 3e-6), changes to the implicit method where the explicit one would need very small steps, and back.
    tolerance : float
        The largest error of an accepted step, in units of the membrane's ``v_scale`` (10 mV) for v and 0.1 for gates.
        With the default, the squid's spikes are within 1e-6 ms after 100 ms; with 1e-10, within 1e-9 ms.
        ``docs/tolerance.md`` says what the tolerance promises.
    sampling : float, array_like or None
        Interval of the returned traces, or the sampling times themselves, increasing [ms]; None keeps no traces.
    interventions : Hold, Reset, or several of them
        Variables that are held or set during the run, e.g. ``[Hold("n", "rest", start=20, stop=180), Reset({"v": -60},
        at=200)]``.
    most_steps : int
        The largest number of steps; a run that needs more is stopped with an error.
    sensitivities : iterable of str
        Numbers with respect to which the run is differentiated: parameters of the membrane, numbers of the stimulus
        ("amplitude", "start"), and initial values ("initial_v"). ``docs/sensitivities.md`` says how.

    Returns
    -------
    Recording
        Times, traces, spikes, and the membrane, stimulus and settings of the run; with ``sensitivities`` also the
        derivatives of the traces.

    Raises
    ------
    ArgumentError, UnitError
        The duration is empty, the tolerance is out of range, times do not increase, or a value is not finite; or
        interventions contradict each other, come after the end, or would break a conserved sum.
    UnknownNameError
        A variable or method does not exist.
    DivergenceError
        A variable became infinite or NaN; the message names it and the time.
    StepLimitError
        The run needs more than ``most_steps`` steps.

    Warns
    -----
    UnstableRestWarning
        The rest is unstable, so the run starts near it: v is a tenth of ``v_scale`` higher (1 mV), and further states
        that are unstable without v are displaced as well. Or the given state is an unstable equilibrium: it is used as
        given, and the run does not leave it.
    NoiseSpacingWarning
        The dt of a noise is too long for its tau or for the membrane.

    Examples
    --------
    >>> import loligo as lo
    >>> recording = simulate(lo.models.squid(), lo.Step(10.0), duration=30)
    >>> recording.spikes.round(4).tolist()
    [1.8431, 16.7506]
    """
    refuse_others(simulate, unknown)
    played = Step(0.0) if stimulus is None else stimulus
    checked_parts(membrane, played)
    end = _duration(duration, played)
    tolerance = checked_tolerance(tolerance)
    done = checked_interventions(membrane, interventions)
    state = initial_state(membrane, initial)
    warn_of_wide_spacing(membrane, played, stacklevel=3)
    warn_of_start(membrane, initial, state, (played, end), disturbed=bool(done), stacklevel=4)
    return _recorded(
        membrane, played, end, state, method=method, tolerance=tolerance, sampling=sampling, interventions=done,
        most_steps=most_steps, sensitivities=sensitivities, described=initial,
    )  # fmt: skip


def recorded(
    membrane: Membrane,
    stimulus: Stimulus,
    duration: float,
    *,
    initial: Any,
    method: str = "auto",
    tolerance: float = 1e-6,
    sampling: float | ArrayLike | None = 0.05,
    interventions: Any = (),
    most_steps: int = MOST_STEPS,
    sensitivities: Any = (),
    described: Any = None,
) -> Recording:
    """Run a membrane like `simulate`, without warnings, for analyses; ``described`` is ``initial`` as given."""
    return _recorded(
        membrane, stimulus, duration, initial_state(membrane, initial), method=method,
        tolerance=checked_tolerance(tolerance), sampling=sampling,
        interventions=checked_interventions(membrane, interventions), most_steps=most_steps,
        sensitivities=sensitivities, described=initial if described is None else described,
    )  # fmt: skip


def _recorded(
    membrane: Membrane,
    stimulus: Stimulus,
    duration: float,
    state: NDArray[np.float64],
    *,
    method: str,
    tolerance: float,
    sampling: float | ArrayLike | None,
    interventions: tuple[Intervention, ...],
    most_steps: int,
    sensitivities: Any,
    described: Any,
) -> Recording:
    """Run a membrane from a state; the tolerance and interventions must have been checked."""
    parts = windows(membrane, interventions, duration, state)
    times = sample_times(sampling, duration)
    most_steps = whole(most_steps, "most_steps", most=COUNTABLE)
    derivatives = None
    if names := names_of(sensitivities, "sensitivities", optional=True):
        wanted = asked(membrane, stimulus, names)
        run = VariationalRun(membrane, stimulus, wanted, method=method, tolerance=tolerance)
        begin = Begin(state, run.start(described, state), parts, interventions)
        outcome, derivatives = with_sensitivities(run, begin, times, most_steps)
    else:
        runner = Runner(membrane, method=method, tolerance=tolerance)
        outcome = runner(stimulus.joined(duration), state, parts, times, most_steps=most_steps)
    settings = Settings(
        duration=duration, tolerance=tolerance, method="+".join(outcome.methods), steps=outcome.accepted,
        rejected=outcome.rejected, interventions=interventions,
    )  # fmt: skip
    return Recording(membrane, stimulus, settings, times, outcome.samples, outcome.spikes, outcome.state, derivatives)


def warn_of_unstable_rest(membrane: Membrane, example: str, stacklevel: int) -> None:
    """Warn if runs from rest begin near an unstable equilibrium.

    ``example`` is advice in which ``{v}`` stands for a potential one ``v_scale`` above the rest.
    """
    if not settles(membrane):
        elsewhere = example.format(v=f"{rest(membrane).v + membrane.v_scale:.4g}")
        more = unfed_states(membrane, 0.0, rest(membrane).state)
        also = f", and also in {', '.join(more)}" if more else ""
        warnings.warn(
            f"The rest of {membrane.name} is unstable: it fires spontaneously, or goes to another state. A run from "
            "rest starts "
            f"{DISPLACED_BY * membrane.v_scale:g} mV above it{also}. {elsewhere} starts elsewhere.",
            UnstableRestWarning,
            stacklevel=stacklevel,
        )


def warn_of_start(
    membrane: Membrane,
    initial: Any,
    state: NDArray[np.float64],
    played: tuple[Stimulus, float],
    *,
    disturbed: bool,
    stacklevel: int,
) -> None:
    """Warn about the starting point of a user's own run: ``initial`` as given, under a stimulus up to a time [ms]."""
    if isinstance(initial, str):
        warn_of_unstable_rest(membrane, "initial={{'v': {v}}} of loligo.simulate", stacklevel)
    elif not disturbed:
        warn_of_unstable_start(membrane, state, played[0].joined(played[1]), stacklevel)


def warn_of_unstable_start(membrane: Membrane, state: NDArray[np.float64], pieces: Pieces, stacklevel: int) -> None:
    """Warn if a given state is an unstable equilibrium, which a run would not leave."""
    if pieces.slope[0] or pieces.offsets[1] > pieces.offsets[0]:
        return
    current, first = float(pieces.constant[0]), float(pieces.edges[1] - pieces.edges[0])
    if stays_unstable(membrane, state, current, first):
        beside = departure(membrane, current, state)
        more = unfed_states(membrane, current, state)
        also = "".join(f", {name} = {beside[membrane.variables.index(name)]:.6g}" for name in more)
        warnings.warn(
            f"The given initial state is an unstable equilibrium of {membrane.name} at {current:g} µA/cm²: without a "
            f"disturbance the run stays there. To see where it goes, start near it: give v = {beside[0]:.6g} mV{also} "
            "in initial, and leave all other variables as they are.",
            UnstableRestWarning,
            stacklevel=stacklevel,
        )


def initial_state(membrane: Membrane, initial: Any) -> NDArray[np.float64]:
    """Return the state vector that ``initial`` of `simulate` describes."""
    if isinstance(initial, str):
        if initial != "rest":
            raise ArgumentError(f"initial must be 'rest', a Rest, a Recording, a mapping or an array; got {initial!r}.")
        return start_at_rest(membrane)
    if isinstance(initial, (Recording, Rest)):
        ended = isinstance(initial, Recording)
        if initial.membrane.variables != membrane.variables:
            raise ArgumentError(
                f"The {'recording ends with' if ended else 'rest has'} {', '.join(initial.membrane.variables)}, but "
                f"{membrane.name} has {', '.join(membrane.variables)}."
            )
        return initial.final if isinstance(initial, Recording) else initial.state
    if isinstance(initial, Mapping):
        given = _settings(membrane, initial, "initial")
        state = np.empty(len(given)) if len(given) == len(membrane.variables) else _others(membrane, given.get(0))
        for index, value in given.items():
            state[index] = value
        return state
    state = numbers(initial, "", "initial, if not 'rest', a Rest, a Recording or a mapping,")
    if state.shape != (len(membrane.variables),) or not np.isfinite(state).all():
        raise ArgumentError(f"initial needs {len(membrane.variables)} finite numbers: {', '.join(membrane.variables)}.")
    _check_occupancies(membrane, state)
    return state


def _check_occupancies(membrane: Membrane, state: NDArray[np.float64]) -> None:
    """Reject a whole state in which occupancies of a kinetic scheme are negative, or sum to more than 1.

    Raises
    ------
    ArgumentError
        The message names the scheme.
    """
    for scheme in membrane.schemes:
        own = state[[membrane.variables.index(name) for name in scheme.variables]]
        if own.min() < -SUM_SLACK or own.sum() > 1 + SUM_SLACK:
            raise ArgumentError(
                f"The occupancies {', '.join(scheme.variables)} in initial must be 0 or more and sum to at most 1, "
                f"since {scheme.eliminated} is 1 minus their sum; the lowest is {own.min():.6g}, the sum "
                f"{own.sum():.6g}."
            )


def _others(membrane: Membrane, v: float | None) -> NDArray[np.float64]:
    """Return the initial values of variables that are not given: at rest or, without a rest, settled at the given v."""
    try:
        return start_at_rest(membrane).copy()
    except RestError:
        if v is None:
            raise
        return start_at(membrane, v)


def sample_times(sampling: Any, end: float) -> NDArray[np.float64]:
    """Return the times of the traces, from ``sampling`` of `simulate`."""
    if sampling is None:
        return np.empty(0)
    times = numbers(sampling, MS, "sampling, an interval or times in increasing order,")
    if times.ndim == 0:
        interval = positive(sampling, MS, "sampling")
        if end / interval > MAX_SAMPLES:
            raise ArgumentError(
                f"sampling every {interval:g} ms for {end:g} ms is more than {MAX_SAMPLES:.0e} samples: choose a "
                "longer interval, or the times you need, or sampling=None for spikes only."
            )
        count = math.floor(end / interval + 1e-9) + 1
        times = np.arange(count, dtype=np.float64) * interval
        times[-1] = min(times[-1], end)
        return times
    if times.ndim != 1 or not np.isfinite(times).all() or (np.diff(times) < 0).any():
        raise ArgumentError("sampling must be an interval, or times in increasing order [ms].")
    if times.size and not (times[0] >= 0 and times[-1] <= end):
        raise ArgumentError(f"The times in sampling must be between 0 and the duration {end:g} ms.")
    return times


def checked_tolerance(tolerance: float) -> float:
    """Check that the methods can achieve a tolerance, and return it.

    Raises
    ------
    ArgumentError
        The tolerance is not between 1e-13 and 1e-2.
    """
    value = positive(tolerance, "", "tolerance")
    if not 1e-13 <= value <= 1e-2:
        raise ArgumentError(f"tolerance must be between 1e-13 and 1e-2; got {value:g}.")
    return value


def default_duration(stimulus: Stimulus) -> float:
    """Return the time 60 ms after the end of the stimulus.

    Raises
    ------
    ArgumentError
        The stimulus has no end.
    """
    if math.isinf(stimulus.stop):
        raise ArgumentError("This stimulus has no end, so duration= is needed [ms].")
    return stimulus.stop + AFTER_STIMULUS


def checked_parts(membrane: Membrane, stimulus: Stimulus, unit: str = CURRENT) -> None:
    """Reject anything but a membrane, and a stimulus whose amplitude was given in ``unit`` or without a unit.

    Raises
    ------
    UnitError
        An argument is not a membrane or a stimulus, or has another unit.
    """
    checked_membrane(membrane)
    if not isinstance(stimulus, Stimulus):
        raise UnitError(f"The stimulus must be a Step, Ramp, Sine, ... or a sum of them; got {stimulus!r}.")
    if stimulus.unit not in ("", unit):
        what = "The stimulus of a current clamp" if unit == CURRENT else "The command of a voltage clamp"
        raise UnitError(f"{what} is in {unit}; this {type(stimulus).__name__} was given in {stimulus.unit}.")


def _duration(duration: float | None, stimulus: Stimulus) -> float:
    return default_duration(stimulus) if duration is None else positive(duration, MS, "duration")


def _settings(membrane: Membrane, values: Mapping[str, float | str] | None, what: str) -> dict[int, float]:
    """Return values by index of the variable, with "rest" replaced by its value."""
    if values is not None and not isinstance(values, Mapping):
        raise UnitError(f"{what} must map variables to values, e.g. {{'h': 0.6}}; got {values!r}.")
    found = {}
    gates = {gate.name: gate for gate in membrane.gates}
    least = {state.name: state.minimum for state in membrane.states}
    for name, value in in_variables(membrane, values or {}, what).items():
        if name in gates and gates[name].instantaneous:
            raise ArgumentError(f"{name} is instantaneous: it always follows v, so it cannot be held or set ({what}).")
        if name not in membrane.variables:
            raise unknown_variable(membrane, name, f" ({what})")
        index = membrane.variables.index(name)
        if isinstance(value, str) and value == "rest":
            found[index] = rest(membrane)[name]
            continue
        found[index] = number(value, "" if index else MV, f"{name} in {what}")
        if name in gates and not 0 <= found[index] <= 1:
            raise ArgumentError(f"A gate must be between 0 and 1; got {name} = {found[index]:g} in {what}.")
        if found[index] < least.get(name, -math.inf):
            raise ArgumentError(f"{name} must not be below {least[name]:g}; got {name} = {found[index]:g} in {what}.")
    return found
