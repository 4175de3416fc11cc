"""A gate that opens within a fraction of a millivolt is finite and exact everywhere, timed or instantaneous."""

import mpmath
import numpy as np
import pytest

import loligo as lo

V = np.concatenate([np.linspace(-200, 200, 81), -75 + np.linspace(-1, 1, 21)])


@pytest.mark.parametrize("instantaneous", [False, True])
@pytest.mark.parametrize("slope", [2.0, 0.5, 0.1, 0.02])
def test_steady_state(slope, instantaneous):
    gate = lo.Gate("x", inf=f"1/(1 + exp(-(v + 75)/{slope}))", tau="1", instantaneous=instantaneous)
    membrane = lo.Membrane(lo.Channel("K", g=3, E=-80, open=gate), lo.Channel("leak", g=0.3, E=-50))
    found = lo.rates(membrane, V)["x"].inf
    with mpmath.workdps(50):
        for v, x in zip(V.tolist(), found.tolist(), strict=True):
            expected = 1 / (1 + mpmath.exp(-(mpmath.mpf(v) + 75) / mpmath.mpf(str(slope))))
            assert x == pytest.approx(float(expected), rel=1e-11, abs=1e-300)


def test_a_run_through_the_step():
    gate = lo.Gate("x", inf="1/(1 + exp(-(v + 75)/0.1))", tau="1")
    membrane = lo.Membrane(lo.Channel("K", g=3, E=-80, open=gate), lo.Channel("leak", g=0.3, E=-50))
    run = lo.simulate(membrane, lo.Ramp(20.0, 0, 50), 100, initial={"v": -90.0, "x": 0.0})
    assert np.isfinite(run.states).all()
    assert -1e-6 <= run["x"].min() < 0.1  # ten times the tolerance, times the scale of a gate
    assert 0.9 < run["x"].max() <= 1 + 1e-6
