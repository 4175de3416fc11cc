"""Where a gate is so fast that an explicit method would crawl, `simulate` takes the implicit one, and is right."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import loligo as lo
from reference.literal import DOUBLES, Literal

_, H, N = lo.models.squid().gates
M = lo.Gate("m", alpha="speed*0.1*(25 - v)/(exp((25 - v)/10) - 1)", beta="speed*4*exp(-v/18)")
FAST = lo.Membrane(
    lo.Channel("Na", g=120, E=115, open=M**3 * H),
    lo.Channel("K", g=36, E=-12, open=N**4),
    lo.Channel("leak", g=0.3, E=10.6),
    constants={"speed": 2500.0},  # tau of m is 2e-4 ms at most, and 1e-4 ms on the way up
    spike_level=50.0,
    name="stiff squid",
)
STEP = lo.Step(10.0, 5, 45)


def test_the_method_changes_and_the_steps_are_few():
    run = lo.simulate(FAST, STEP, 60)
    assert run.settings.method.split("+")[-1] == "rosenbrock"
    assert run.settings.method.split("+")[0] != "rosenbrock"
    # stability alone would hold an explicit method to 6 tau a step: 100,000 of them
    assert run.settings.steps < 10_000


def test_the_change_is_right():
    run = lo.simulate(FAST, STEP, 60, tolerance=1e-8)
    forced = lo.simulate(FAST, STEP, 60, tolerance=1e-8, method="rosenbrock")
    np.testing.assert_allclose(run.spikes, forced.spikes, rtol=0, atol=1e-5)
    np.testing.assert_allclose(run.v, forced.v, rtol=0, atol=1e-2)


def test_it_agrees_with_scipy():
    times = np.linspace(0, 20, 401)
    run = lo.simulate(FAST, lo.Step(10.0), 20, tolerance=1e-9, sampling=times)
    literal = Literal(FAST, DOUBLES)
    expected = solve_ivp(
        lambda t, y: literal.slope(y.tolist(), 10.0),
        (0, 20),
        run.states[0],
        method="LSODA",
        t_eval=times,
        rtol=1e-9,
        atol=1e-10,
    ).y.T
    np.testing.assert_allclose(run.v, expected[:, 0], rtol=0, atol=1e-2)
    np.testing.assert_allclose(run.states[:, 1:], expected[:, 1:], rtol=0, atol=1e-4)
    assert run.spikes.size >= 1


def test_the_squid_far_too_hot_and_far_below_rest_is_seen_to_be_stiff():
    # m closes within 1e-5 ms; along v, which hardly moves, that is seen on every second step only
    hot = lo.models.squid().replace(celsius=69.38, C=8.3, g_Na=11.2, g_K=9.06)
    run = lo.simulate(hot, lo.Step(-39.0), 60, tolerance=1e-6, initial={"v": -60})
    assert run.settings.method == "explicit+rosenbrock"
    assert run.settings.steps + run.settings.rejected < 1000
    forced = lo.simulate(hot, lo.Step(-39.0), 60, tolerance=1e-6, initial={"v": -60}, method="rosenbrock")
    np.testing.assert_allclose(run.v, forced.v, rtol=0, atol=1e-4)


def test_an_explicit_method_comes_to_the_same_slowly():
    crawl = lo.simulate(FAST, lo.Step(10.0), 3, method="explicit", tolerance=1e-8, sampling=0.1)
    quick = lo.simulate(FAST, lo.Step(10.0), 3, tolerance=1e-8, sampling=0.1)
    assert crawl.settings.method == "explicit"
    assert crawl.settings.steps > 2 * quick.settings.steps
    np.testing.assert_allclose(quick.v, crawl.v, rtol=0, atol=1e-3)


def test_samples_and_spikes_continue_across_the_change():
    run = lo.simulate(FAST, STEP, 60, sampling=0.01)
    assert run.t.size == run.states.shape[0] == 6001
    assert np.abs(np.diff(run.v)).max() < 40  # mV in 0.01 ms: no gap, no repeat
    crossings = np.flatnonzero((run.v[:-1] < 50) & (run.v[1:] >= 50))
    np.testing.assert_allclose(run.spikes, run.t[crossings], rtol=0, atol=0.0101)


def test_windows_continue_across_the_change():
    run = lo.simulate(FAST, STEP, 60, interventions=lo.Hold("n", 0.2, 10, 30))
    held = (run.t > 10) & (run.t <= 30)
    np.testing.assert_allclose(run["n"][held], 0.2, rtol=1e-15)
    assert (run["n"][run.t > 30.1] != 0.2).all()


def test_the_gate_is_as_fast_as_it_should_be():
    tau = lo.rates(FAST, [0.0, 25.0, 40.0])["m"].tau
    assert 1e-5 < tau.min() < 1e-4 < tau.max() < 2.1e-4


@pytest.mark.parametrize("speed", [1.0, 3.0])
def test_a_gate_that_is_not_so_fast_changes_nothing(speed):
    run = lo.simulate(FAST.replace(speed=speed), STEP, 60)
    assert "rosenbrock" not in run.settings.method


def test_the_squid_itself_is_not_stiff():
    for amplitude in (-20.0, 10.0, 60.0):
        assert "rosenbrock" not in lo.simulate(lo.models.squid(), lo.Step(amplitude), 100).settings.method


def test_a_quiet_membrane_that_stability_holds_short_is_stiff_whatever_its_time_scale():
    for scale in (1.0, 1e3):  # milliseconds or seconds: the same run
        leaky = lo.Membrane(lo.Channel("leak", g=250.0 / scale, E=-70.0), C=1.0)
        run = lo.simulate(leaky, lo.Step(1.0 / scale, start=5 * scale), 1e4 * scale, sampling=None)
        assert run.settings.method == "explicit+rosenbrock"
        assert run.settings.steps < 200
        assert abs(run.final[0] - (-70.0 + 1 / 250)) < 1e-4


def test_the_method_changes_back_where_the_explicit_one_is_quicker():
    # rest for 10 s, at the border of stability, then spikes
    run = lo.simulate(lo.models.squid(), lo.Step(10.0, start=9_700), 10_000, sampling=None)
    late = lo.simulate(lo.models.squid(), lo.Step(10.0, start=20), 320, sampling=None)
    assert run.settings.method == "explicit+rosenbrock"
    np.testing.assert_allclose(run.spikes - 9_680, late.spikes, rtol=0, atol=1e-4)
