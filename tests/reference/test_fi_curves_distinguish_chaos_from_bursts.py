"""`fi_curve` of Hindmarsh and Rose's neuron settles where it bursts periodically, and says so where it is chaotic.

Hindmarsh JL, Rose RM (1984) A model of neuronal bursting using three coupled first order differential equations. Proc R
Soc Lond B 221:87-102, doi:10.1098/rspb.1984.0024: periodic bursts at I = 2, irregular ones at I = 3.25.
"""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import loligo as lo

R = 0.005
LEVEL = 0.5
NEURON = lo.Membrane(
    lo.Current("cubic", "v**3 - 3*v**2"),
    lo.Current("fast", "-y"),
    lo.Current("adaptation", "z"),
    lo.State("y", "1 - 5*v**2 - y", initial=-5.0),
    lo.State("z", "r*(4*(v + 1.6) - z)", initial=2.0),
    C=1.0,
    constants={"r": (R, "kHz")},
    spike_level=LEVEL,
    v_scale=0.5,
    name="Hindmarsh-Rose",
)


def slopes(current):
    def slope(_, state):
        x, y, z = state
        return [y - x**3 + 3 * x**2 - z + current, 1 - 5 * x**2 - y, R * (4 * (x + 1.6) - z)]

    return slope


def run(current, duration, start):
    def crossing(_, state):
        return state[0] - LEVEL

    crossing.direction = 1.0
    return solve_ivp(
        slopes(current), (0.0, duration), start, method="DOP853", rtol=1e-10, atol=1e-11, events=crossing,
        t_eval=[duration],
    )  # fmt: skip


@pytest.fixture(scope="module")
def curve():
    return lo.fi_curve(NEURON, [0.0, 2.0, 3.25, 4.0], cycles=False)


@pytest.mark.parametrize("amplitude", [2.0, 4.0])
def test_periodic_firing(curve, amplitude):
    settled = run(amplitude, 3000.0, lo.rest(NEURON).state)
    spikes = run(amplitude, 1000.0, settled.y[:, -1]).t_events[0]
    at = list(curve.step.amplitude).index(amplitude)
    per_burst = 1 if np.isnan(curve.step.spikes_per_burst[at]) else round(curve.step.spikes_per_burst[at])
    whole = (spikes.size - 1) // per_burst * per_burst
    truth = 1e3 * whole / (spikes[whole] - spikes[0])
    assert (per_burst > 1) == (amplitude == 2.0)
    for branch in curve.branches.values():
        assert branch.settled[at]
        assert branch.steady[at] == pytest.approx(truth, rel=2e-5)
        if per_burst > 1:
            assert branch.burst_frequency[at] * per_burst == pytest.approx(truth, rel=2e-5)


def test_chaos_does_not_settle(curve):
    at = list(curve.step.amplitude).index(3.25)
    begin = run(3.25, 1000.0, lo.rest(NEURON).state).y[:, -1]
    one, other = (run(3.25, 2000.0, begin + shift).y[:, -1] for shift in (0.0, 1e-8))
    assert np.abs(one - other).max() > 0.01  # neighbours part: a million times as far as they were
    for branch in curve.branches.values():
        assert not branch.settled[at]
        assert np.isnan(branch.spikes_per_burst[at])
        assert 10 < branch.steady[at] < 60  # the mean rate
    assert "have not settled" in repr(curve)


def test_rest(curve):
    for branch in curve.branches.values():
        assert branch.settled[0]
        assert branch.steady[0] == branch.oscillation[0] == branch.swing[0] == 0.0
