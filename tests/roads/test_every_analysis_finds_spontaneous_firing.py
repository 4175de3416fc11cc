"""A membrane without a stable rest fires, whoever asks; where its runs begin is said in the asker's words."""

import runpy
from pathlib import Path

import numpy as np
import pytest

import loligo as lo
from neurodynex.hodgkin_huxley import HH

FIRING = {
    "squid": lo.models.squid().replace(g_Na=240.0),
    "squid, millivolts from -65": lo.models.squid(rest=-65.0).replace(g_Na=240.0),
    "morris_lecar": lo.models.morris_lecar().replace(E_leak=-10.0),
    "AB/PD 2": lo.models.stomatogastric("AB/PD 2"),
}


@pytest.mark.parametrize("name", FIRING)
def test_a_run_from_rest_fires_as_one_from_elsewhere(name):
    with pytest.warns(lo.UnstableRestWarning, match="1 mV above it"):
        run = lo.simulate(FIRING[name], None, 2000, sampling=None)
    elsewhere = lo.simulate(FIRING[name], None, 2000, initial={"v": run.final[0] + 5}, sampling=None)
    assert run.spikes.size > 10
    assert abs(run.spikes.size - elsewhere.spikes.size) <= 0.15 * elsewhere.spikes.size


@pytest.mark.parametrize("name", FIRING)
def test_spontaneously_firing_members_report_their_start(name):
    membrane = FIRING[name]
    alone = {"C": [membrane["C"]]}  # the program, or lo.rest where there are further states, finds the rest
    with pytest.warns(lo.UnstableRestWarning, match="of a Population starts elsewhere"):
        table = lo.Population(membrane, **alone).run(lo.Step(0.0), 2000, features=["spike_count"], progress=False)
    with pytest.warns(lo.UnstableRestWarning):
        run = lo.simulate(membrane, None, 2000, sampling=None)
    assert abs(table.spike_count[0] - run.spikes.size) <= 1
    assert table.status[0] == "ok"
    assert table.reason[0] == "began just above its rest, which is unstable"


def test_members_with_stable_and_unstable_rests_are_distinguished():
    # from -60 mV they fire 0, 11, 12 and 13 times, and leave the unstable rest within 200 ms
    leaks = [-60.0, -12.0, -10.0, -5.0]
    for precision in ("double", "single"):
        population = lo.Population(lo.models.morris_lecar(), E_leak=leaks)
        table = population.run(
            lo.Step(0.0), 1000, features=["spike_count", "activity"], precision=precision, progress=False
        )
        assert table.spike_count.tolist() == [0, 9, 11, 13]
        assert table.activity.tolist() == ["silent", "tonic", "tonic", "tonic"]
        assert (table.reason != "").tolist() == [False, True, True, True]
        given = lo.Population(lo.models.morris_lecar().replace(E_leak=-10.0), initial_v=[-60.0])
        assert (given.run(lo.Step(0.0), 1000, precision=precision, progress=False).reason == "").all()


def test_a_stable_rest_is_begun_at_to_the_last_bit():
    squid = lo.models.squid()
    np.testing.assert_array_equal(lo.simulate(squid, None, 1).states[0], lo.rest(squid).state)


def test_a_students_file_fires(tmp_path):
    own = tmp_path / "HH.py"
    own.write_text(
        Path(HH.__file__).read_text(encoding="utf-8").replace("gNa = 120.0", "gNa = 240.0"), encoding="utf-8"
    )
    with pytest.warns(lo.UnstableRestWarning, match="fires spontaneously"):
        record = runpy.run_path(str(own))["HH_Step"](I_amp=0, do_plot=False)
    v = np.asarray(record.vm)[0]
    assert ((v[:-1] < 50) & (v[1:] >= 50)).sum() > 5


@pytest.mark.filterwarnings("ignore::loligo.UnstableRestWarning")
def test_analyses_see_it():
    squid = FIRING["squid"]
    asks = (
        lambda: lo.threshold(squid, lo.Step(1.0, start=20, stop=180)),
        lambda: lo.strength_duration(squid, [1.0, 10.0]),
        lambda: lo.refractoriness(squid, [10.0]),
    )
    for ask in asks:
        with pytest.raises(lo.ThresholdError, match=r"without|even at amplitude 0"):
            ask()
    curve = lo.fi_curve(squid, [0.0], cycles=False)
    assert curve.up.steady[0] > 50
    assert curve.step.steady[0] == pytest.approx(curve.up.steady[0], rel=1e-4)
