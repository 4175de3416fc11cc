"""Fits of features find parameters with the errors of closed forms; fits of spike times find what made the spikes."""

import json

import numpy as np
import pytest

import loligo as lo
from loligo.fitting.feature_comparison import Compared
from loligo.kernel.stops import current_stop, finishing

PASSIVE = lo.Membrane(lo.Channel("leak", g=1.0, E=-60.0))
PULSE = lo.Step(-2.0, start=60, stop=160)
RESTING = {"g_leak": (0.1, 2), "E_leak": (-90, -40)}
SQUID, STIMULUS = lo.models.squid(rest=-65), lo.Step(10.0, start=2, stop=40)
SPIKING = {"g_Na": (60, 240), "g_K": (10, 60)}


@pytest.mark.slow
def test_a_passive_membrane_is_found_with_the_errors_of_its_closed_form():
    # v rests at E and settles at E - 2/g
    targets = {"voltage_base": (-71.0, 0.3), "minimum_voltage": (-76.0, 0.4)}
    found = lo.fit_features(PASSIVE, PULSE, targets, RESTING, members=64, starts=2)
    assert found.values == pytest.approx({"g_leak": 2.0 / 5.0, "E_leak": -71.0}, rel=1e-5)
    assert found.features == pytest.approx({"voltage_base": -71.0, "minimum_voltage": -76.0}, abs=1e-4)
    slope = -2.0 / 5.0**2  # of g in the first less the second
    expected = np.array([[slope**2 * (0.3**2 + 0.4**2), slope * 0.3**2], [slope * 0.3**2, 0.3**2]])
    assert found.covariance == pytest.approx(expected, rel=1e-3)
    assert found.membrane == PASSIVE.replace(**found.values)
    assert found.unreached == found.unidentified == []

    tied = lo.fit_features(
        PASSIVE, PULSE, targets, {"E_leak": (-90, -40)}, tied={"g_leak": "-0.4/71*E_leak"}, members=16
    )
    assert tied.values["E_leak"] == pytest.approx(-71.0, abs=1e-3)
    assert tied.tied["g_leak"][0] == pytest.approx(0.4, abs=1e-4)
    believed = lo.fit_features(PASSIVE, PULSE, targets, RESTING, priors={"E_leak": (-70.0, 0.3)}, members=64, starts=1)
    mean = np.average([-71.0, -70.0], weights=[0.3**-2, 0.3**-2])  # g follows freely
    assert believed.values["E_leak"] == pytest.approx(mean, abs=1e-3)
    assert believed.errors["E_leak"] == pytest.approx(0.3 / np.sqrt(2), rel=1e-3)


def test_features_under_several_stimuli_determine_what_one_does_not():
    stimuli = [PULSE, lo.Step(-4.0, start=60, stop=160)]  # v settles at E - 4/g
    targets = [{"voltage_base": (-71.0, 0.3)}, {"minimum_voltage": (-81.0, 0.4)}]
    found = lo.fit_features(PASSIVE, stimuli, targets, RESTING, members=64, starts=2)
    assert found.values == pytest.approx({"g_leak": 0.4, "E_leak": -71.0}, rel=1e-5)
    slope = -4.0 / 10.0**2
    expected = np.array([[slope**2 * (0.3**2 + 0.4**2), slope * 0.3**2], [slope * 0.3**2, 0.3**2]])
    assert found.covariance == pytest.approx(expected, rel=1e-3)
    assert found.features == pytest.approx({"voltage_base[0]": -71.0, "minimum_voltage[1]": -81.0}, abs=1e-4)
    assert "minimum_voltage[1]" in str(found)

    low, high = found.profile("E_leak").interval(0.95)
    assert (low, high) == pytest.approx((-71 - 1.96 * 0.3, -71 + 1.96 * 0.3), abs=0.01)
    assert found.intervals(0.95)["E_leak"] == pytest.approx((low, high), abs=0.01)
    assert found.profile("g_leak").plot().axes[0].get_ylabel() == "deviance"
    written = json.loads(json.dumps(found.described()))
    assert written["values"] == found.values
    assert written["targets"]["voltage_base[0]"]["reached"] == found.features["voltage_base[0]"]
    targets_of_plot, values = found.plot().axes
    assert [one.get_text() for one in targets_of_plot.get_yticklabels()] == ["voltage_base[0]", "minimum_voltage[1]"]
    assert [one.get_text() for one in values.get_yticklabels()] == ["g_leak", "E_leak"]
    with pytest.raises(lo.UnknownNameError, match="varied"):
        found.profile("C")


@pytest.mark.parametrize("ended", ["Ctrl-C", "the time limit"])
@pytest.mark.parametrize("after", [0, 3])
def test_an_end_of_the_search_returns_the_best_so_far(monkeypatch, ended, after):
    plain, points = Compared.quadratic, []

    def interrupted(compared, point):
        points.append(point)
        if len(points) == after + 1:
            if ended == "Ctrl-C":
                raise KeyboardInterrupt
            current_stop().ask(1.0)
            current_stop().check()
        return plain(compared, point)

    monkeypatch.setattr(Compared, "quadratic", interrupted)
    targets = {"voltage_base": (-71.0, 0.3), "minimum_voltage": (-76.0, 0.4)}
    with finishing():
        found = lo.fit_features(PASSIVE, PULSE, targets, RESTING, members=64, starts=5)
    assert found.ended == ended
    assert f"ended by {ended}" in str(found)
    assert len(points) == after + 1 + (not after)  # the first point is compared all the same
    assert np.isfinite([*found.errors.values()]).all()


def test_profiles_of_a_search_that_was_too_short_lead_to_the_best_fit():
    targets = {"voltage_base": (-71.0, 0.3), "minimum_voltage": (-76.0, 0.4)}
    for start in np.random.default_rng(4).uniform([0.6, -85.0], [2.0, -75.0], (3, 2)):
        short = lo.fit_features(PASSIVE, PULSE, targets, RESTING, starts=[start], evaluations=1)
        assert [*short.values.values()] == pytest.approx(start)
        assert short.members == 0
        assert (short.ended, short.converged) == ("the limit of evaluations", False)
        assert not short.described()["converged"]
        assert "from given starts" in str(short)
        assert str(short).endswith("ended by the limit of evaluations: not converged")
        assert "no member" not in str(short)  # about the fit, from which members may differ
        for name in short.unreached:
            assert f"the fit misses the target of {name} by {abs(short.deviations[name]):.1f} standard" in str(short)
        for profiles in (lambda fit=short: fit.profile("E_leak"), lambda fit=short: fit.intervals(profiles=True)):
            with pytest.raises(lo.FitError, match="The fit is not the best: along the profile of") as raised:
                profiles()
            assert raised.value.values == pytest.approx({"g_leak": 0.4, "E_leak": -71.0}, rel=1e-4)
        again = lo.fit_features(PASSIVE, PULSE, targets, RESTING, starts=[[*raised.value.values.values()]])
        assert (again.ended, again.converged) == ("", True)
        assert again.profile("E_leak").interval() == pytest.approx((-71 - 1.96 * 0.3, -71 + 1.96 * 0.3), abs=0.01)
        with pytest.raises(lo.ArgumentError, match="Start 0 has E_leak"):
            lo.fit_features(PASSIVE, PULSE, targets, RESTING, starts=[[1.0, -30.0]])


def test_what_targets_do_not_tell_and_do_not_reach_is_said():
    one = lo.fit_features(PASSIVE, PULSE, {"minimum_voltage": (-76.0, 0.4)}, RESTING, members=64, starts=1)
    (combination,) = one.unidentified
    assert set(combination) == {"g_leak", "E_leak"}
    assert "do not determine this combination" in str(one)
    assert str(one).splitlines()[0].endswith(" to 1 feature")
    assert "1 of 1 search came as low, from the best of 64 members" in str(one)
    far = lo.fit_features(PASSIVE, PULSE, {"voltage_base": (-30.0, 1.0)}, RESTING, members=64, starts=1)
    assert far.values["E_leak"] == pytest.approx(-40.0)
    assert far.unreached == ["voltage_base"]
    assert "the fit misses the target of voltage_base by 10.0 standard deviations" in str(far)


def test_spike_times_are_found_with_the_errors_of_differences():
    made = lo.simulate(SQUID, STIMULUS, 45, sampling=None, tolerance=1e-9)
    assert made.spikes.size == 3
    found = lo.fit_features(
        SQUID, STIMULUS, {"spike_times": (made.spikes, 0.05)}, SPIKING, duration=45, members=64, starts=1
    )
    assert found.values == pytest.approx({"g_Na": 120.0, "g_K": 36.0}, rel=1e-3)
    assert found.spike_times == pytest.approx(made.spikes, abs=1e-3)
    columns = []
    for name, step in (("g_Na", 0.1), ("g_K", 0.03)):
        ends = [
            lo.simulate(
                SQUID.replace(**{name: SQUID[name] + side * step}), STIMULUS, 45, sampling=None, tolerance=1e-10
            ).spikes
            for side in (-1, 1)
        ]
        columns.append((ends[1] - ends[0]) / (2 * step) / 0.05)
    jacobian = np.stack(columns, axis=1)
    assert found.covariance == pytest.approx(np.linalg.inv(jacobian.T @ jacobian), rel=0.02)


def test_spikes_of_a_sweep_lie_where_v_crosses_the_level():
    made = lo.simulate(SQUID, STIMULUS, 45, sampling=0.02)
    sweep = lo.Sweep(made.t, v=made.v, stimulus=STIMULUS)
    found = lo.fit_features(SQUID, STIMULUS, {"spike_times": (sweep, 0.05)}, SPIKING, duration=45, members=64, starts=1)
    assert found.values == pytest.approx({"g_Na": 120.0, "g_K": 36.0}, rel=1e-2)


@pytest.mark.parametrize(
    ("targets", "kind", "said"),
    [
        ({"spike_times": ([5.0, 9.0, 12.0], 0.1)}, lo.FitError, r"3 spikes were measured, members fire 0\. Widen"),
        ({"AP_amplitude": (90, 4)}, lo.FitError, "AP_amplitude exists in 0"),
        ({"activity": (1, 2)}, lo.ArgumentError, "activity is a word"),
        ({"AP_amplitud": (1, 2)}, lo.UnknownNameError, "Did you mean 'AP_amplitude'"),
        ({"voltage_base": -65}, lo.ArgumentError, "mean and a standard deviation"),
        ({"voltage_base": (-65, 0)}, lo.ArgumentError, "standard deviation of voltage_base"),
        ({"spike_times": ([5.0, 4.0], 1)}, lo.ArgumentError, "increasing"),
        ({}, lo.ArgumentError, "Targets must map features"),
    ],
)
def test_wrong_targets_end_in_a_sentence(targets, kind, said):
    with pytest.raises(kind, match=said):
        lo.fit_features(PASSIVE, PULSE, targets, RESTING, members=8)


@pytest.fixture
def no_runs(monkeypatch):
    def run(*_, **__):
        raise AssertionError("members run")

    monkeypatch.setattr(Compared, "members", run)


def test_each_stimulus_may_have_its_own_value():
    # v settles at E_k - 2/g under one stimulus and at E_k - 4/g under the other
    stimuli = [PULSE, lo.Step(-4.0, start=60, stop=160)]
    targets = [
        {"voltage_base": (-71.0, 0.3), "minimum_voltage": (-76.0, 0.4)},
        {"voltage_base": (-65.0, 0.3), "minimum_voltage": (-75.0, 0.4)},
    ]
    bounds = RESTING | {"E_leak": lo.Bound(-90, -40, per="sweep")}
    start = [[0.6, -60.0, -75.0]]
    found = lo.fit_features(
        PASSIVE, stimuli, targets, bounds, starts=start, priors={"E_leak[1]": (-65, 9)}, tied={"C": "E_leak/(-71)"}
    )
    assert found.values == pytest.approx({"g_leak": 0.4, "E_leak[0]": -71.0, "E_leak[1]": -65.0}, rel=1e-4)
    assert [one["E_leak"] for one in found.membranes] == pytest.approx([-71.0, -65.0], rel=1e-4)
    assert found.tied["C[1]"][0] == pytest.approx(65 / 71, rel=1e-4)
    slopes = np.array([[0, 1, 0], [2 / 0.16, 1, 0], [0, 0, 1], [4 / 0.16, 0, 1]]) / [[0.3], [0.4], [0.3], [0.4]]
    expected = np.linalg.inv(slopes.T @ slopes + np.diag([0, 0, 9.0**-2]))
    assert found.covariance == pytest.approx(expected, rel=2e-3, abs=1e-6)
    for line in ("E_leak[1]           -65", "mV  (prior -65 ± 9)", f"= {found.formulas['C']}"):
        assert line in str(found)
    assert json.loads(json.dumps(found.described()))["units"]["E_leak[1]"] == "mV"


def test_deviations_beyond_their_standard_deviations_are_said():
    targets = {"voltage_base": (-71.0, 0.1), "minimum_voltage": (-71.5, 0.1)}
    found = lo.fit_features(PASSIVE, PULSE, targets, {"E_leak": (-72, -70)}, starts=[[-71.0]])
    # the best E is the mean of -71 and -71.5 + 2 [mV]
    assert found.values["E_leak"] == pytest.approx(-70.25, abs=1e-3)
    assert found.noise_ratio == pytest.approx(7.5 * np.sqrt(2), rel=1e-3)
    assert found.misfit == pytest.approx(7.5, rel=1e-3)
    assert "deviations are 11 times the standard deviations of the targets" in str(found)
    targets["minimum_voltage"] = (-73.0, 0.1)
    reached = lo.fit_features(PASSIVE, PULSE, targets, {"E_leak": (-72, -70)}, starts=[[-71.0]])
    assert "times the standard deviations" not in str(reached)


def test_what_targets_determine_to_no_less_than_1000_widths_has_such_errors():
    faint = lo.Membrane(lo.Channel("leak", g=1.0, E=-60.0), lo.Channel("b", g=1e-6, E=-60.0))
    bounds = {"g_leak": (0.5, 2), "E_b": (-61, -60)}
    found = lo.fit_features(faint, PULSE, {"minimum_voltage": (-62.0, 0.5)}, bounds, starts=[[0.8, -60.5]])
    assert found.errors["E_b"] == pytest.approx(1000, rel=1e-3)
    assert found.unidentified == [{"E_b": 1.0}]
    assert found.errors["g_leak"] == pytest.approx(0.5 / 2.0, rel=1e-2)


def test_all_searches_are_rows_of_a_table():
    targets = {"voltage_base": (-71.0, 0.3), "minimum_voltage": (-76.0, 0.4)}
    found = lo.fit_features(PASSIVE, PULSE, targets, RESTING, starts=[[0.6, -60.0], [0.5, -70.0], [0.1, -40.0]])
    runs = found.runs
    assert [run.origin for run in runs] == ["given"] * len(runs) == [runs[k].origin for k in range(3)]
    assert min(run.misfit for run in runs) == found.misfit
    assert runs[1:].rows == tuple(runs)[1:]
    table = runs.to_dataframe()
    assert list(table) == ["misfit", "g_leak", "E_leak", "evaluations", "seconds", "converged", "redrawn", "origin"]
    assert table["g_leak"].tolist() == [run.values["g_leak"] for run in runs]
    assert table.attrs["units"]["g_leak"] == "mS/cm²"
    head, *rows = str(runs).splitlines()
    assert head.split()[:5] == ["start", "misfit", "[SD]", "g_leak", "[mS/cm²]"]
    assert [row.split()[0] for row in rows] == ["0", "1", "2"]
    assert len({len(line) for line in (head, *rows)}) == 1
    assert runs._repr_html_().count("<tr>") == 4
    many = type(runs)(runs.rows * 30, runs.units)
    assert str(many).splitlines()[-1] == "... and 30 more: to_dataframe() has all 90"


@pytest.mark.parametrize("times", [[-1.0, 9.0], [5.0, 100.5], [5.0, 101.0, 300.0], [-0.001]])
def test_spike_times_outside_the_run_are_refused_before_members_run(no_runs, times):
    outside = next(time for time in times if not 0 <= time <= 100)
    said = rf" contains {outside:g} ms, outside the run from 0 to 100 ms"
    aim, other = {"spike_times": (times, 0.1)}, {"voltage_base": (-65, 1)}
    with pytest.raises(lo.ArgumentError, match=f"^spike_times{said}"):
        lo.fit_features(PASSIVE, PULSE, aim, RESTING, duration=100)
    with pytest.raises(lo.ArgumentError, match=rf"^spike_times\[1\]{said}"):
        lo.fit_features(PASSIVE, [PULSE, PULSE], [other, aim], RESTING, duration=[400, 100])
    late = lo.Sweep([0.0, 150.0, 151.0], v=[-65.0, -65.0, 20.0], stimulus=PULSE)
    with pytest.raises(lo.ArgumentError, match="outside the run"):
        lo.fit_features(PASSIVE, PULSE, {"spike_times": (late, 0.1)}, RESTING, duration=100)


def test_spike_times_that_do_not_increase_are_refused_before_members_run(no_runs):
    for times in ([5.0, 4.0], [5.0, 5.0], [9.0, 3.0, 10.0]):
        with pytest.raises(lo.ArgumentError, match="increasing"):
            lo.fit_features(PASSIVE, PULSE, {"spike_times": (times, 0.1)}, RESTING)


@pytest.mark.parametrize(
    ("measured", "counts", "said"),
    [
        (3, (0, 0), "3 spikes were measured, members fire 0."),
        (4, (5, 7), "4 spikes were measured, members fire 5 or more."),
        (4, (2, 7), "4 spikes were measured, members fire 2 to 5 or more."),
        (4, (1, 3), "4 spikes were measured, members fire 1 to 3."),
        (1, (0, 0), "1 spike was measured, members fire 0."),
        (1, (0, 3), "1 spike was measured, members fire 0 to 2 or more."),
    ],
)
def test_spikes_of_members_are_counted_in_plain_words(monkeypatch, measured, counts, said):
    def fired(compared, one, points, tolerance):
        return np.empty((len(points), 0)), [np.arange(count) + 1.0 for count in counts]

    monkeypatch.setattr(Compared, "members", fired)
    with pytest.raises(lo.FitError) as raised:
        lo.fit_features(PASSIVE, PULSE, {"spike_times": (np.arange(measured) + 1.0, 0.1)}, RESTING, members=2)
    assert said in str(raised.value)


def test_wrong_numbers_end_in_a_sentence():
    with pytest.raises(lo.UnitError, match="stimulus must be a Stimulus"):
        lo.fit_features(PASSIVE, 2.0, {"voltage_base": (-65, 1)}, RESTING)
    with pytest.raises(lo.ArgumentError, match="2 stimuli need as many mappings of targets; got 1"):
        lo.fit_features(PASSIVE, [PULSE, PULSE], {"voltage_base": (-65, 1)}, RESTING)
    with pytest.raises(lo.ArgumentError, match="1 stimulus needs as many durations; got 2"):
        lo.fit_features(PASSIVE, [PULSE], [{"voltage_base": (-65, 1)}], RESTING, duration=[100, 200])
    with pytest.raises(lo.UnitError, match="stimulus must be a Stimulus"):
        lo.fit_features(PASSIVE, [], [], RESTING)
    for duration in ("65", b"65", ["65"], True):
        with pytest.raises(lo.UnitError, match=r"duration must be a .*number"):
            lo.fit_features(PASSIVE, PULSE, {"voltage_base": (-65, 1)}, RESTING, duration=duration)
    with pytest.raises(lo.ArgumentError, match="members"):
        lo.fit_features(PASSIVE, PULSE, {"voltage_base": (-65, 1)}, RESTING, members=0)
