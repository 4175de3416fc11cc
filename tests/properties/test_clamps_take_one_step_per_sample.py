"""A clamp goes over a recorded command in about one step a sample: nothing is started again at its edges."""

import numpy as np
import pytest

import loligo as lo

SQUID = lo.models.squid()
SPIKES = lo.simulate(SQUID, lo.Step(10.0, start=5), 60, sampling=0.02).v


def test_action_potentials_as_commands():
    run = lo.voltage_clamp(SQUID, lo.Samples(SPIKES - SPIKES[0], dt=0.02), 60, holding=float(SPIKES[0]), sampling=0.02)
    assert SPIKES.max() > 80
    assert SPIKES.size - 1 <= run.settings.steps <= 1.02 * SPIKES.size
    assert run.settings.rejected <= 0.02 * SPIKES.size


@pytest.mark.parametrize("membrane", [SQUID, lo.models.stomatogastric()], ids=lambda one: one.name)
def test_noise_as_a_command(membrane):
    values = np.random.default_rng(4).normal(0, 2.0, 3001)
    run = lo.voltage_clamp(membrane, lo.Samples(values, dt=0.02), 60, holding=-60.0, sampling=0.02)
    assert run.settings.steps + run.settings.rejected <= 1.1 * values.size


def test_many_held_values_are_the_exponentials_of_few():
    # the first 200 values are computed one way, a thousand another
    values = np.random.default_rng(5).normal(0, 30.0, 1000)
    short, long = (
        lo.voltage_clamp(SQUID, lo.Samples(values[:n], dt=0.1, between="hold"), 0.1 * n, holding=0.0, sampling=0.03)
        for n in (200, 1000)
    )
    inside = long.t < 19.99
    np.testing.assert_allclose(long.states[inside], short.states[short.t < 19.99], rtol=1e-12, atol=1e-15)
    assert short.settings.tolerance == long.settings.tolerance == 0.0
