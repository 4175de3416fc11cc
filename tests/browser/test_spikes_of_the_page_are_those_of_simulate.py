"""In a browser, spikes come within 1e-3 ms of those of `loligo.simulate` over 200 ms, for every published membrane."""

import numpy as np
import pytest

import loligo as lo
from loligo.lab import OFFERS

KEYS = {offer.key: offer for offer in OFFERS}
CHANGES = {"C": 1.2, "g_Na": 140.0, "g_leak": 0.2, "E_K": -14.0, "celsius": 9.0}


def differences(page, recording):
    assert page["end"] == "finished"
    assert len(page["spikes"]) == recording.spikes.size
    return np.abs(np.array(page["spikes"]) - recording.spikes)


@pytest.mark.parametrize("key", KEYS)
def test_spikes_of_a_step(key, simulated):
    offer = KEYS[key]
    amplitude = 2.0 * offer.amplitude[0]
    start = "rest" if offer.begin is None else {"v": offer.begin}
    recording = lo.simulate(offer.membrane(), lo.Step(amplitude, start=20, stop=180), 200, initial=start)
    page = simulated(key, {"kind": "step", "amplitude": amplitude, "start": 20, "stop": 180})
    assert recording.spikes.size >= 2
    assert differences(page, recording).max() < 1e-3


def test_spikes_with_changed_parameters(simulated):
    recording = lo.simulate(lo.models.squid().replace(**CHANGES), lo.Step(12.0, start=20, stop=180), 200)
    page = simulated("squid", {"kind": "step", "amplitude": 12, "start": 20, "stop": 180}, parameters=CHANGES)
    assert recording.spikes.size > 5
    assert differences(page, recording).max() < 1e-3


def test_voltages_between_the_spikes(simulated):
    page = simulated("squid", {"kind": "step", "amplitude": 10, "start": 20, "stop": 180})
    recording = lo.simulate(lo.models.squid(), lo.Step(10.0, start=20, stop=180), 200, sampling=np.array(page["t"]))
    assert np.abs(np.array(page["v"]) - recording.v).max() < 0.05


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("key", KEYS)
def test_the_largest_currents_that_can_be_typed_run(key, sign, simulated):
    offer = KEYS[key]
    amplitude = sign * 4.0 * max(abs(offer.amplitude[1]), offer.amplitude[2])
    start = "rest" if offer.begin is None else {"v": offer.begin}
    page = simulated(key, {"kind": "step", "amplitude": amplitude, "start": 20, "stop": 180}, duration=240)
    recording = lo.simulate(
        offer.membrane(), lo.Step(amplitude, start=20, stop=180), 240, initial=start, sampling=np.array(page["t"])
    )
    assert differences(page, recording).max(initial=0) < 1e-3
    plain = np.abs(np.array(page["t"]) - 20) > 1e-9  # at an edge the page shows what follows
    assert np.abs(np.array(page["v"]) - recording.v)[plain].max() < 1e-4 * np.ptp(recording.v) + 0.05


@pytest.mark.parametrize("tau", [0.5, 2.0, 10.0, 30.0])
@pytest.mark.parametrize("key", ["squid", "wang_buzsaki", "pospischil", "pospischil_LTS"])
def test_spikes_of_noise(key, tau, simulated):
    offer = KEYS[key]
    half = offer.amplitude[0] / 2
    for seed in range(5):
        stimulus = {
            "kind": "noise",
            "amplitude": half,
            "mean": half,
            "tau": tau,
            "seed": seed,
            "start": 10,
            "stop": 190,
        }
        recording = lo.simulate(
            offer.membrane(), lo.Noise(half, tau=tau, seed=seed, mean=half, start=10, stop=190), 200
        )
        assert differences(simulated(key, stimulus), recording).max(initial=0) < 1e-3
