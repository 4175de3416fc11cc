"""A run that becomes infinite or NaN stops with an error that says when, in which variable, and what to try."""

import math

import numpy as np
import pytest

import loligo as lo
from analytic.closed_forms import IDLE
from loligo.integrate import METHODS


def bag(*parts, **settings):
    return lo.Membrane(*parts, name="bag", **settings)


@pytest.mark.parametrize("method", ["auto", *METHODS])
def test_a_current_that_feeds_itself(method):
    # dv/dt = v**3 from 1 mV is infinite at 0.5 ms
    membrane = bag(lo.Current("runaway", "-v**3"), IDLE)
    with pytest.raises(lo.DivergenceError, match=r"bag diverges at t = 0\.\d+ ms: v is no longer finite") as caught:
        lo.simulate(membrane, duration=3, initial={"v": 1.0, "x": 1.0}, method=method)
    assert caught.value.time == pytest.approx(0.5, abs=1e-3)
    assert caught.value.variable == "v"
    assert "Check the formulas" in str(caught.value)
    assert isinstance(caught.value, ArithmeticError)


@pytest.mark.parametrize("method", ["auto", *METHODS])
def test_a_state_that_feeds_itself(method):
    # dx/dt = x**2 from 0.25 is infinite at 4 ms
    membrane = bag(lo.Channel("leak", g=0.3, E=-60.0), lo.State("x", "x**2", initial=1.0))
    with pytest.raises(lo.DivergenceError) as caught:
        lo.simulate(membrane, duration=9, initial={"v": -60.0, "x": 0.25}, method=method)
    assert caught.value.time == pytest.approx(4.0, abs=1e-3)
    assert caught.value.variable == "x"


def test_a_current_of_absurd_strength():
    with pytest.raises(lo.DivergenceError, match="amplitude of the stimulus") as caught:
        lo.simulate(lo.models.squid(), lo.Step(1e300, start=3), 5)
    assert caught.value.time == pytest.approx(3.0, abs=1e-6)


def test_a_number_that_appears_late():
    # log(1 - x) has no value when x has grown beyond 1, at 2 ms
    membrane = bag(lo.Channel("leak", g=0.3, E="-60 + 1e-3*log(1 - x)"), lo.State("x", "0.5", initial=1.0))
    with pytest.raises(lo.DivergenceError) as caught:
        lo.simulate(membrane, duration=9, initial={"v": -60.0, "x": 0.0})
    assert caught.value.time == pytest.approx(2.0, abs=0.01)


def test_exponential_growth_is_followed_as_far_as_it_is_finite():
    # dv/dt = v: no singularity, so no divergence, in as many steps as the logarithm has digits
    membrane = bag(lo.Current("negative", "-v"), IDLE)
    run = lo.simulate(membrane, duration=20, initial={"v": 1.0, "x": 1.0}, tolerance=1e-9, sampling=[20.0])
    assert run.v[0] == pytest.approx(math.exp(20), rel=1e-6)


def test_step_limit_errors_name_the_time_reached():
    with pytest.raises(lo.StepLimitError, match=r"squid reached only t = \d\S* ms .* most_steps="):
        lo.simulate(lo.models.squid(), lo.Step(10.0), 1000, most_steps=100)
    run = lo.simulate(lo.models.squid(), lo.Step(10.0), 10, most_steps=1000)
    assert run.settings.steps + run.settings.rejected <= 1000


def test_an_overflowing_clamp_is_reported():
    with pytest.raises(lo.DivergenceError, match="under this command from t = 2 ms"):
        lo.voltage_clamp(lo.models.squid(), lo.Step(-1e5, start=2), 5)


def test_the_neighbours_of_a_divergence_are_fine():
    squid = lo.models.squid()
    before = lo.simulate(squid, lo.Step(10.0), 20)
    with pytest.raises(lo.DivergenceError):
        lo.simulate(squid, lo.Step(1e300), 5)
    np.testing.assert_array_equal(lo.simulate(squid, lo.Step(10.0), 20).states, before.states)


def test_clamp_errors_name_the_potential():
    # beta of m is 4 exp(-v/18), which is no number below 18 log(4/largest)
    lowest = 18 * (math.log(4) - math.log(np.finfo(float).max))
    with pytest.raises(lo.DivergenceError, match="m is no longer finite") as caught:
        lo.voltage_clamp(lo.models.squid(), lo.Ramp(-2e4, start=1, stop=11), 12, holding=0.0)
    assert caught.value.time == pytest.approx(1 - lowest / 2000, abs=0.05)
    assert caught.value.variable == "m"


def test_a_state_that_feeds_itself_under_a_clamp():
    # at 50 mV dx/dt = 11 (x**2 + 1), which from 0 on is infinite after pi/22 ms; at -60 mV x is 0
    x = lo.State("x", "(x**2 + 1)*(v + 60)/10 - x*(50 - v)", initial=1.0)
    membrane = bag(lo.Channel("leak", g=0.3, E=-60.0), x)
    with pytest.raises(lo.DivergenceError) as caught:
        lo.voltage_clamp(membrane, lo.Step(110.0, start=1), 9, holding=-60.0)
    assert caught.value.time == pytest.approx(1 + math.pi / 22, abs=1e-3)
    assert caught.value.variable == "x"


S = lo.Gate("s", inf="1/(1 + exp(-(v + 20)/9))", tau="1.5")
NERNST = bag(
    lo.Channel("Ca", g=2.0, E="12.2*log(3000/ca)", open=S**2),
    lo.Channel("leak", g=0.1, E=-55),
    lo.State("ca", "(0.05 - ca)/80 - 0.02*I_Ca", initial=0.05, unit="µM"),
)


@pytest.mark.parametrize("method", ["auto", "rosenbrock"])
@pytest.mark.parametrize("amplitude", [100.0, 300.0, 500.0])
def test_a_strong_stimulus_with_a_nernst_calcium_is_followed(amplitude, method):
    # calcium falls to 1e-20 µM and less, and stays above 0, where its reversal potential follows v
    runs = [
        lo.simulate(
            NERNST, lo.Step(amplitude, start=10, stop=60), 100, initial={"v": -60}, method=method, tolerance=tolerance
        )
        for tolerance in (1e-6, 1e-7)
    ]
    assert (runs[0]["ca"] > 0).all()
    np.testing.assert_allclose(runs[0].v, runs[1].v, rtol=0, atol=1e-2)


def test_a_finite_solution_is_not_called_unbounded():
    with pytest.raises(lo.DivergenceError) as caught:
        lo.simulate(NERNST, lo.Step(2000.0, start=10, stop=60), 100, initial={"v": -60})
    assert "a formula overflows or is NaN" in str(caught.value)
    assert "no bound" not in str(caught.value)
    assert "diverges" not in str(caught.value)


def test_too_fast_dynamics_are_reported_as_such():
    # at -400 mV a gate of the squid follows within 1e-10 ms, which a time of 1000 ms has no digits for
    with pytest.raises(lo.DivergenceError, match="changes faster than floating-point times of this size can resolve"):
        lo.simulate(lo.models.squid(), None, 1030, interventions=lo.Reset({"v": -400.0}, 1000), sampling=None)
