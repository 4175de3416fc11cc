"""Derivatives along a run equal extrapolated differences of runs: of parameters, starts, stimuli, across every edge.

Each case is held to 1e-7 of the largest derivative of a variable; the runs have a tolerance of 1e-12.
"""

from dataclasses import replace

import numpy as np
import pytest

import loligo as lo
from differences import extrapolated, largest_share

SQUID = lo.models.squid()
SMALL = lo.models.morris_lecar()
STEP = lo.Step(60.0, start=5, stop=40)
SINE = lo.Sine(25.0, frequency=0.02, offset=40.0, phase=0.4, start=3, stop=40)
TWO = lo.Step(30.0, start=5, stop=30) + lo.Sine(20.0, frequency=0.02, start=2, stop=50)
CHIRP = lo.Chirp(60.0, first=0.002, last=0.02, start=3, stop=45)
STIMULI = [
    (STEP, ["amplitude", "start", "stop"]),
    (lo.Ramp(90.0, start=3.3, stop=45), ["amplitude", "start", "stop"]),
    (SINE, ["amplitude", "frequency", "offset"]),
    (SINE, ["phase", "start", "stop"]),
    (CHIRP, ["first", "last", "stop"]),
    (lo.Noise(20.0, tau=10, seed=3, mean=45, start=2, stop=20), ["amplitude", "mean", "initial_v"]),
    (TWO, ["amplitude", "terms[0].start", "terms[1].frequency"]),
]


def run(membrane, stimulus, names=(), **settings):
    return lo.simulate(membrane, stimulus, 60, tolerance=1e-12, sampling=0.37, sensitivities=names, **settings)


def check_parameters(membrane, stimulus, names, step=1e-3, **settings):
    recording = run(membrane, stimulus, names, **settings)
    for name in names:
        reference = extrapolated(
            lambda x, name=name: run(membrane.replace(**{name: x}), stimulus, **settings).states,
            membrane[name],
            step * (abs(membrane[name]) or 1.0),
        )
        assert largest_share(recording.sensitivity(name).states, reference) < 1e-7, name
    return recording


@pytest.mark.parametrize("seed", range(3))
def test_of_random_membranes_in_random_parameters(seed):
    rng = np.random.default_rng(seed)
    names = rng.permutation([name for name in SMALL.parameters if not name.startswith("q10")])[:3].tolist()
    membrane = SMALL.replace(**{name: SMALL[name] * rng.uniform(0.9, 1.1) for name in names})
    check_parameters(membrane, lo.Step(rng.uniform(60, 120), start=5, stop=50), names)


@pytest.mark.parametrize("method", ["explicit", "rosenbrock"])
def test_of_the_squid_in_its_temperature_by_both_methods(method):
    check_parameters(SQUID, lo.Step(10.0, start=5, stop=30), ["celsius"], method=method)


@pytest.mark.parametrize(
    "interventions",
    [
        [lo.Hold("n", "rest", start=5, stop=20), lo.Reset({"v": -5}, at=30)],
        [lo.Hold("v", "now", start=5, stop=9), lo.Hold("m", 0.1, start=20, stop=22), lo.Reset({"v": "rest"}, at=45)],
    ],
)
def test_through_holds_and_resets(interventions):
    check_parameters(SQUID, lo.Step(10.0), ["g_K"], interventions=interventions)


@pytest.mark.parametrize("initial", [{"v": 20.0}, {"v": 20.0, "m": 0.1, "h": 0.5, "n": 0.4}, {"n": 0.4}])
def test_from_starts_that_are_given_or_partly_at_rest(initial):
    check_parameters(SQUID, lo.Step(10.0), ["g_K"], initial=initial)


def test_in_initial_values():
    start = np.array([-20.0, 0.1])
    recording = run(SMALL, STEP, ["initial_v", "initial_w", "g_K"], initial=start)
    for k, name in enumerate(("initial_v", "initial_w")):
        reference = extrapolated(
            lambda x, k=k: run(SMALL, STEP, initial=np.where(np.arange(2) == k, x, start)).states, start[k], 1e-3
        )
        assert largest_share(recording.sensitivity(name).states, reference) < 1e-7
        assert recording.sensitivity(name).states[0].tolist() == [float(k == 0), float(k == 1)]


def changed(stimulus, name, value):
    if "." in name:
        k = int(name[len("terms[")])
        terms = [changed(term, name.split(".")[1], value) if i == k else term for i, term in enumerate(stimulus.terms)]
        return sum(terms[1:], terms[0])
    return stimulus.with_amplitude(value) if name == "amplitude" else replace(stimulus, **{name: value})


def number(stimulus, name):
    if "." in name:
        return number(stimulus.terms[int(name[len("terms[")])], name.split(".")[1])
    return stimulus.factor if stimulus.amplitude_is_factor else getattr(stimulus, name)


@pytest.mark.parametrize(("stimulus", "names"), STIMULI, ids=[type(s).__name__ + n[0] for s, n in STIMULI])
def test_in_numbers_of_the_stimulus(stimulus, names):
    recording = run(SMALL, stimulus, names)
    for name in names:
        if name != "initial_v":
            value = number(stimulus, name)
            reference = extrapolated(
                lambda x, name=name: run(SMALL, changed(stimulus, name, x)).states, value, 1e-3 * value
            )
            assert largest_share(recording.sensitivity(name).states, reference) < 1e-7, name


def test_of_spike_times():
    stimulus = lo.Step(10.0, start=5, stop=40)
    found = run(SQUID, stimulus, ["celsius"]).spike_gradient()["celsius"]
    reference = extrapolated(lambda x: run(SQUID.replace(celsius=x), stimulus).spikes, SQUID["celsius"], 1e-2)
    assert reference.size >= 2
    assert largest_share(found, reference) < 1e-7
