"""Thresholds, curves, populations and the command line take what is held and set, and mean what `simulate` does."""

from itertools import pairwise

import numpy as np
import pytest
from typer.testing import CliRunner

import loligo as lo
from loligo.cli.app import app
from loligo.simulation.holds import held_membrane

SQUID = lo.models.squid()
N_AT_REST = lo.rest(SQUID)["n"]


def fires(membrane, stimulus, end, done):
    return lo.simulate(membrane, stimulus, end, interventions=done, sampling=None, tolerance=1e-8).spikes.size > 0


@pytest.mark.parametrize(
    "done",
    [
        [lo.Hold("n", "rest")],
        [lo.Hold("h", "now", 22, 30)],
        [lo.Reset({"n": 0.6}, at=21)],
        [lo.Hold("n", 0.35, 10, 25), lo.Reset({"v": -5, "h": "rest"}, at=24)],
    ],
    ids=repr,
)
def test_a_threshold_is_where_runs_begin_to_fire(done):
    step = lo.Step(1.0, start=20, stop=26)
    found = lo.threshold(SQUID, step, resolution=1e-4, interventions=done)
    silent, firing = found.bracket
    assert not fires(SQUID, step.with_amplitude(silent), found.duration, done)
    assert fires(SQUID, step.with_amplitude(firing), found.duration, done)
    assert abs(found.value - lo.threshold(SQUID, step, resolution=1e-4).value) > 0.01


def test_runs_last_until_interventions_are_over():
    # v is put just below its threshold long after the step, which alone makes no spike
    done = lo.Reset({"v": 6.0, "n": 0.33}, at=90)
    found = lo.threshold(SQUID, lo.Step(1.0, stop=5), resolution=1e-3, interventions=done)
    assert found.duration > 95


def test_a_spike_without_a_stimulus_has_no_threshold():
    with pytest.raises(lo.ThresholdError, match="even at amplitude 0"):
        lo.threshold(SQUID, lo.Step(1.0, stop=5), interventions=lo.Reset({"v": 40.0}, at=20))


def test_functions_of_recordings_see_interventions():
    done = [lo.Hold("n", 0.35)]

    def asked(recording):
        assert recording.settings.interventions == tuple(done)
        return recording.spikes.size > 0

    by_function = lo.threshold(SQUID, lo.Step(1.0, stop=5), fires=asked, resolution=1e-3, interventions=done)
    plain = lo.threshold(SQUID, lo.Step(1.0, stop=5), resolution=1e-3, interventions=done)
    assert by_function.value == pytest.approx(plain.value, abs=2e-3)


def test_a_membrane_whose_gate_is_held_for_ever_is_another_membrane():
    done = [lo.Hold("n", "rest"), lo.Hold("h", 0.5)]
    held = held_membrane(SQUID, done, "a test")
    assert held.variables == ("v", "m")
    start = lo.rest(SQUID)
    one = lo.simulate(SQUID, lo.Step(5, 3, 20), 30, interventions=done, tolerance=1e-10)
    other = lo.simulate(held, lo.Step(5, 3, 20), 30, initial={"v": start.v, "m": start["m"]}, tolerance=1e-10)
    np.testing.assert_allclose(one.v, other.v, rtol=0, atol=1e-6)
    calcium = lo.models.pospischil("LTS")
    still = held_membrane(calcium, lo.Hold("ca", "rest"), "a test")
    assert "ca" not in still.variables
    assert still["ca"] == lo.rest(calcium)["ca"]


def test_f_i_curves_of_held_gates_are_those_of_runs():
    # with its A current's inactivation held, Connor and Stevens' axon fires at other rates
    membrane, amplitude = lo.models.connor_stevens(), 15.0
    done = lo.Hold("b", 0.05)
    curve = lo.fi_curve(membrane, [amplitude], interventions=done, cycles=False)
    run = lo.simulate(membrane, lo.Step(amplitude), 1500, interventions=done, sampling=None)
    assert curve.step.steady[0] == pytest.approx(1e3 / np.diff(run.spikes)[-5:].mean(), rel=1e-5)
    assert abs(curve.step.steady[0] - lo.fi_curve(membrane, [amplitude], cycles=False).step.steady[0]) > 1


@pytest.mark.parametrize(
    "done", [lo.Hold("n", 0.3, stop=5), lo.Hold("n", 0.3, start=5), lo.Reset({"n": 0.3}, 5), lo.Hold("v", 0)]
)
def test_f_i_curves_refuse_interventions_that_end(done):
    with pytest.raises(lo.ArgumentError, match="is not possible for an f-I curve, which needs steady firing"):
        lo.fi_curve(SQUID, [7.0], interventions=done)


def test_firing_that_lasts_under_a_held_gate():
    # a model whose slow state is held keeps its fold of cycles; what comes and goes has none
    found = lo.threshold(
        SQUID, lo.Step(1.0, 20, 180), fires="repetitively", resolution=1e-2, interventions=lo.Hold("n", 0.3, 20, 30)
    )
    assert found.lasting is None
    assert "without interventions that begin or end" in found.lasting_note


def test_strength_and_refractoriness_under_a_hold():
    done = lo.Hold("h", "rest")
    curve = lo.strength_duration(SQUID, [0.5, 2.0], resolution=1e-3, interventions=done)
    for duration, value in zip(curve.durations, curve.thresholds, strict=True):
        alone = lo.threshold(SQUID, lo.Step(1.0, stop=duration), resolution=1e-3, interventions=done)
        assert value == pytest.approx(alone.value, abs=2e-3)
    # inactivation that does not happen shortens the refractory period
    held = lo.refractoriness(SQUID, [6.0, 8.0, 10.0], interventions=lo.Hold("h", "rest", 0, 5), resolution=1e-2)
    free = lo.refractoriness(SQUID, [6.0, 8.0, 10.0], resolution=1e-2)
    assert np.nanmax(np.abs(held.thresholds - free.thresholds)) > 0.5


def test_members_start_at_their_own_rest_or_report_a_missing_one():
    population = lo.Population(
        SQUID, g_K=[20.0, 36.0], initial_v=[0.0], initial_m=[0.05], initial_h=[0.6], initial_n=[0.3]
    )
    done = [lo.Hold("n", "rest", 5, 30)]
    table = population.run(lo.Step(8, 10, 40), 60, interventions=done, spike_times=20, tolerance=1e-8)
    for member in range(population.size):
        alone = population.replay(member, lo.Step(8, 10, 40), 60, interventions=done, tolerance=1e-9)
        own = lo.rest(SQUID.replace(g_K=population.member(member)["g_K"]))["n"]
        assert alone["n"][(alone.t > 5) & (alone.t < 30)].tolist() == [own] * 499
        np.testing.assert_allclose(table.spike_times[member], alone.spikes, rtol=0, atol=1e-4)


def test_stores_and_traces_record_interventions(tmp_path):
    population, done = lo.Population(SQUID, g_Na=[100.0, 120.0]), [lo.Hold("n", 0.3, 5, 30), lo.Reset({"v": 20.0}, 40)]
    run = population.run(lo.Step(8, 10, 40), 60, interventions=done, store=tmp_path / "store")
    plain = population.run(lo.Step(8, 10, 40), 60, interventions=done)
    assert run.to_dataframe().spike_count.tolist() == plain.spike_count.tolist()
    with pytest.raises(lo.StoreError):
        population.run(lo.Step(8, 10, 40), 60, store=tmp_path / "store")
    traces = population.traces([1], lo.Step(8, 10, 40), 60, interventions=done, sampling=0.5)
    inside = (traces.time > 5) & (traces.time <= 30)
    assert (traces.n.values[0][inside] == 0.3).all()


def test_features_of_members_under_a_held_gate_are_those_of_their_traces():
    population, stimulus = lo.Population(SQUID, amplitude=[4.0, 8.0, 15.0]), lo.Step(8, 10, 80)
    done = [lo.Hold("n", "rest", 20, 40), lo.Reset({"v": -40.0}, 50), lo.Reset({"v": 30.0}, 60)]
    names = ["spike_count", "peak_voltage", "minimum_voltage", "time_to_first_spike"]
    table = population.run(stimulus, 120, interventions=done, features=names, tolerance=1e-8)
    for member, row in table.iterrows():
        alone = population.replay(member, stimulus, 120, interventions=done, tolerance=1e-9, sampling=0.002)
        during = (alone.t >= 10) & (alone.t <= 80)
        assert row.spike_count == alone.spikes.size
        assert row.minimum_voltage == pytest.approx(min(alone.v[during].min(), -40.0), abs=1e-3)
        assert row.time_to_first_spike == pytest.approx(alone.spikes[0] - 10, abs=1.0)


def test_the_command_line_takes_them_too(tmp_path):
    def answer(line):
        done = CliRunner().invoke(app, line.split())
        assert done.exit_code == 0, done.stderr
        return done.stdout

    found = answer("threshold squid --step 1 --stop 5 --resolution 1e-2 --hold n=0.35 --json")
    assert (
        f"{lo.threshold(SQUID, lo.Step(1.0, stop=5), resolution=1e-2, interventions=lo.Hold('n', 0.35)).value}" in found
    )
    assert "at rest" not in answer("fi squid --from 7 --to 8 --count 2 --no-cycles --hold h=rest")
    file = tmp_path / "held.toml"
    file.write_text(
        '[membrane]\nmodel = "squid"\n[grid]\ng_Na = [100, 120]\n[stimulus]\nkind = "step"\namplitude = 8\nstop = 30\n'
        '[[hold]]\nvariable = "n"\nvalue = "rest"\nstop = 30\n[[reset]]\nvalues = {v = 20}\nat = 40\n'
        f'[output]\ncsv = "{tmp_path / "held.csv"}"\n'
    )
    answer(f"population {file}")
    expected = lo.Population(SQUID, g_Na=[100.0, 120.0]).run(
        lo.Step(8.0, stop=30), interventions=[lo.Hold("n", "rest", stop=30), lo.Reset({"v": 20}, 40)]
    )
    lines = (tmp_path / "held.csv").read_text().splitlines()
    assert [int(line.split(",")[1]) for line in lines if line[0].isdigit()] == expected.spike_count.tolist()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[[hold]]\nvariable = "q"\nvalue = 0.3\n', "'q' is not a variable of squid"),
        ("[[hold]]\nvalue = 0.3\n", "lacks"),
        ('[[hold]]\nvariable = "n"\nvalue = 0.3\nend = 4\n', "end"),
        ("hold = 3\n", "begin with [[hold]] or [[reset]]"),
    ],
)
def test_wrong_interventions_in_a_file_are_located(text, reason, tmp_path):
    file = tmp_path / "wrong.toml"
    rest = '[membrane]\nmodel = "squid"\n[grid]\ng_Na = [100]\n[stimulus]\nkind = "step"\namplitude = 8\nstop = 30\n'
    file.write_text(text + rest if text.startswith("hold") else rest + text)
    done = CliRunner().invoke(app, ["population", str(file)])
    assert done.exit_code == 1
    assert reason in done.stderr.replace("\n", " ")


def pools():
    """Return two pools that exchange; the coefficients of their sum depend on the ratio of their sizes."""
    return lo.Membrane(
        lo.Channel("leak", g=0.1, E=-65.0),
        lo.Current("i", "0.5*c1 - 1"),
        lo.State("c1", "0.3*(c2 - c1)", initial=1.0),
        lo.State("c2", "0.3*(c1 - c2)/ratio", initial=1.0),
        lo.State("still", "-still", initial=0.0),  # as many variables as members of other tests: one program
        constants={"ratio": 2.0},
        spike_level=-20.0,
        name="pools",
    )


@pytest.mark.parametrize("varied", [{"ratio": [2.0, 4.0]}, {"initial_c1": [1.0, 3.0]}])
@pytest.mark.parametrize("values", [{"c1": 2.0, "c2": 0.5}, {"c1": 3.0, "c2": 1.0}, {"c1": "rest", "c2": "rest"}])
def test_every_member_keeps_its_own_sums_or_is_marked(varied, values):
    population, stimulus, done = lo.Population(pools(), **varied), lo.Step(2, 1, 30), lo.Reset(values, 10)
    table = population.run(stimulus, 40, interventions=done)
    for member, row in table.iterrows():
        try:
            population.replay(member, stimulus, 40, interventions=done, sampling=None)
        except lo.ArgumentError as error:
            assert (row.status, row.reason) == ("invalid", str(error))
        else:
            assert row.status == "ok", row.reason


@pytest.mark.parametrize(
    ("done", "spikes", "peak", "begin"),
    [
        (lo.Reset({"v": 60.0}, 11.95), 1, True, None),  # on its way up it is set back, above the level: one spike
        (lo.Reset({"v": 20.0}, 11.95), 2, True, 20.0),  # below the level: it has come down, and the next begins there
        (lo.Reset({"v": 20.0}, 11.7), 1, True, None),
        (lo.Hold("v", 0.0, 12.55), 1, True, None),
    ],
    ids=repr,
)
def test_spikes_during_which_v_is_set(done, spikes, peak, begin):
    population, stimulus = lo.Population(SQUID, C=[1.0]), lo.Step(10, 10, 22)
    names = ["spike_count", "peak_voltage", "AP_amplitude", "AP_duration_half_width"]
    (row,) = population.run(stimulus, 30, features=names, interventions=done, tolerance=1e-8).itertuples()
    alone = population.replay(0, stimulus, 30, interventions=done, tolerance=1e-9, sampling=0.002)
    assert row.spike_count == alone.spikes.size == spikes
    edges = [0.0, *alone.spikes, 30.0]
    tops = [alone.v[(alone.t >= a) & (alone.t <= b)].max() for a, b in pairwise(edges[1:])]
    assert row.peak_voltage == pytest.approx(np.mean(tops), abs=0.6)  # v rises by 0.5 mV from sample to sample
    assert np.isfinite(row.AP_amplitude)
    if begin is not None:
        assert row.AP_amplitude < np.mean(tops)
