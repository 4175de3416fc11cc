"""`Threshold.lasting` is the current at which a stable cycle of spikes begins, or None with a reason."""

import pytest

import loligo as lo

STEP = lo.Step(1.0, start=20, stop=180)


def test_the_squid_fires_for_ever_from_its_fold_of_cycles():
    found = lo.threshold(lo.models.squid(), STEP, fires="repetitively", duration=200, resolution=1e-4)
    # 6.264221: Rinzel J, Miller RN (1980) Math Biosci 49:27-59, doi:10.1016/0025-5564(80)90109-1, find 6.26
    assert found.lasting == pytest.approx(6.264221, abs=1e-6)
    assert "fold of cycles" in found.lasting_note
    assert found.value < found.lasting  # a window is shorter than for ever
    assert "length" in found.note
    assert "spike level" in found.note


def test_firing_lasts_from_the_fold_on():
    squid = lo.models.squid()
    lasting = lo.threshold(squid, STEP, resolution=1e-2).lasting
    run = lo.simulate(squid, lo.Step(12.0), 200)
    for factor in (1.3, 1.15, 1.08, 1.04, 1.02, 1.01, 1.005):  # down along the cycle, from spike to spike
        run = lo.simulate(squid, lo.Step(factor * lasting), 300, initial=run)
        last = run.spikes[-1]
        run = lo.simulate(squid, lo.Step(factor * lasting), last, initial=run.states[0], sampling=None)
    for factor, goes_on in ((0.995, False), (1.005, True)):
        ended = lo.simulate(squid, lo.Step(factor * lasting), 4000, initial=run, sampling=None)
        assert bool((ended.spikes > 3900).any()) is goes_on


def test_wang_buzsaki_fires_for_ever_from_its_saddle_node():
    found = lo.threshold(lo.models.wang_buzsaki(), STEP, resolution=1e-3)
    saddle = lo.bifurcation(lo.models.wang_buzsaki(), "I", (0, 1), cycles=False).points[0].value
    assert found.lasting == pytest.approx(saddle, abs=1e-6)
    assert found.lasting == pytest.approx(0.160086, abs=1e-6)


def test_other_stimuli_have_no_lasting_current_and_a_reason():
    for stimulus in (lo.Ramp(1.0, stop=20), lo.Step(1.0, stop=20) + lo.Step(1.0, stop=20)):
        found = lo.threshold(lo.models.squid(), stimulus, resolution=1e-2)
        assert found.lasting is None
        assert type(stimulus).__name__ in found.lasting_note


def test_a_membrane_without_cycles_has_no_lasting_current_and_a_reason():
    pushed = lo.threshold(lo.models.squid().replace(g_Na=0.0), lo.Step(1.0, stop=20), resolution=1e-2)
    assert pushed.lasting is None
    assert "No stable cycle" in pushed.lasting_note
