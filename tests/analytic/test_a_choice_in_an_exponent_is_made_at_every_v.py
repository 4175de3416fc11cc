"""An exponent is taken apart into a line of v and a rest only where it is a line: not where it holds a choice."""

import math

import numpy as np

import loligo as lo


def test_a_choice_in_an_exponent_is_evaluated_at_every_v():
    gate = lo.Gate("x", inf="1/(1 + exp(-(v + (40 if v > -50 else 60))/5))", tau="2 + exp(1 if v > 0 else 2)")
    membrane = lo.Membrane(lo.Channel("leak", g=0.3, E=-65), lo.Channel("X", g=1e-9, E=0, open=gate))
    potentials = np.array([-80.0, -65.0, -45.0, 10.0])
    expected = [1 / (1 + math.exp(-(v + (40 if v > -50 else 60)) / 5)) for v in potentials]
    rates = lo.rates(membrane, potentials)["x"]
    np.testing.assert_allclose(rates.inf, expected, rtol=1e-12)
    np.testing.assert_allclose(rates.tau, [2 + math.exp(1 if v > 0 else 2) for v in potentials], rtol=1e-12)
    run = lo.simulate(membrane, lo.Step(0.0), 200, initial={"v": -65.0, "x": 0.0})
    np.testing.assert_allclose(run["x"][-1], expected[1], rtol=1e-6)
