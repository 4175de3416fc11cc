"""Every stimulus, with any of its numbers varied, and any start: members agree with `simulate`."""

import numpy as np
import pytest

import loligo as lo
from loligo.population.blocks import block, stimuli
from loligo.stimulus.description import STIMULI
from reference.test_members_agree_with_simulate import agree

RECORDED = np.random.default_rng(3).normal(5, 4, 200)
BOTH = lo.Step(5.0, start=5, stop=80) + lo.Sine(3.0, frequency=0.08, start=20, stop=70) + lo.Noise(1.0, seed=4, stop=60)

# what: stimulus, what varies
PLAYED = {
    "Step": (lo.Step(1.0, start=10, stop=80), {"amplitude": [5, 9], "start": [5, 20], "stop": [60, 95]}),
    "Step without an end": (lo.Step(7.0), {"start": [0, 5]}),
    "Ramp": (lo.Ramp(20.0, start=10, stop=80), {"amplitude": [10, 30], "stop": [60, 90]}),
    "Sine": (
        lo.Sine(8.0, frequency=0.05, start=10, stop=80),
        {"frequency": [0.02, 0.06], "offset": [0, 3], "phase": [1]},
    ),
    "Chirp": (lo.Chirp(8.0, first=0.01, last=0.1, start=10, stop=80), {"amplitude": [6, 10], "last": [0.05, 0.2]}),
    "Pulses": (lo.Pulses(8.0, onsets=(5, 30, 55), width=3.0), {"amplitude": [6, 20], "width": [2, 5]}),
    "Noise": (lo.Noise(4.0, mean=6.0, stop=80), {"seed": [2, 3], "mean": [4, 8], "tau": [1, 4], "amplitude": [5]}),
    "Samples": (lo.Samples(RECORDED, dt=0.4, start=5), {"amplitude": [0.5, 1.5], "start": [0, 8], "dt": [0.4, 0.5]}),
    "Samples held": (lo.Samples(RECORDED, dt=0.4, between="hold"), {"factor": [0.5, 1.5]}),
    "Sum": (BOTH, {"amplitude": [1, 1.5]}),
    "Sum with a factor": (1.5 * BOTH, {"g_Na": [110, 125], "factor": [1, 2]}),
    "starts": (lo.Step(7.0, start=10, stop=80), {"initial_v": [-10, 20], "initial_h": [0.3, 0.6], "g_K": [34, 38]}),
    "all starts": (lo.Step(7.0), {"initial_v": [-10, 9], "initial_h": [0.3], "initial_m": [0.1], "initial_n": [0.2]}),
}


def test_no_stimulus_is_left_out():
    assert {type(stimulus).__name__ for stimulus, _ in PLAYED.values()} == set(STIMULI)


@pytest.mark.parametrize("what", PLAYED)
def test_spikes(what):
    stimulus, varied = PLAYED[what]
    population = lo.Population(lo.models.squid(), **varied)
    assert agree(population, stimulus, 100, {1e-7: 2e-6}) > population.size


def test_what_varies_matters():
    """The numbers are not those of the stimulus that all share."""
    for what, (stimulus, varied) in PLAYED.items():
        table = lo.Population(lo.models.squid(), **varied).run(stimulus, 100, spike_times=50)
        several = [name for name, values in varied.items() if len(values) > 1]
        for name in several:
            same = table.groupby([other for other in varied if other != name] or (lambda _: 0))
            times = same.spike_times.agg(lambda column: len({row.tobytes() for row in column}))
            assert (times > 1).any(), (what, name)


def test_stimuli_of_many_members_are_written_down_some_at_a_time(monkeypatch):
    population = lo.Population(lo.models.squid(), seed=np.arange(50) // 2, initial_v=[0.0, 5.0])
    noise = lo.Noise(5.0, mean=5.0, tau=4, stop=50)
    whole = population.run(noise, 60, spike_times=20)
    sizes = []

    def seen(*arguments):
        shapes = made(*arguments)
        sizes.append(sum(array.nbytes for array in shapes.stimuli[:7]))
        return shapes

    made = block.shapes_of
    monkeypatch.setattr(block, "shapes_of", seen)
    monkeypatch.setattr(stimuli, "MEMORY", 50_000)
    parts = population.run(noise, 60, spike_times=20)
    assert len(sizes) > 3
    assert max(sizes) <= 50_000
    for name, values in whole.items():
        for one, other in zip(values, parts[name], strict=True):
            np.testing.assert_array_equal(one, other)


def test_one_member_with_too_many_knots_does_not_affect_others():
    table = lo.Population(lo.models.squid(), dt=[0.05, 1e-9]).run(lo.Noise(5.0, stop=50), 60)
    assert table.status.tolist() == ["ok", "invalid"]
    assert "at most 10,000,000 knots, and a knot every dt=1e-09 ms" in table.reason[1]


def test_spikes_are_as_many_as_there_are():
    """More than one a millisecond: what is kept of them grows, and features are of them all."""
    passive = {"g_Na": [0], "g_K": [0], "initial_v": [48], "amplitude": [0, 60, 80]}
    population, wave = lo.Population(lo.models.squid(), **passive), lo.Sine(1.0, frequency=2.0, offset=11.5, stop=100)
    table = population.run(wave, 100, features=["spike_count", "peak_voltage", "ISI_CV"], spike_times=1000)
    alone = population.replay(2, wave, 100, tolerance=1e-10, sampling=None)
    assert table.spike_count.tolist() == [0, 200, 200]
    np.testing.assert_allclose(table.spike_times[2], alone.spikes, rtol=0, atol=1e-3)
    assert table.peak_voltage[2] > table.peak_voltage[1] > 50
    assert table.ISI_CV[2] < 0.01
