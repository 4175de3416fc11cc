"""A window of firing that lies between two amplitudes of the search is found, and where nothing fires that is said."""

import numpy as np
import pytest

import loligo as lo

SQUID = lo.models.squid()
STEP = lo.Step(1.0, start=20, stop=180)


def fires_on(membrane, amplitude):
    spikes = lo.simulate(membrane, STEP.with_amplitude(amplitude), 200, sampling=None, tolerance=1e-9).spikes
    inside = spikes[(spikes >= 20) & (spikes <= 180)]
    return inside.size >= 3 and 180 - inside[-1] < 1.5 * (inside[-1] - inside[-2])


# the leak moves the window by its current, and with it the place between two rungs: in the middle, at either end
@pytest.mark.parametrize("leak", [-8.0, -2.0, 2.0, 10.6, 18.0, 22.0])
def test_a_warm_squid_fires_in_a_window(leak):
    warm = SQUID.replace(celsius=26.4, E_leak=leak)
    found = lo.threshold(warm, STEP, fires="repetitively", duration=200, resolution=1e-3)
    grid = [amplitude for amplitude in np.arange(10.0, 60.0, 0.5) if fires_on(warm, amplitude)]
    (end,) = found.others
    assert grid[0] - 0.5 < found.value <= grid[0]
    assert grid[-1] <= end < grid[-1] + 0.5


def test_a_number_of_spikes_that_only_a_window_has():
    warm = SQUID.replace(celsius=26.4, E_leak=0.0)
    found = lo.threshold(warm, STEP, fires=5, duration=200, resolution=1e-3)
    assert 28 < found.value < 32.5
    assert not found.monotone


def test_without_firing_the_message_names_the_closest_amplitude():
    hot = SQUID.replace(celsius=27.5)  # it does not fire on at any current
    assert not any(fires_on(hot, amplitude) for amplitude in np.arange(15.0, 40.0, 0.5))
    words = r"at any of the \d+ amplitudes tried between .* and .*; .* came closest, with \d+ spikes? and v up to"
    with pytest.raises(lo.ThresholdError, match=words):
        lo.threshold(hot, STEP, fires="repetitively", duration=200, resolution=1e-3)
    with pytest.raises(lo.ThresholdError, match=r"came closest, with 0 spikes and v up to .* mV \(.* of 10000\)"):
        lo.threshold(SQUID.replace(spike_level=1e4), STEP, resolution=1e-3)


def fires_from(found, membrane, step, spikes):
    runs = [
        lo.simulate(membrane, step.with_amplitude(amplitude), found.duration, sampling=None, tolerance=found.tolerance)
        for amplitude in found.bracket
    ]
    return runs[0].spikes.size < spikes <= runs[1].spikes.size


def test_a_number_of_spikes_that_only_a_window_gives_is_found():
    # the rungs beside the window give fewer spikes: what counts is how many, not how high the peaks are
    membrane, step = lo.models.morris_lecar(), lo.Step(1.0, start=1, stop=1501)
    found = lo.threshold(membrane, step, fires=24)
    assert fires_from(found, membrane, step, 24)
    assert not found.passive


def burster():
    gates = {
        "m": lo.Gate("m", inf="0.5*(1 + tanh((v + 1.2)/18))"),
        "w": lo.Gate("w", inf="0.5*(1 + tanh((v - 12)/17.4))", tau="1/(0.23*cosh((v - 12)/34.8))"),
        "z": lo.Gate("z", inf="ca/(ca + 10)", instantaneous=True),
    }
    return lo.Membrane(
        lo.Channel("leak", g=2, E=-60),
        lo.Channel("Ca", g=4, E=120, open=gates["m"]),
        lo.Channel("K", g=8, E=-84, open=gates["w"]),
        lo.Channel("KCa", g=0.25, E=-84, open=gates["z"]),
        lo.State("ca", "0.01*(-0.01*I_Ca - 0.1*ca)", initial=1, unit="µM"),
        C=20,
        spike_level=0,
    )


def test_windows_are_sought_where_larger_amplitudes_diverge():
    membrane, step = burster(), lo.Step(1.0, start=1, stop=1501)
    found = lo.threshold(membrane, step, fires=7)
    assert fires_from(found, membrane, step, 7)


def test_many_spikes_are_no_push():
    found = lo.threshold(lo.models.squid().replace(celsius=26.4), lo.Step(1.0, start=20, stop=180), fires=40)
    assert found.value == pytest.approx(25.602977, abs=1e-5)
    assert not found.passive


BETWEEN_RUNGS = {
    "burster": (burster(), 31.0, 2, (87.0, 93.0)),
    "burster, another leak": (burster().replace(g_leak=1.8), 36.0, 2, (70.0, 83.0)),
    "Morris-Lecar": (lo.models.morris_lecar(), 91.0, 2, (114.0, 218.0)),
    "squid": (SQUID, 9.0, 2, (1150.0, 1250.0)),
}


# below the window the last peak is too low for a spike; above it v does not fall below the spike level before that peak
@pytest.mark.parametrize("case", BETWEEN_RUNGS)
def test_windows_whose_neighbours_miss_a_spike_for_different_reasons_are_found(case):
    membrane, stop, spikes, (low, high) = BETWEEN_RUNGS[case]
    step = lo.Step(1.0, start=1, stop=stop)
    found = lo.threshold(membrane, step, fires=spikes, resolution=1e-4, duration=stop + 100)
    assert fires_from(found, membrane, step, spikes)
    grid = np.geomspace(low, high, 60)
    runs = [lo.simulate(membrane, step.with_amplitude(a), stop + 100, sampling=None) for a in grid]
    firing = [a for a, run in zip(grid, runs, strict=True) if run.spikes.size >= spikes]
    assert found.value <= firing[0] < found.value * (high / low) ** (1 / 59)
    assert firing[-1] <= found.others[0] + 1e-4
