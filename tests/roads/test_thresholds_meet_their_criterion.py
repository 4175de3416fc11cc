"""`threshold` finds the amplitude nearest zero for any criterion, says its error, and sees where firing ends again."""

import math

import numpy as np
import pytest

import loligo as lo
from loligo.analysis import Threshold
from reference.squid_facts import ANODE_BREAK_20_MS, RHEOBASE

SQUID = lo.models.squid()
LONG = lo.Step(1.0, start=20, stop=180)


def spikes_at(stimulus, amplitude, duration=None, tolerance=1e-9):
    return lo.simulate(SQUID, stimulus.with_amplitude(amplitude), duration, sampling=None, tolerance=tolerance).spikes


def repeats(spikes, start=20.0, stop=180.0):
    """Say what "repetitively" means once more: three spikes in the step, and no silence at its end."""
    inside = [t for t in spikes if start <= t <= stop]
    return len(inside) >= 3 and stop - inside[-1] < 1.5 * (inside[-1] - inside[-2])


def test_repetitive_firing_begins_and_ends():
    found = lo.threshold(SQUID, LONG, fires="repetitively", duration=200, resolution=1e-4)
    assert repeats(spikes_at(LONG, found.value, 200))
    assert not repeats(spikes_at(LONG, found.bracket[0], 200))
    assert not found.monotone
    (end,) = found.others
    assert end == pytest.approx(89.9, abs=0.1)
    assert repeats(spikes_at(LONG, end - 1e-3, 200))
    assert not repeats(spikes_at(LONG, end + 1e-3, 200))
    # nearest zero: nothing on a grid below it fires repetitively
    assert not any(repeats(spikes_at(LONG, amplitude, 200)) for amplitude in np.linspace(0, found.value - 1e-3, 40))


def test_spikes_after_the_stimulus_do_not_count_as_repetitive():
    short = lo.Step(1.0, start=0, stop=20)
    found = lo.threshold(SQUID, short, fires="repetitively", duration=200, resolution=1e-2)
    assert repeats(spikes_at(short, found.value, 200), 0, 20)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_number_of_spikes(count):
    found = lo.threshold(SQUID, LONG, fires=count, resolution=1e-5)
    assert spikes_at(LONG, found.value).size >= count
    assert spikes_at(LONG, found.bracket[0]).size < count


def test_numpy_counts_too():
    kinds = [lo.threshold(SQUID, LONG, fires=count, resolution=1e-2) for count in (2, np.int64(2))]
    assert kinds[0] == kinds[1]


def test_once_is_one_spike():
    assert lo.threshold(SQUID, LONG, fires="once") == lo.threshold(SQUID, LONG) == lo.threshold(SQUID, LONG, fires=1)


def test_a_function_of_the_recording():
    def overshoots(recording):
        assert recording.t[-1] == 100.0
        return bool(recording.v.max() > 90.0)

    found = lo.threshold(SQUID, lo.Step(1.0, stop=5), fires=overshoots, duration=100, resolution=1e-4)
    peak, silent = (
        lo.simulate(SQUID, lo.Step(amplitude, stop=5), 100, tolerance=found.tolerance).v.max()
        for amplitude in (found.value, found.bracket[0])
    )
    assert peak > 90 >= silent


def test_a_function_may_return_a_numpy_truth():
    found = lo.threshold(SQUID, lo.Step(1.0, stop=5), fires=lambda run: run.v.max() > 50, resolution=1e-2)
    assert found.value == pytest.approx(lo.threshold(SQUID, lo.Step(1.0, stop=5), resolution=1e-2).value, abs=0.02)


def first_spike(run):
    return run.spikes[0] < 5


def test_an_error_in_the_function_is_reported_with_its_amplitude():
    words = r"fires=first_spike raised IndexError for the run at amplitude 0: index 0 is out of.*runs without a spike"
    with pytest.raises(lo.ArgumentError, match=words) as raised:
        lo.threshold(SQUID, lo.Step(1.0, stop=5), fires=first_spike, resolution=1e-2)
    assert isinstance(raised.value.__cause__, IndexError)


@pytest.mark.parametrize(
    ("returned", "words"),
    [(None, "None"), (2, "2 of type int"), (np.zeros(999, bool), "ndarray"), ("yes", "'yes' of type str")],
)
def test_a_function_that_does_not_return_a_bool_is_refused(returned, words):
    with pytest.raises(lo.ArgumentError, match=f"must return True or False; .* amplitude 0 it returned .*{words}"):
        lo.threshold(SQUID, lo.Step(1.0, stop=5), fires=lambda run: returned, resolution=1e-2)


@pytest.mark.parametrize("amplitude", [-0.01, -1.0, -40.0])
def test_negative_amplitudes_find_the_anode_break(amplitude):
    found = lo.threshold(SQUID, lo.Step(amplitude, stop=20))
    assert found.value == pytest.approx(ANODE_BREAK_20_MS, abs=1e-6)
    assert found.bracket[0] > found.value == found.bracket[1]


@pytest.mark.parametrize("resolution", [10.0, 0.1, 1e-3, 1e-6, 1e-9])
def test_resolution_is_honoured(resolution):
    found = lo.threshold(SQUID, LONG, resolution=resolution)
    low, high = found.bracket
    assert 0 < high - low <= resolution == found.resolution
    assert low < RHEOBASE + 1e-10
    assert high > RHEOBASE - 1e-10
    assert high == found.value == float(found)


def test_runs_are_counted_and_grow_with_the_resolution():
    runs = [lo.threshold(SQUID, LONG, resolution=resolution).runs for resolution in (1e-1, 1e-3, 1e-6)]
    assert runs == sorted(runs)
    assert runs[-1] <= 40
    # a thousandth of the width: ten runs more by halving, which cuts that spare silent runs exceed by less than a half
    assert math.log2(1e3) - 1 <= runs[2] - runs[1] <= 1.5 * math.log2(1e3)


def test_runs_are_the_simulations_there_were():
    calls = []

    def fires(recording):
        calls.append((recording.stimulus.amplitude, recording.settings.tolerance))
        return bool(recording.spikes.size)

    found = lo.threshold(SQUID, lo.Step(1.0, stop=5), fires=fires, resolution=1e-2)
    assert found.runs == len(calls) == len(set(calls))


def test_the_default_duration_includes_late_spikes():
    # the anode-break spike comes after the step: without time for it there is none
    with pytest.raises(lo.ThresholdError):
        lo.threshold(SQUID, lo.Step(-1.0, stop=20), duration=20)
    free = lo.threshold(SQUID, lo.Step(-1.0, stop=20))
    assert free.settled
    assert lo.threshold(SQUID, lo.Step(-1.0, stop=20), duration=200).value == free.value
    assert lo.threshold(SQUID, lo.Step(-1.0, stop=20), duration=200).settled is None


def test_a_stimulus_without_an_end_needs_a_duration():
    with pytest.raises(lo.ArgumentError, match="duration= is needed"):
        lo.threshold(SQUID, lo.Step(1.0))
    assert lo.threshold(SQUID, lo.Step(1.0), duration=200).value == pytest.approx(RHEOBASE, abs=1e-6)


SCALED = {
    "ramp": lo.Ramp(1.0, 5, 40),
    "sine with an offset": lo.Sine(1.0, frequency=0.02, offset=0.5, stop=100),
    "chirp": lo.Chirp(1.0, first=0.001, last=0.1, stop=100),
    "pulses": lo.Pulses(1.0, onsets=(5, 7, 9), width=0.5),
    "noise": lo.Noise(1.0, seed=3, mean=0.5, stop=60),
    "samples": lo.Samples([0, 3, 1, 2], dt=5),
    "a sum": lo.Step(2.0, 5, 30) + lo.Sine(1.0, stop=30),
}


@pytest.mark.parametrize("name", SCALED)
def test_every_stimulus_that_can_be_scaled(name):
    stimulus = SCALED[name]
    found = lo.threshold(SQUID, stimulus, resolution=1e-4)
    assert spikes_at(stimulus, found.value, tolerance=found.tolerance).size > 0
    assert spikes_at(stimulus, found.bracket[0], tolerance=found.tolerance).size == 0
    # its error is what it says, and not that of its own tolerance
    exact = lo.threshold(SQUID, stimulus, resolution=1e-9, tolerance=1e-12).value
    assert found.bracket[0] - 1e-5 < exact < found.value + 1e-5
    assert found.unit == ("" if name in ("samples", "a sum") else "µA/cm²")


@pytest.mark.parametrize("stimulus", [-1.0 * (lo.Step(1.0, stop=20) + lo.Step(1.0, stop=20)), -SCALED["samples"]])
def test_a_negative_factor_looks_on_its_own_side(stimulus):
    try:
        found = lo.threshold(SQUID, stimulus, resolution=1e-4)
    except lo.ThresholdError as error:
        assert "-0.125" in str(error) or "up to -" in str(error)
    else:
        assert found.value < 0


def test_the_start_can_be_chosen():
    tired = lo.simulate(SQUID, lo.Step(20.0), 15)  # just after a spike
    ready = lo.threshold(SQUID, lo.Step(1.0, stop=0.5), resolution=1e-3)
    later = lo.threshold(SQUID, lo.Step(1.0, stop=0.5), initial=tired, resolution=1e-3)
    assert later.value > 1.5 * ready.value


def test_methods_agree():
    values = [lo.threshold(SQUID, LONG, method=method).value for method in ("auto", "explicit", "rosenbrock")]
    assert values == pytest.approx([RHEOBASE] * 3, abs=1e-6)


def test_the_text_is_one_line():
    found = Threshold(2.2409, (2.2408, 2.2409), 1e-4, 31, 1e-6, monotone=False, others=(89.9,), unit="µA/cm²")
    assert str(found) == "2.2409 µA/cm², error below 0.0001 (31 runs); firing changes again at 89.9000"
    assert "firing" not in str(lo.threshold(SQUID, LONG, resolution=1e-2))
    assert str(lo.threshold(SQUID, SCALED["a sum"], resolution=1e-1)).count("  ") == 0


def test_the_sign_chooses_the_side():
    plus, minus = (lo.threshold(SQUID, lo.Step(sign, stop=20), resolution=1e-3).value for sign in (1.0, -1.0))
    assert minus < 0 < plus
