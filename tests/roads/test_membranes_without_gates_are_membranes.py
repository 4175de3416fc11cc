"""A membrane without gates has empty rates, and runs, clamps, rests and draws as any other."""

import warnings

import numpy as np

import loligo as lo

LEAKY = lo.Membrane(lo.Channel("leak", g=0.3, E=-70.0), name="leaky")


def test_rates_are_empty():
    rates = lo.rates(LEAKY, [-70.0, 0.0])
    assert dict(rates.gates) == {}
    assert rates.v.tolist() == [-70.0, 0.0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert rates.plot().axes


def test_it_runs_clamps_and_rests():
    assert lo.rest(LEAKY).v == -70.0
    assert np.isclose(lo.simulate(LEAKY, lo.Step(3.0), 100).v[-1], -60.0)
    assert np.allclose(lo.voltage_clamp(LEAKY, lo.Step(10.0), 5).current("leak"), 3.0)
    assert lo.Population(LEAKY, g_leak=[0.3, 0.6]).run(lo.Step(3.0), 50, progress=False).status.tolist() == ["ok", "ok"]
