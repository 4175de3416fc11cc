"""`voltage_clamp`: the membrane under a command potential.

With v given, every gate obeys a linear equation, and every kinetic scheme a linear system. Where the command is
constant, the solution is the exponential of a number or of a matrix, which is computed directly. Where it changes,
`loligo.integrate.clamp_loop` integrates piece by piece with one-step methods: quadrature for the gates that depend only
on v, and an implicit method for kinetic schemes, for further states such as calcium, and for gates that depend on them.
The capacitive current is left out: at an ideal step it would be an infinitely short, infinitely high pulse.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import ArgumentError, DivergenceError
from loligo._units import MS, MV, number, positive
from loligo.integrate import clamp_memory, clamp_program
from loligo.integrate.clamp_machine import Clamped, Limits
from loligo.integrate.quadrature import clamp_table
from loligo.integrate.status import DIVERGED, INTERRUPTED, TOO_MANY_STEPS
from loligo.kernel import compiled, tabulated
from loligo.kernel.stops import current_stop, heard
from loligo.membrane.occupancies import in_variables
from loligo.recording import Recording, Settings
from loligo.resting import rest, settled_at, state_scales
from loligo.simulation.current import checked_parts, default_duration, initial_state, sample_times
from loligo.simulation.engine import STEPS_AT_ONCE
from loligo.simulation.relaxation import relaxed_schemes
from loligo.simulation.schedule import MOST_COMMAND

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from loligo.membrane import Membrane
    from loligo.stimulus import Pieces, Stimulus


STEP_ERROR = 1e-10  # largest accepted error of a step
FEW_PIECES = 256  # largest number of constant pieces that are computed without the compiled program


def voltage_clamp(
    membrane: Membrane,
    command: Stimulus,
    duration: float | None = None,
    *,
    holding: float | None = None,
    initial: Any = "settled",
    sampling: float | ArrayLike = 0.05,
) -> Recording:
    """Hold a membrane at a command potential and record its ionic currents.

    Parameters
    ----------
    membrane : Membrane
        The membrane to clamp.
    command : Stimulus
        Displacement from the holding potential, in mV, e.g. ``Step(60, start=5, stop=25)``, or with a unit.
    duration : float, optional
        Length of the run [ms]; by default 60 ms longer than the command.
    holding : float, optional
        Holding potential [mV]; by default the membrane's rest.
    initial : "settled", Rest, Recording, mapping or array (variables,)
        Initial values of gates and further states: their steady states at the holding potential, an equilibrium that
        `rest` found, the end of another recording, some of them by name (the others at their steady states), or a whole
        state in the order of ``membrane.variables``. v follows the command.
        Sums of further states that the membrane conserves keep their initial values; at steady states, these are the
        sums of the guesses.
    sampling : float or array_like
        Interval of the traces, or the sampling times themselves [ms].

    Returns
    -------
    Recording
        ``v`` is the command. ``current(name)`` and ``ionic_current`` are the ionic currents that the clamp would
        measure; the capacitive current is not included. At an edge of a step, the values just after the edge count.
        Gates and kinetic schemes are exact if the command is constant between its edges and there are no further
        states; ``settings.tolerance`` is then 0. Otherwise gates, kinetic schemes and further states are integrated
        with an error of at most 1e-10 per step, relative for values above 1.

    Raises
    ------
    ArgumentError, UnitError
        The duration, holding potential, initial state or sampling is invalid.
    RestError
        A further state has no steady value at the holding potential.
    DivergenceError
        A rate is not finite at a commanded potential.

    Examples
    --------
    >>> import loligo as lo
    >>> recording = voltage_clamp(lo.models.squid(), lo.Step(56.0, start=1, stop=9), duration=10)
    >>> float(recording.current("Na").min().round(0))
    -1437.0
    """
    checked_parts(membrane, command, MV)
    end = default_duration(command) if duration is None else positive(duration, MS, "duration")
    held = rest(membrane).v if holding is None else number(holding, MV, "holding")
    times = sample_times(sampling, end)
    pieces, state = command.joined(end), _start(membrane, initial, held)
    _check_range(membrane, pieces, held)
    exact = not (membrane.states or pieces.slope.any() or pieces.waves.size)
    steps = rejected = 0
    if exact and (pieces.constant.size <= FEW_PIECES or membrane.schemes):
        samples, final = _relaxed(membrane, pieces, held, state, times)
    else:
        samples, final, steps, rejected = _integrated(membrane, pieces, held, state, times)
    settings = Settings(end, 0.0 if exact else STEP_ERROR, "voltage clamp", steps, rejected, holding=held)
    return Recording(membrane, command, settings, times, samples, np.empty(0), final)


def _check_range(membrane: Membrane, pieces: Pieces, held: float) -> None:
    """Reject a command beyond any realistic potential, where rates would need tiny steps."""
    ends = pieces.constant + pieces.slope * np.diff(pieces.edges)
    lines = np.abs(held + np.concatenate((pieces.constant, ends))).max()
    furthest = float(lines + np.abs(pieces.waves[:, 0]).sum())
    if not furthest <= MOST_COMMAND * membrane.v_scale:
        raise ArgumentError(
            f"The command reaches {furthest:g} mV; a clamp holds {membrane.name} within "
            f"{MOST_COMMAND * membrane.v_scale:g} mV of 0. Amplitudes of a command are in mV."
        )


def _start(membrane: Membrane, initial: Any, held: float) -> NDArray[np.float64]:
    """Return the state vector that ``initial`` of `voltage_clamp` describes, with v at the holding potential."""
    if isinstance(initial, str):
        if initial != "settled":
            raise ArgumentError(
                f"initial must be 'settled', a Rest, a Recording, a mapping or an array; got {initial!r}."
            )
        return settled_at(membrane, held)
    if isinstance(initial, Mapping):
        if "v" in initial:
            raise ArgumentError(
                "Under a voltage clamp v follows the command: give holding= for v, and other variables in initial."
            )
        initial = in_variables(membrane, initial, "initial")
        whole = initial.keys() >= {*membrane.variables[1:]}
        state = np.zeros(len(membrane.variables)) if whole else settled_at(membrane, held)
        initial = dict(zip(membrane.variables, state.tolist(), strict=True)) | {"v": held} | dict(initial)
    state = np.array(initial_state(membrane, initial))
    state[0] = held
    return state


def _relaxed(
    membrane: Membrane,
    pieces: Pieces,
    held: float,
    state: NDArray[np.float64],
    times: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compute the gates exactly if the command is constant between its edges; return samples and the final state."""
    kernel, q = compiled(membrane)
    begins, ends = pieces.edges[:-1], pieces.edges[1:]
    there = np.zeros((begins.size, state.size))
    there[:, 0] = held + pieces(begins)
    opening, rate = kernel.linear_parts(there, q)
    rate[:, 0] = 0.0  # v is constant
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        there[:, 1:] = opening[:, 1:] / rate[:, 1:]
        decay = np.exp(-((ends - begins)[:, np.newaxis] * rate))
        here = np.array([*map(_scanned, there.T, decay.T, state)]).T
        here[:, 0] = np.append(there[:, 0], there[-1, 0])
        piece = np.clip(np.searchsorted(begins, times, side="right") - 1, 0, None)
        fading = np.exp(-((times - begins[piece])[:, np.newaxis] * rate[piece]))
        samples = there[piece] + (here[piece] - there[piece]) * fading
        relaxed_schemes(kernel, q, there, pieces.edges, times, piece, here, samples)
    _check_finite(membrane, begins, here[1:], piece, samples)
    return samples, here[-1]


def _not_linear(membrane: Membrane) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the indices of the variables without a separate linear equation, and their error scales.

    The variables are the further states, the gates that depend on them, and the occupancies of kinetic schemes.
    """
    states = dict(zip((state.name for state in membrane.states), state_scales(membrane), strict=True))
    used = {
        gate.name: {name for formula in gate.formulas.values() for name in formula.names} for gate in membrane.gates
    }
    coupled = {*states, *(name for scheme in membrane.schemes for name in scheme.variables)}
    indices = [i for i, name in enumerate(membrane.variables) if name in coupled or used.get(name, set()) & set(states)]
    scale = [states.get(membrane.variables[i], 1.0) for i in indices]
    return np.array(indices, dtype=np.int64), np.array(scale)


def _diverged(membrane: Membrane, t: float, variable: int) -> DivergenceError:
    name = membrane.variables[variable]
    return DivergenceError(
        f"{membrane.name} cannot be integrated under this command from t = {t:g} ms on: {name} is no longer "
        f"finite. Check the commanded potentials and the formulas of {name} there.",
        time=t,
        variable=name,
    )


def _scanned(there: NDArray[np.float64], decay: NDArray[np.float64], x: np.float64) -> list[float]:
    """Return a gate at every edge, from its steady state on each piece and the fraction of its deviation left."""
    here = float(x)
    found = [here]
    for target, left in zip(there.tolist(), decay.tolist(), strict=True):
        here = target + (here - target) * left
        found.append(here)
    return found


def _check_finite(
    membrane: Membrane,
    begins: NDArray[np.float64],
    ends: NDArray[np.float64],
    piece: NDArray[np.intp],
    samples: NDArray[np.float64],
) -> None:
    """Raise an error at the first piece with an end or a sample that is not finite."""
    wrong = [(int(k), int(i)) for k, i in np.argwhere(~np.isfinite(ends))[:1]]
    wrong += [(int(piece[row]), int(i)) for row, i in np.argwhere(~np.isfinite(samples))[:1]]
    if wrong:
        first, variable = min(wrong)
        raise _diverged(membrane, float(begins[first]), variable)


def _integrated(
    membrane: Membrane,
    pieces: Pieces,
    held: float,
    state: NDArray[np.float64],
    times: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], int, int]:
    """Integrate gates and further states under a changing command; return samples, final state, numbers of steps."""
    moving = bool(pieces.slope.any() or pieces.waves.size)
    kernel, plain = compiled(membrane)
    q = tabulated(membrane) if moving or membrane.states else plain
    gates = len(membrane.variables) - 1 - len(membrane.states)
    others, scale = _not_linear(membrane)
    linear = np.setdiff1d(np.arange(1, 1 + gates), others)
    samples, end, t = np.empty((times.size, state.size)), state.copy(), pieces.edges[0]
    lookups = kernel.table_place(q, [membrane.variables[i] for i in linear])
    memory = clamp_memory(state.size, linear.size, others.size)
    status, sampled, steps, rejected, stop = TOO_MANY_STEPS, 0, 0, 0, current_stop()
    stop.check()
    clamped = Clamped(kernel.rhs_address, q, lookups, end, gates, linear, others, scale)
    limits = Limits(STEP_ERROR, STEPS_AT_ONCE, clamp_table(), memory, stop.cell)
    while status == TOO_MANY_STEPS:
        part = pieces if t == pieces.edges[0] else pieces.between(t, pieces.edges[-1])
        try:
            status, t, trouble, found, accepted, failed = clamp_program()(
                clamped, part._replace(constant=held + part.constant), times[sampled:], samples[sampled:], limits
            )
        except SystemError as error:
            raise heard(error) from None
        if status == INTERRUPTED:
            stop.end()
        sampled, steps, rejected = sampled + found, steps + accepted, rejected + failed
    if status == DIVERGED:
        raise _diverged(membrane, t, trouble)
    samples[:, 0], end[0] = held + pieces(times), held + pieces(pieces.edges[-1:])[0]
    return samples, end, steps, rejected
