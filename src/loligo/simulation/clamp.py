"""`voltage_clamp`: the membrane under a command potential.

With v given, every gate obeys a linear equation. Where the command is constant its solution is an exponential,
which is used as it stands; where the command moves, and for further states such as calcium, whose equations are
not linear, SciPy integrates to a relative error of 1e-10. The capacitive current is left out: at an ideal step
it would be an infinitely short, infinitely high pulse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo._units import MS, MV, number, positive
from loligo.kernel import compiled
from loligo.recording import Recording, Settings
from loligo.resting import rest
from loligo.simulation.current import default_duration, sample_times

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from loligo.kernel import Kernel
    from loligo.membrane import Membrane
    from loligo.stimulus import Pieces, Stimulus


def voltage_clamp(
    membrane: Membrane,
    command: Stimulus,
    duration: float | None = None,
    *,
    holding: float | None = None,
    sampling: float | ArrayLike = 0.05,
) -> Recording:
    """Hold a membrane at a command potential and record its ionic currents.

    Parameters
    ----------
    membrane : Membrane
        What is clamped.
    command : Stimulus
        Displacement from the holding potential [mV], e.g. ``Step(60, start=5, stop=25)``.
    duration : float, optional
        [ms]; by default 60 ms longer than the command.
    holding : float, optional
        Holding potential [mV], at which the membrane is settled when the run starts; by default its rest.
    sampling : float or array_like
        Interval of the traces, or the times themselves [ms].

    Returns
    -------
    Recording
        ``v`` is the command; ``current(name)`` and ``ionic_current`` are what the clamp measures, the capacitive
        current left out; at a step's edge the values are those just after it.

    Raises
    ------
    ArgumentError, UnitError
        A duration, holding potential or sampling that makes no sense.

    Examples
    --------
    >>> import loligo as lo
    >>> recording = voltage_clamp(lo.models.squid(), lo.Step(56.0, start=1, stop=9), duration=10)
    >>> float(recording.current("Na").min().round(0))
    -1437.0
    """
    end = default_duration(command) if duration is None else positive(duration, MS, "duration")
    held = rest(membrane).v if holding is None else number(holding, MV, "holding")
    times = sample_times(sampling, end)
    kernel, q = compiled(membrane)
    pieces = command.joined(end)
    start = np.zeros(len(membrane.variables))
    start[0] = held
    start[len(start) - len(membrane.states) :] = [state.initial for state in membrane.states]
    state = _settled(kernel, q, start, len(membrane.states))
    states = np.empty((times.size, state.size))
    for piece in range(len(pieces.constant)):
        a, b = pieces.edges[piece], pieces.edges[piece + 1]
        last = piece == len(pieces.constant) - 1
        inside = (times >= a) & ((times < b) | last)
        moving = bool(pieces.slope[piece]) or pieces.offsets[piece] < pieces.offsets[piece + 1]
        follow = _integrated if moving or membrane.states else _exponential
        rows = follow(kernel, q, pieces, held, state, np.append(times[inside], b), a)
        states[inside], state = rows[:-1], rows[-1]
    settings = Settings(duration=end, tolerance=0.0, method="voltage clamp", holding=held)
    return Recording(membrane, command, settings, times, states, np.empty(0), state)


def _settled(kernel: Kernel, q: NDArray[np.float64], start: NDArray[np.float64], states: int) -> NDArray[np.float64]:
    """Return the state that a long stay at the holding potential leads to."""
    if not states:
        return kernel.steady(start, q)
    from scipy.optimize import root

    def drift(x: NDArray[np.float64]) -> NDArray[np.float64]:
        trial = start.copy()
        trial[-states:] = x
        return kernel.rhs(0.0, kernel.steady(trial, q), q)[-states:]

    start = start.copy()
    start[-states:] = root(drift, start[-states:], tol=1e-13).x
    return kernel.steady(start, q)


def _exponential(
    kernel: Kernel,
    q: NDArray[np.float64],
    pieces: Pieces,
    held: float,
    state: NDArray[np.float64],
    times: NDArray[np.float64],
    a: float,
) -> NDArray[np.float64]:
    """Follow the gates exactly at a constant potential."""
    here = state.copy()
    here[0] = held + pieces(np.array([a]))[0]
    there = kernel.steady(here, q)
    _, speed = kernel.linear_parts(here[np.newaxis], q)
    rate = speed[0]
    rate[0] = 0.0  # v stays
    return np.asarray(there + (here - there) * np.exp(-np.outer(times - a, rate)))


def _integrated(
    kernel: Kernel,
    q: NDArray[np.float64],
    pieces: Pieces,
    held: float,
    state: NDArray[np.float64],
    times: NDArray[np.float64],
    a: float,
) -> NDArray[np.float64]:
    """Follow gates and further states under a moving potential."""
    from scipy.integrate import solve_ivp

    part = pieces.between(a, times[-1])

    def command(t: float) -> float:
        s = t - a
        waves = part.waves[: part.offsets[1]]
        wave = np.sum(waves[:, 0] * np.sin(waves[:, 1] + (waves[:, 2] + waves[:, 3] * s) * s))
        return float(held + part.constant[0] + part.slope[0] * s + wave)

    def slope(t: float, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return kernel.rhs(0.0, np.concatenate(([command(t)], x)), q)[1:]

    scale = np.maximum(np.abs(state[1:]), 1e-3)
    solution = solve_ivp(
        slope, (a, times[-1]), state[1:], method="LSODA", t_eval=np.unique(times), rtol=1e-10, atol=1e-12 * scale
    )
    rows = np.empty((times.size, state.size))
    rows[:, 0] = [command(t) for t in times]
    rows[:, 1:] = solution.y.T[np.searchsorted(solution.t, times)]
    return rows
