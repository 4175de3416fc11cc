"""Every shipped kind of membrane runs as SciPy's LSODA runs its formulas, read literally by another reader."""

import itertools

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import loligo as lo
from reference.every_model import EVERY_MODEL
from reference.literal import DOUBLES, Literal
from reference.squid_by_hand import slope

# model: current [µA/cm²], duration [ms], where v begins [mV]
RUNS = {
    "connor_stevens": (12.0, 60, -68.0),
    "morris_lecar": (100.0, 300, -60.0),
    "wang_buzsaki": (2.0, 60, -64.0),
    "pospischil": (3.0, 80, -70.0),
    "pospischil LTS": (3.0, 60, -80.0),
    "pospischil IB": (3.0, 40, -80.0),
    "stomatogastric": (5.0, 80, -50.0),
}


@pytest.mark.parametrize("model", RUNS)
def test_traces_and_spikes(model):
    current, duration, v = RUNS[model]
    membrane, times = EVERY_MODEL[model], np.linspace(0, duration, 401)
    run = lo.simulate(
        membrane, lo.Step(current), duration, tolerance=1e-11, sampling=times, initial={"v": v} | gates_at(membrane, v)
    )
    literal = Literal(membrane, DOUBLES)

    def crossing(t, y):
        return y[0] - membrane.spike_level

    crossing.direction = 1
    expected = solve_ivp(
        lambda t, y: literal.slope(y, current),
        (0, duration),
        run.states[0],
        method="LSODA",
        t_eval=times,
        events=crossing,
        rtol=1e-10,
        atol=1e-12,
    )
    np.testing.assert_allclose(run.v, expected.y[0], rtol=0, atol=1e-3)
    scale = np.abs(expected.y).max(axis=1)
    np.testing.assert_allclose(run.states[:, 1:] / scale[1:], (expected.y.T / scale)[:, 1:], rtol=0, atol=1e-5)
    np.testing.assert_allclose(run.spikes, expected.t_events[0], rtol=0, atol=1e-6)
    assert run.spikes.size >= 2


def gates_at(membrane, v):
    """Return the state at which gates are settled at v and calcium is as the model says."""
    rates = lo.rates(membrane, v)
    settled = {gate.name: float(rates[gate.name].inf) for gate in membrane.gates if not gate.instantaneous}
    return settled | {state.name: state.initial for state in membrane.states}


def test_the_squid_written_out_by_hand():
    stimulus = lo.Step(6.0, 2, 40) + lo.Sine(3.0, frequency=0.05, start=5, stop=40)
    times = np.linspace(0, 60, 601)
    run = lo.simulate(lo.models.squid(), stimulus, 60, tolerance=1e-11, sampling=times)
    state, found = run.states[0], []
    marks = [0.0, *stimulus.discontinuities(60), 60.0]
    for a, b in itertools.pairwise(marks):
        own = times[(times >= a) & (times < b)]
        part = solve_ivp(
            lambda t, y, b=b: slope(y, stimulus(min(t, np.nextafter(b, 0)))),
            (a, b),
            state,
            method="DOP853",
            t_eval=np.append(own, b),
            rtol=1e-11,
            atol=1e-12,
        )
        state = part.y[:, -1]
        found.append(part.y[:, :-1].T)
    np.testing.assert_allclose(run.states[:-1], np.concatenate(found), rtol=0, atol=1e-6)
    assert run.spikes.size == 2
