"""`voltage_clamp`: the membrane under a command potential.

With v given, every gate obeys a linear equation. Where the command is constant its solution is an exponential,
which is used as it stands; where the command moves, and for further states such as calcium, whose equations are
not linear, SciPy integrates to a relative error of 1e-10. The capacitive current is left out: at an ideal step
it would be an infinitely short, infinitely high pulse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loligo._errors import DivergenceError
from loligo._units import MS, MV, number, positive
from loligo.kernel import compiled
from loligo.recording import Recording, Settings
from loligo.resting import rest, settled_at
from loligo.simulation.current import checked_parts, default_duration, sample_times

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from loligo.kernel import Kernel
    from loligo.membrane import Membrane
    from loligo.stimulus import Pieces, Stimulus


FOLLOWED_TO = 1e-10  # relative error where a formula does not do


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
        Displacement from the holding potential, as plain numbers in mV, e.g. ``Step(60, start=5, stop=25)``.
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
    DivergenceError
        A rate is not finite at a commanded potential.

    Examples
    --------
    >>> import loligo as lo
    >>> recording = voltage_clamp(lo.models.squid(), lo.Step(56.0, start=1, stop=9), duration=10)
    >>> float(recording.current("Na").min().round(0))
    -1437.0
    """
    checked_parts(membrane, command)
    end = default_duration(command) if duration is None else positive(duration, MS, "duration")
    held = rest(membrane).v if holding is None else number(holding, MV, "holding")
    times = sample_times(sampling, end)
    kernel, q = compiled(membrane)
    pieces = command.joined(end)
    state = settled_at(membrane, held)
    states = np.empty((times.size, state.size))
    for piece in range(len(pieces.constant)):
        a, b = pieces.edges[piece], pieces.edges[piece + 1]
        last = piece == len(pieces.constant) - 1
        inside = (times >= a) & ((times < b) | last)
        moving = bool(pieces.slope[piece]) or pieces.offsets[piece] < pieces.offsets[piece + 1]
        follow = _integrated if moving or membrane.states else _exponential
        rows = follow(kernel, q, pieces, held, state, np.append(times[inside], b), a)
        states[inside], state = rows[:-1], rows[-1]
        if not np.isfinite(rows).all():
            raise DivergenceError(
                f"{membrane.name} cannot be followed under this command from t = {a:g} ms on: check its potentials.",
                time=float(a),
                variable=membrane.variables[int(np.argwhere(~np.isfinite(rows))[0, 1])],
            )
    integrated = membrane.states or pieces.slope.any() or pieces.waves.size
    settings = Settings(end, FOLLOWED_TO if integrated else 0.0, "voltage clamp", holding=held)
    return Recording(membrane, command, settings, times, states, np.empty(0), state)


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
        slope,
        (a, times[-1]),
        state[1:],
        method="LSODA",
        t_eval=np.unique(times),
        rtol=FOLLOWED_TO,
        atol=0.01 * FOLLOWED_TO * scale,
    )
    rows = np.full((times.size, state.size), np.nan)
    if not solution.success:
        return rows
    rows[:, 0] = [command(t) for t in times]
    rows[:, 1:] = solution.y.T[np.searchsorted(solution.t, times)]
    return rows
