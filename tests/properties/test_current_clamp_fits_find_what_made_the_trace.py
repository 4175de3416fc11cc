"""A trace of v is fitted by multiple shooting: what made it is found, within its errors, from far away."""

import numpy as np
import pytest

import loligo as lo
from loligo.fitting.bounds import box_of
from loligo.fitting.current_clamp import CurrentClamped
from loligo.fitting.regression import regressed
from loligo.fitting.shooting import ShootingProblem
from loligo.kernel.stops import current_stop

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


@pytest.fixture(scope="module")
def problem(sweep):
    box = box_of(SQUID, BOUNDS, ())
    return ShootingProblem(CurrentClamped(SQUID, [sweep], box.names), box, np.array([1.0]), [(1, 40.0, 2.0)])


def test_the_gradient_is_the_derivative_of_the_sum_of_squares(problem):
    cut = problem.stretches
    assert len(cut[0]) > 5
    random = np.random.default_rng(4)
    for own, tie in ((cut, 0.1), (problem.whole, 1.0)):
        size = 3 + 4 * len(own[0])
        point, way = random.uniform(0.3, 0.7, size), random.normal(size=size)
        step = 1e-6 * way  # one run of the whole trace bends at a ten thousandth
        ends = [problem.tied(point + side * step, own, tie).cost for side in (1, -1)]
        expected = 2.0 * problem.tied(point, own, tie).gradient @ step
        assert 0.5 * (ends[0] - ends[1]) == pytest.approx(expected, rel=1e-3)


def test_stretches_hold_every_sample_once(problem):
    (own,) = problem.stretches
    numbers = np.concatenate([np.arange(problem.samples)[one.samples] for one in own])
    assert numbers.tolist() == list(range(problem.samples))
    assert [one.stop for one in own[:-1]] == [one.start for one in own[1:]]


def test_fits_from_every_corner_of_the_bounds_recover_the_truth(sweep):
    fit = lo.fit(SQUID, sweep, BOUNDS, starts=[[41, 13, 0.34], [350, 13, 2.9], [41, 105, 2.9]], threads=1)
    assert min(run.evaluations for run in fit.runs) > 20  # those in which ties are tightened are counted
    assert max(run.misfit for run in fit.runs) < 1.001 * fit.misfit
    assert fit.misfit == pytest.approx(1.0, abs=0.1)
    for name, value in (("g_Na", 120), ("g_K", 36), ("C", 1)):
        assert abs(fit.values[name] - value) < 4 * fit.errors[name]
        assert fit.errors[name] < 0.05 * value
    assert "mV over 601 samples; 3 of 3 starts" in str(fit)


def test_a_limit_of_time_while_ties_are_drawn_tighter_keeps_the_start(sweep, monkeypatch):
    plain, calls = ShootingProblem.tied, []

    def limited(self, *arguments, **more):
        calls.append(arguments)
        if len(calls) == 4:
            current_stop().ask()  # as a time limit does
        return plain(self, *arguments, **more)

    monkeypatch.setattr(ShootingProblem, "tied", limited)
    fit = lo.fit(SQUID, sweep, BOUNDS, starts=[[100, 30, 1.2]], threads=1)
    assert fit.ended == "the time limit"
    (run,) = fit.runs
    assert not run.converged
    assert 3 <= run.evaluations < 10
    assert np.isfinite(run.misfit)
    assert run.values != {"g_Na": 100, "g_K": 30, "C": 1.2}  # some way was gone


def test_a_limit_of_time_before_the_first_evaluation_keeps_the_start(sweep, monkeypatch):
    plain = ShootingProblem.begun

    def limited(self, point):
        current_stop().ask()  # as a limit of time does
        return plain(self, point)

    monkeypatch.setattr(ShootingProblem, "begun", limited)
    fit = lo.fit(SQUID, sweep, BOUNDS, starts=[[100, 30, 1.2], *[[110, 40, 1.1]] * 20], threads=1)
    assert fit.ended == "the time limit"
    (run,) = fit.runs
    assert run.values == pytest.approx({"g_Na": 100, "g_K": 30, "C": 1.2})
    assert run.misfit > 1.0
    assert not run.converged


def test_a_regression_is_a_further_start(sweep, monkeypatch):
    plain = ShootingProblem.regressed

    def limited(self):
        point = plain(self)
        current_stop().ask()
        return point

    monkeypatch.setattr(ShootingProblem, "regressed", limited)
    fit = lo.fit(SQUID, sweep, BOUNDS, starts=0, threads=1)
    assert [run.origin for run in fit.runs] == ["regression"]
    assert fit.runs[0].values == pytest.approx({"g_Na": 120, "g_K": 36, "C": 1}, rel=0.2)


def test_uneven_samples_are_compared_at_their_times(sweep):
    chosen = np.sort(np.random.default_rng(2).choice(sweep.t.size, 200, replace=False))
    uneven = lo.Sweep(sweep.t[chosen], v=sweep.v[chosen], stimulus=CURRENT)
    fit = lo.fit(SQUID, uneven, BOUNDS, starts=[[100, 40, 0.8]], threads=1, noise=1.0)
    assert fit.misfit == pytest.approx(1.0, abs=0.15)
    for name, value in (("g_Na", 120), ("g_K", 36), ("C", 1)):
        assert abs(fit.values[name] - value) < 4 * fit.errors[name]


def test_kinetic_schemes_and_further_states_are_followed():
    # a scheme of one opening, and a pool that its current fills: as simulate runs them
    ways = [("C", "O", "0.2*exp(v/40)", "0.3*exp(-v/40)")]
    two = lo.Scheme("K", states=["C", "O"], transitions=ways, open="O")
    membrane = lo.Membrane(
        lo.Channel("leak", g=0.2, E=-60.0), lo.Channel("K", g=1.0, E=-90.0, open=two),
        lo.Current("pump", "0.5*ca"), lo.State("ca", derivative="0.002*(v + 70) - ca/20", initial=0.1, unit="µM"),
    )  # fmt: skip
    stimulus = lo.Step(6.0, start=5, stop=40)
    made = lo.simulate(membrane, stimulus, 60, sampling=0.2)
    noisy = made.v + np.random.default_rng(3).normal(0, 0.5, made.t.size)
    bounds = {"g_leak": (0.05, 1), "g_K": (0.2, 5)}
    fit = lo.fit(membrane, lo.Sweep(made.t, v=noisy, stimulus=stimulus), bounds, starts=[[0.4, 2.0]], threads=1)
    assert fit.misfit == pytest.approx(0.5, abs=0.1)
    for name, value in (("g_leak", 0.2), ("g_K", 1.0)):
        assert abs(fit.values[name] - value) < 4 * fit.errors[name]
        assert fit.errors[name] < 0.2 * value
    box = box_of(membrane, bounds, ())
    found = box.values(regressed(CurrentClamped(membrane, fit.sweeps, box.names), box, np.array([0.5]), ()))
    assert found == pytest.approx([0.2, 1.0], rel=0.3)  # by its regression alone
