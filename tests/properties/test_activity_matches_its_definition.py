"""Silent, transient, tonic, bursting, irregular: trains of spikes made on purpose, and membranes known to do so."""

import numpy as np
import pytest

import loligo as lo
from loligo.analysis.criteria import fires_repetitively
from loligo.population.features.activity import ACTIVITIES, activity
from loligo.population.features.observed import Observed

CLOCK, BURST = np.arange(5.0, 1000, 15.0), np.array([0.0, 5, 11, 18, 26])


def bursts(pause, first=BURST):
    times = np.concatenate([start + first for start in np.arange(0.0, 1000, pause)])
    return times[times < 1000]


def random_train(shape, seed):
    """Gamma intervals of 10 ms: of shape 1 a Poisson process, of large shape a clock."""
    times = np.cumsum(np.random.default_rng(seed).gamma(shape, 10 / shape, 400))
    return times[times < 1000]


TRAINS = {
    "silent": [[], [-3.0, -1.0], [1001.0, 1010.0]],
    "transient": [[5.0], [5.0, 20.0], [5, 20, 35], CLOCK[CLOCK < 600], BURST, bursts(100)[:15], [-9, -5, 3, 5]],
    "tonic": [
        CLOCK,
        np.cumsum(5 + 25 * (1 - np.exp(-np.arange(40) / 5.0))),  # adapting
        np.concatenate([[3.0, 6.0], np.arange(30.0, 1000, 25.0)]),  # a doublet first
        [200.0, 500.0, 800.0],
        random_train(400, 1),
    ],
    "bursting": [bursts(100), bursts(250), bursts(50, BURST[:2]), bursts(300, np.arange(0.0, 200, 10.0))],
    "irregular": [np.cumsum(np.tile([10.0, 15.0], 40)), random_train(1, 5), random_train(4, 6), random_train(1, 9)],
}


def kinds(trains):
    nothing = np.empty(0)
    observed = [Observed(np.asarray(train), *4 * [nothing], 0, 0, 0, start=0, stop=1000) for train in trains]
    return [ACTIVITIES[activity(each)] for each in observed]


@pytest.mark.parametrize("kind", TRAINS)
def test_trains(kind):
    assert kinds(TRAINS[kind]) == [kind] * len(TRAINS[kind])


def test_random_firing_is_neither_bursting_nor_over():
    found = kinds([random_train(1, seed) for seed in range(200)])
    assert found.count("irregular") > 190


def test_steady_firing_continues_above_the_threshold():
    """Trains of equal intervals that end sooner or later before the stimulus does."""
    stimulus = lo.Step(1.0, start=0, stop=1000)
    trains = [CLOCK[: CLOCK.size - left_out] for left_out in range(5)]
    repetitive = [fires_repetitively(train, stimulus, 1100.0) for train in trains]
    assert [kind == "tonic" for kind in kinds(trains)] == repetitive
    assert sorted(set(repetitive)) == [False, True]


def test_the_squid():
    amplitudes = [0, 2, 4, 7, 20, 150]
    table = lo.Population(lo.models.squid(), amplitude=amplitudes).run(
        lo.Step(1.0, start=10, stop=210), 250, features="activity"
    )
    assert table.activity.tolist() == ["silent", "silent", "transient", "tonic", "tonic", "transient"]


def test_a_rebound_spike_is_no_firing():
    table = lo.Population(lo.models.squid(), amplitude=[-5]).run(
        lo.Step(1.0, start=10, stop=60), 100, features=["activity", "spike_count"]
    )
    assert (table.activity[0], table.spike_count[0]) == ("silent", 1)


@pytest.mark.slow
def test_pacemakers_of_the_stomatogastric_ganglion_burst():
    """Without any stimulus, about once a second, many spikes each."""
    population = lo.Population(lo.models.stomatogastric("AB/PD 1"), initial_v=[-60.0])
    table = population.run(lo.Step(0.0, stop=6000), 6000, features=["activity", "spike_count"])
    assert table.activity[0] == "bursting"
    assert table.spike_count[0] > 9
