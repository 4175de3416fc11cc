"""A member's peak, begin and width are right where v turns because a formula jumps, as they are at an edge."""

import numpy as np
import pytest

import loligo as lo

RATE, SWING = 0.5, 80.0  # per ms, mV


@pytest.mark.parametrize("method", ["explicit", "rosenbrock"])
def test_a_pulse_of_a_clock_is_measured_as_one_of_the_stimulus(method):
    membrane = lo.Membrane(
        lo.Channel("leak", g=RATE, E=-60.0),
        lo.Current("pulse", "0 if clock < 10 else (-push if clock < 15 else 0)"),
        lo.State("clock", "1.0", initial=0.0),
        constants={"push": 0.0},
        spike_level=0.0,
    )
    features = ["spike_count", "peak_voltage", "AP_amplitude", "AP_duration_half_width"]
    pushes = np.array([1.0, 1.5, 2.0]) * SWING * RATE
    start = {"initial_v": np.full(3, -60.0), "initial_clock": np.zeros(3)}
    own = lo.Population.table(membrane, start | {"push": pushes}).run(
        lo.Step(0.0, start=5, stop=25), 30, features=features, method=method, progress=False
    )
    height = pushes / RATE * -np.expm1(-RATE * 5.0)
    np.testing.assert_array_equal(own.spike_count, 1)
    np.testing.assert_allclose(own.peak_voltage, height - 60.0, rtol=0, atol=1e-2)
    np.testing.assert_allclose(own.AP_amplitude, height, rtol=0, atol=1e-2)
    # v rises by more than 10 mV/ms as soon as the pulse begins
    up = -np.log1p(-0.5 * height * RATE / pushes) / RATE
    width = 5.0 - up + np.log(2.0) / RATE
    np.testing.assert_allclose(own.AP_duration_half_width, width, rtol=0, atol=1e-2)
