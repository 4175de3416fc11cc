"""Every kind of stimulus has in the page the values that loligo gives it, and makes the same spikes."""

import numpy as np
import pytest

import loligo as lo

STIMULI = {
    "step": ({"amplitude": 9, "start": 12.5, "stop": 150}, lo.Step(9.0, start=12.5, stop=150)),
    "ramp": ({"amplitude": 25, "start": 10, "stop": 170}, lo.Ramp(25.0, start=10, stop=170)),
    "sine": (
        {"amplitude": 12, "frequency": 35, "start": 10, "stop": 170},
        lo.Sine(12.0, frequency=0.035, start=10, stop=170),
    ),
    "pulses": (
        {"amplitude": 20, "start": 5, "width": 1.5, "period": 17, "count": 8},
        lo.Pulses(20.0, onsets=[5.0 + 17.0 * k for k in range(8)], width=1.5),
    ),
    "pair": (
        {"amplitude": 15, "second": 40, "start": 10, "width": 1, "interval": 12},
        lo.Pulses(15.0, onsets=(10,), width=1) + lo.Pulses(40.0, onsets=(22,), width=1),
    ),
    "noise": (
        {"amplitude": 12, "mean": 6, "tau": 4, "seed": 42, "start": 10, "stop": 180.2},
        lo.Noise(12.0, tau=4.0, seed=42, mean=6.0, start=10, stop=180.2),
    ),
}


@pytest.mark.parametrize("kind", STIMULI)
def test_values_are_equal(kind, engine_page):
    numbers, stimulus = STIMULI[kind]
    times = np.linspace(0.0, 200.0, 1601)
    values = engine_page.evaluate(
        "([stimulus, times]) => times.map((t) => loligoLab.engine.current(stimulus, t))",
        [{"kind": kind, **numbers}, times.tolist()],
    )
    scale = np.abs(stimulus(times)).max()
    assert scale > 5
    assert np.abs(np.array(values) - stimulus(times)).max() < 1e-13 * scale


@pytest.mark.parametrize("kind", STIMULI)
def test_spikes_are_equal(kind, simulated):
    numbers, stimulus = STIMULI[kind]
    recording = lo.simulate(lo.models.squid(), stimulus, 200)
    page = simulated("squid", {"kind": kind, **numbers})
    assert recording.spikes.size >= 1
    assert len(page["spikes"]) == recording.spikes.size
    assert np.abs(np.array(page["spikes"]) - recording.spikes).max() < 1e-3
