"""A limit cycle to start from, found by running the membrane until its state repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo._errors import LoligoError
from loligo.dynamics.cycles import SPIKE_CELLS
from loligo.dynamics.orbits import Loop, Mesh, Orbit, adapted
from loligo.dynamics.system import slowest
from loligo.resting import rest
from loligo.simulation.current import recorded
from loligo.stimulus import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.dynamics.cycles import CycleCurve
    from loligo.dynamics.system import System
    from loligo.recording import Recording

SETTLING: Final = 200.0  # duration of the run in which transients decay, in slowest time constants at rest
WINDOW: Final = 60.0  # duration of the run in which a cycle is sought, in slowest time constants at rest
SAMPLES: Final = 20_000  # number of samples of that run, and of one cycle
# displacements from rest, in scales of v: one may lead to firing even if the rest is stable
KICKS: Final = (3.0, 0.5, -3.0)
RESTING_SWING: Final = 0.1  # scales of v: a membrane whose v changes by less counts as resting
CLOSED_DISTANCE: Final = 0.02  # scaled: a cycle is closed if its state comes this close to the state one cycle before
MAX_CROSSINGS: Final = 40  # largest number of crossings in one cycle, which may be that of a burster


def settled_cycle(curve: CycleCurve, p: float) -> tuple[Orbit | None, str]:
    """Return the limit cycle that the membrane settles to at a value of the parameter, if any.

    Returns
    -------
    Orbit or None
    str
        Why no cycle was found although the membrane does not come to rest; "" otherwise.
    """
    system = curve.system
    scale = system.membrane.v_scale
    run = None
    for kick in KICKS:
        run = _run(curve, p, kick * scale)
        if run is None or np.ptp(run.v[len(run.v) // 2 :]) > RESTING_SWING * scale:
            break
    if run is None or np.ptp(run.v[len(run.v) // 2 :]) <= RESTING_SWING * scale:
        return None, ""
    where = system.said(p)
    stretch = _last_cycle(run, system)
    if stretch is None:
        return None, f"At {where} the membrane oscillates without repeating itself within {run.t[-1]:.4g} ms."
    orbit = _orbit(curve, run, *stretch, p)
    if orbit is None:
        return None, f"At {where} the membrane oscillates, but Newton's method finds no limit cycle there."
    return orbit, ""


def _run(curve: CycleCurve, p: float, kick: float) -> Recording | None:
    """Run until transients have decayed, then record; None if the run fails."""
    membrane, current = curve.system.membrane_at(p), curve.system.current_at(p)
    try:
        home = rest(membrane, current)
        time = slowest(home)
        state = home.state + np.where(np.arange(home.state.size) == 0, kick, 0.0)
        settled = recorded(membrane, Step(current), SETTLING * time, initial=state, sampling=None)
        window = WINDOW * time
        return recorded(membrane, Step(current), window, initial=settled, sampling=window / SAMPLES)
    except LoligoError:
        return None


def _crossings(run: Recording) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the times at which v crosses the middle of its range upwards, and the states there.

    Both are taken from the solution itself, since linear interpolation between two samples of a spike is off by
    millivolts.
    """
    level = float(run.v.max() + run.v.min()) / 2
    start, window = run.states[0], float(run.t[-1])
    crossed = recorded(
        run.membrane.replace(spike_level=level), run.stimulus, window, initial=start, sampling=None
    ).spikes[-MAX_CROSSINGS - 1 :]
    return crossed, recorded(run.membrane, run.stimulus, window, initial=start, sampling=crossed).states


def _last_cycle(
    run: Recording, system: System
) -> tuple[tuple[float, NDArray[np.float64]], tuple[float, NDArray[np.float64]]] | None:
    """Return times and states of both ends of the shortest final stretch after which the state returns."""
    times, states = _crossings(run)
    for back in range(2, len(times) + 1):
        if np.abs(np.subtract(*system.scaled(states[[-back, -1]]))).max() < CLOSED_DISTANCE:
            return (float(times[-back]), states[-back]), (float(times[-1]), states[-1])
    return None


def _orbit(
    curve: CycleCurve,
    run: Recording,
    begin: tuple[float, NDArray[np.float64]],
    end: tuple[float, NDArray[np.float64]],
    p: float,
) -> Orbit | None:
    """Return the limit cycle near a recorded one; the recorded cycle is run once more to get its states on a mesh."""
    (start, first), (stop, last) = begin, end
    system, period = curve.system, stop - start
    once = recorded(run.membrane, run.stimulus, period, initial=first, sampling=period / SAMPLES)
    inside = (once.t > 0) & (once.t < period)
    tau = np.concatenate([[0.0], once.t[inside] / period, [1.0]])
    z = system.scaled(np.concatenate([[first], once.states[inside], [last]]))
    path = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(z, axis=0), axis=1)))
    share = (path / path[-1] + tau) / 2  # cells are spread equally over time and over the path of the state
    mesh = Mesh(np.interp(np.linspace(0, 1, SPIKE_CELLS + 1), share, tau))
    times = np.concatenate([mesh.ends[:-1, None], mesh.times], axis=1)
    again = recorded(run.membrane, run.stimulus, period, initial=first, sampling=times.ravel() * period)
    states = system.scaled(again.states.reshape(*times.shape, -1))
    loop = Loop(states[:, 0], states[:, 1:], period, p)
    n = system.size
    flow = system.slopes(loop.inner.reshape(-1, n), p).reshape(loop.inner.shape) * period
    guess = Orbit(mesh, loop, flow, loop.times(0.0), np.ones(n, complex), 0.0)
    found = curve.at_value(guess, p)
    for _ in range(2):
        found = None if found is None else curve.at_value(curve.on_mesh(found, adapted(found, SPIKE_CELLS)), p)
    return found
