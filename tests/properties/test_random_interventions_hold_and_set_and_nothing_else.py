"""Under random holds and resets: held values are held to the bit, nothing else jumps, edges are hit, lanes agree."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

import loligo as lo
from loligo.intervention import after, until
from loligo.simulation.schedule import checked_interventions
from properties.strategies import fibres, numbers, squids, stimuli

pytestmark = pytest.mark.filterwarnings("ignore::loligo.UnstableRestWarning")
DURATION = 60.0
CALCIUM = lo.models.pospischil("LTS")
POOL = lo.Membrane(  # fires by calcium and what it opens; in lanes of as many variables as other populations of tests
    lo.Channel("Ca", g=1.0, E=100.0, open=lo.Gate("m", inf="1/(1 + exp(-(v + 25)/8))", instantaneous=True)),
    lo.Channel("KCa", g=2.0, E=-80.0, open=lo.Gate("q", inf="ca**4/(ca**4 + 2e-4**4)", instantaneous=True)),
    lo.Channel("leak", g=0.3, E=-60.0),
    lo.State("ca", "-2e-6*I_Ca - (ca - 1e-5)/5", initial=1e-4, unit="mM"),
    spike_level=-10.0,
    name="calcium and what it opens",
)
SPANS = {"v": (-30.0, 60.0), "ca": (1e-4, 1e-3)}


def values_of(membrane, name):
    low, high = SPANS.get(name, (0.0, 1.0))
    shift = lo.rest(membrane).v if name == "v" else 0.0
    return numbers(low + shift, high + shift)


@st.composite
def interventions(draw, membrane):
    """Up to four holds and three resets of a membrane that do not contradict one another."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        name = draw(st.sampled_from(membrane.variables))
        start = draw(numbers(0, 50))
        stop = draw(st.one_of(st.none(), numbers(start + 0.01, 80)))
        found.append(
            lo.Hold(name, draw(st.one_of(st.sampled_from(("rest", "now")), values_of(membrane, name))), start, stop)
        )
    for _ in range(draw(st.integers(0, 3))):
        names = draw(st.lists(st.sampled_from(membrane.variables), min_size=1, max_size=3, unique=True))
        values = {name: draw(st.one_of(st.just("rest"), values_of(membrane, name))) for name in names}
        found.append(lo.Reset(values, draw(numbers(0, 59))))
    try:
        lo.simulate(membrane, None, DURATION, interventions=found, sampling=None)
    except lo.ArgumentError:
        assume(False)
    except lo.DivergenceError:
        assume(False)
    return found


def holds_at(done, t):
    return {one.variable: one for one in done if isinstance(one, lo.Hold) and one.start <= t < one.end}


def resets_at(done, t):
    return {name: value for one in done if isinstance(one, lo.Reset) and one.at == t for name, value in one.values}


def edges(done):
    found = {t for one in done for t in ((one.start, one.end) if isinstance(one, lo.Hold) else (one.at,))}
    return sorted(t for t in found if t < DURATION)


def check(membrane, stimulus, done):
    cuts = edges(done)
    times = np.unique([*np.linspace(0, DURATION, 301), *cuts, *(math.nextafter(t, math.inf) for t in cuts)])
    run = lo.simulate(membrane, stimulus, DURATION, interventions=done, sampling=times, tolerance=1e-8)
    rest = lo.rest(membrane)
    borders = [0.0, *[t for t in cuts if t > 0], DURATION]
    for start, stop in pairwise(borders):
        inside = (run.t > start) & (run.t <= stop)
        before, first = run.states[run.t == start][0], run.states[inside][0]  # just before, just after
        held, put = holds_at(done, start), resets_at(done, start)
        for i, name in enumerate(membrane.variables):
            if name in held:
                assert np.ptp(run.states[inside, i]) == 0, (name, start)
            new = put.get(name)
            if name in held and held[name].start == start and held[name].value != "now":
                new = held[name].value
            expected = before[i] if new is None else rest[name] if new == "rest" else new
            if start == 0 and new is None:
                continue
            scale = {"v": 10.0}.get(name, 0.1)
            close = abs(first[i] - expected)
            assert close == 0 if name in held else close < 1e-6 * scale, (name, start, close)


@given(data=st.data(), membrane=squids(), stimulus=stimuli())
def test_squids(data, membrane, stimulus):
    check(membrane, stimulus, data.draw(interventions(membrane)))


@given(data=st.data(), membrane=fibres(), stimulus=stimuli())
def test_fibres(data, membrane, stimulus):
    check(membrane, stimulus, data.draw(interventions(membrane)))


@given(data=st.data(), amplitude=numbers(0, 6))
@settings(max_examples=30)
def test_calcium(data, amplitude):
    check(CALCIUM, lo.Step(amplitude, 5, 45), data.draw(interventions(CALCIUM)))


@given(data=st.data(), membrane=squids(), cut=numbers(1, 59))
@settings(max_examples=40)
def test_a_run_is_its_first_part_and_the_rest_of_it(data, membrane, cut):
    done, exact = data.draw(interventions(membrane)), {"tolerance": 1e-10, "sampling": None}
    whole = lo.simulate(membrane, None, DURATION, interventions=done, **exact)
    first = lo.simulate(membrane, None, cut, interventions=until(done, cut), **exact)
    later = after(done, cut)
    try:
        checked_interventions(membrane, later)
    except lo.ArgumentError:  # what followed one another before the cut begins at once after it
        reject()
    then = lo.simulate(membrane, None, DURATION - cut, initial=first, interventions=later, **exact)
    assert first.spikes.size + then.spikes.size == whole.spikes.size
    np.testing.assert_allclose(then.final, whole.final, rtol=1e-5, atol=1e-5)


@given(data=st.data())
@settings(max_examples=12)
@pytest.mark.parametrize("method", ["auto", "rosenbrock"])
@pytest.mark.parametrize("membrane", [lo.models.squid(), lo.models.morris_lecar(), POOL], ids=lambda m: m.name)
def test_lanes_agree_with_one_neuron(membrane, method, data):
    done = data.draw(interventions(membrane))
    stimulus = lo.Step(5.0, start=5, stop=50) + lo.Sine(2.0, frequency=0.1, start=10, stop=55)
    factor = {"squid": 1.0, "Morris-Lecar fibre": 15.0}.get(membrane.name, 0.7)
    population = lo.Population(
        membrane, factor=[factor * x for x in (0.2, 0.8, 1.0, 1.7)], g_leak=[membrane["g_leak"] * x for x in (0.9, 1.2)]
    )
    table = population.run(
        stimulus,
        DURATION,
        interventions=done,
        method=method,
        tolerance=1e-8,
        spike_times=200,
        threads=1,
        progress=False,
    )
    assert (table.status == "ok").all(), table.reason
    for member in range(population.size):
        alone = population.replay(member, stimulus, DURATION, interventions=done, tolerance=1e-9, sampling=None)
        np.testing.assert_allclose(table.spike_times[member], alone.spikes, rtol=0, atol=1e-4)
