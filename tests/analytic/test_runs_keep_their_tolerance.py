"""No sample, end or spike of a run is more than 10 tolerances off its closed form, whatever membrane and stimulus."""

import numpy as np
import pytest

import loligo as lo
from analytic.linear_membranes import PASSIVE, V_SCALE, judged, random_problem

WITHIN = 10  # tolerances


def verdict_of_all(seeds, tolerance, **how):
    shape = {key: how.pop(key) for key in ("two", "fastest") if key in how}
    found = {}
    for seed in seeds:
        problem = random_problem(np.random.default_rng(seed), **shape)
        for count in (100, 0):
            found[seed, count] = judged(problem, tolerance, count=count, **how)
    return found


@pytest.mark.parametrize("tolerance", [1e-4, 1e-6, 1e-8, 1e-10])
@pytest.mark.parametrize("two", [False, True], ids=["one variable", "complex eigenvalues"])
def test_random_linear_membranes(tolerance, two):
    for case, found in verdict_of_all(range(12 if two else 40), tolerance, two=two).items():
        assert max(found.samples, found.end, found.spikes) <= WITHIN, case
        assert (found.invented, found.missed) == (0, 0), case


@pytest.mark.parametrize("method", ["auto", "rosenbrock"])
@pytest.mark.parametrize("tolerance", [1e-4, 1e-6, 1e-8])
def test_random_stiff_membranes(tolerance, method):
    for case, found in verdict_of_all(range(100, 130), tolerance, fastest=1e7, method=method).items():
        assert max(found.samples, found.end, found.spikes) <= WITHIN, case
        assert (found.invented, found.missed) == (0, 0), case


@pytest.mark.parametrize("tolerance", [1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("z", np.arange(3.0, 9.0, 0.25))
def test_steps_near_the_border_of_stability_of_the_explicit_method(z, tolerance):
    # a step that ends at an edge has a known h lambda: here the blend of error estimates of order 8 has its zero
    rate = 40.0
    membrane = PASSIVE.replace(g_leak=rate, E_leak=-70.0, spike_level=0.0)
    worst = 0.0
    for swing in 10.0 ** np.arange(-5, 1):
        stimulus = lo.Pulses(swing * rate, onsets=[1.0 + k * (z / rate) for k in range(0, 8, 2)], width=z / rate)
        times = np.linspace(1.0, 1.0 + 8 * z / rate, 300)
        run = lo.simulate(
            membrane, stimulus, times[-1], initial=[-70.0], sampling=times, tolerance=tolerance, method="explicit"
        )
        pieces, v, true = stimulus.joined(times[-1]), -70.0, np.full(times.size, -70.0)
        for a, b, on in zip(pieces.edges[:-1], pieces.edges[1:], pieces.constant, strict=True):
            inside = (times >= a) & (times <= b)
            aim = -70.0 + on / rate
            true[inside] = aim + (v - aim) * np.exp(-rate * (times[inside] - a))
            v = aim + (v - aim) * np.exp(-rate * (b - a))
        worst = max(worst, np.abs(run.v - true).max())
    assert worst <= WITHIN * tolerance * V_SCALE


@pytest.mark.parametrize("method", ["explicit", "explicit5", "rosenbrock", "auto"])
@pytest.mark.parametrize("tolerance", [1e-2, 1e-4, 1e-8])
def test_samples_of_a_membrane_at_rest_are_its_rest(method, tolerance):
    # from a rest that is right to the last bit but one the steps are far longer than the dense output can be used for
    worst = 0.0
    for rate in np.geomspace(0.02, 200.0, 41):
        membrane = PASSIVE.replace(g_leak=rate, E_leak=-69.3, spike_level=0.0)
        run = lo.simulate(
            membrane,
            lo.Step(0.0, 0, 1),
            60,
            initial=[np.nextafter(-69.3, 0)],
            sampling=0.25,
            tolerance=tolerance,
            method=method,
        )
        worst = max(worst, np.abs(run.v + 69.3).max())
    assert worst <= WITHIN * tolerance * V_SCALE


@pytest.mark.parametrize("seed", [10003, 19259])
def test_dense_outputs_whose_estimate_vanishes_by_chance_under_a_wave(seed):
    # the two of 10,000 random membranes of which one stage of the dense output says nothing at 1e-10
    verdict = judged(random_problem(np.random.default_rng(seed)), 1e-10, count=5000, seed=seed)
    assert max(verdict.samples, verdict.end) <= WITHIN


@pytest.mark.parametrize(
    ("method", "rate"),
    [(method, rate) for method in ("auto", "explicit", "explicit5", "rosenbrock") for rate in (2.0, 200.0)]
    + [("auto", 1e5), ("rosenbrock", 1e5)],  # an explicit method would take millions of steps
)
def test_a_wave_from_a_standstill_is_not_leapt_over(method, rate):
    # at phase 0 the slope where the sine begins is 0, and a membrane that follows it is right at both ends of any step
    frequency, swing, start = 0.02, 20.0, 10.0
    membrane = PASSIVE.replace(g_leak=rate, E_leak=-20.0, spike_level=-1.0)
    omega, gain = 2 * np.pi * frequency, swing * rate
    run = lo.simulate(
        membrane,
        lo.Sine(gain, frequency=frequency, start=start, stop=110),
        120,
        initial=[-20.0],
        sampling=0.05,
        method=method,
    )
    s = np.clip(run.t - start, 0, 100)

    def follows(s):
        return gain * (rate * np.sin(omega * s) - omega * np.cos(omega * s)) / (rate**2 + omega**2)

    during = follows(s) - follows(0.0) * np.exp(-rate * s)
    true = -20.0 + during * np.where(run.t > 110, np.exp(-rate * np.maximum(run.t - 110, 0)), 1.0)
    assert np.abs(run.v - true).max() <= WITHIN * 1e-6 * V_SCALE
    assert run.spikes.size == 2


@pytest.mark.parametrize("tolerance", [1e-4, 1e-6])
def test_sampling_changes_no_bit_of_spikes_and_ends(tolerance):
    for seed in range(30):
        problem = random_problem(np.random.default_rng(seed))
        runs = [
            lo.simulate(
                problem.membrane, problem.stimulus, problem.duration,
                initial=problem.initial, sampling=sampling, tolerance=tolerance,
            )
            for sampling in (None, problem.duration / 70, np.linspace(0, problem.duration, 1001))
        ]  # fmt: skip
        assert len({(run.spikes.tobytes(), run.final.tobytes()) for run in runs}) == 1


def test_a_wave_too_weak_to_move_v_costs_no_steps():
    weak, strong = (lo.Sine(amplitude, frequency=1e4) for amplitude in (1e-9, 1.0))
    none = lo.simulate(PASSIVE, lo.Step(1.0), 10, sampling=None).settings.steps
    assert lo.simulate(PASSIVE, lo.Step(1.0) + weak, 10, sampling=None).settings.steps < 2 * none + 20
    assert lo.simulate(PASSIVE, lo.Step(1.0) + strong, 10, sampling=None).settings.steps > 1000
