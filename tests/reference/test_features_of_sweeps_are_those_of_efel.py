"""Features of a sweep are what eFEL makes of the same samples: no more than an interval between two samples apart."""

import warnings

import numpy as np
import pytest

import loligo as lo
from loligo.population import FEATURES
from reference.abf import RAMP

efel = pytest.importorskip("efel")

NAMES = [name for name in FEATURES if name != "activity"]  # which eFEL does not have
SQUID, RS = lo.models.squid(rest=-65), lo.models.pospischil("RS")
LEVEL = -20.0


def by_efel(t, v, start, stop, dt):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of eFEL, where there is nothing to divide by
        efel.reset()
        efel.set_setting("Threshold", LEVEL)
        efel.set_setting("interp_step", dt)
        given = {"T": t, "V": v, "stim_start": [start], "stim_end": [stop]}
        values = efel.get_feature_values([given], NAMES, raise_warnings=False)[0]
    return {n: np.nan if value is None or not len(value) else float(np.mean(value)) for n, value in values.items()}


@pytest.mark.parametrize("noise", [0.0, 0.02])
@pytest.mark.parametrize("dt", [0.02, 0.1])
@pytest.mark.parametrize(
    ("membrane", "stimulus"),
    [
        (SQUID, lo.Step(-5.0, 20, 120)),
        (SQUID, lo.Step(2.5, 20, 120)),
        (SQUID, lo.Step(10.0, 20, 120)),
        (SQUID, lo.Step(150.0, 20, 120)),
        (SQUID, lo.Step(15.0, 20, 20.5) + lo.Step(1.0, 20, 120)),  # v rises twice before the peak
        (RS, lo.Step(2.0, 20, 220)),
        (RS, lo.Step(8.0, 20, 220) + lo.Ramp(4.0, 20, 220)),
    ],
)
def test_of_a_simulated_trace(membrane, stimulus, dt, noise):
    duration = stimulus.stop + 30
    t = np.arange(round(duration / dt) + 1) * dt
    v = lo.simulate(membrane, stimulus, duration, sampling=t).v + noise * np.random.default_rng(1).normal(size=t.size)
    found = lo.Sweep(t, v=v, stimulus=stimulus).features(NAMES, level=LEVEL)
    expected = by_efel(t, v, stimulus.start, stimulus.stop, dt)
    edge = np.abs(np.diff(v[np.abs(t - stimulus.stop) < 3.5 * dt])).max()  # rounding may put a sample beside it
    within = {"AP_duration_half_width": 2 * dt, "AP_amplitude": 20 * dt, "minimum_voltage": 2 * edge}
    within |= {"voltage_base": 2 * dt, "steady_state_voltage": 2 * dt}
    assert list(found) == NAMES
    for name in NAMES:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-9, atol=within.get(name, 1e-9), err_msg=name)


@pytest.mark.parametrize("which", [0, 1])
def test_of_a_recorded_neuron(which):
    sweep = lo.read_recording(RAMP)[which]
    window = (15.6, 980.0)
    found = sweep.features(NAMES, level=LEVEL, window=window)
    expected = by_efel(sweep.t, np.asarray(sweep.v), *window, 0.05)
    within = {"AP_duration_half_width": 0.1, "AP_amplitude": 1.0, "voltage_base": 0.01, "steady_state_voltage": 0.01}
    for name in NAMES:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-9, atol=within.get(name, 1e-9), err_msg=name)
