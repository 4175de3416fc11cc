"""A trace of v is fitted by multiple shooting: what made it is found, within its errors, from far away."""

import numpy as np
import pytest

import loligo as lo

SQUID = lo.models.squid(rest=-65)
CURRENT = lo.Noise(5.0, tau=3.0, seed=1, mean=8.0, stop=60.0, dt=0.1)
BOUNDS = {"g_Na": lo.Bound(40, 360, "log"), "g_K": lo.Bound(12, 108, "log"), "C": lo.Bound(1 / 3, 3, "log")}


@pytest.fixture(scope="module")
def sweep():
    with pytest.warns(lo.NoiseSpacingWarning):
        made = lo.simulate(SQUID, CURRENT, duration=60, sampling=0.1)
    assert len(made.spikes) > 3
    noisy = made.v + np.random.default_rng(1).normal(0, 1.0, made.t.size)
    return lo.Sweep(made.t, v=noisy, stimulus=CURRENT)


def test_every_corner_of_the_bounds_leads_to_what_made_the_trace(sweep):
    fit = lo.fit(SQUID, sweep, BOUNDS, starts=[[41, 13, 0.34], [350, 13, 2.9], [41, 105, 2.9]], threads=1)
    assert max(run.misfit for run in fit.runs) < 1.001 * fit.misfit
    assert fit.misfit == pytest.approx(1.0, abs=0.1)
    for name, value in (("g_Na", 120), ("g_K", 36), ("C", 1)):
        assert abs(fit.values[name] - value) < 4 * fit.errors[name]
        assert fit.errors[name] < 0.05 * value
    assert "mV over 601 samples; 3 of 3 starts" in str(fit)
