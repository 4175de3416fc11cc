"""Wrong arguments of a fit end in a sentence; a limit and Ctrl-C leave the best so far; a fit shows all it found."""

import copy
import json
import pickle
import re
import sys
import time
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import loligo as lo
from loligo.fitting.feature_targets import targets_of
from loligo.fitting.report import page
from loligo.fitting.silence import check_spikes
from loligo.fitting.summary import _beyond_noise
from loligo.fitting.uncertainty import combinations, told
from loligo.fitting.volts import check_volts
from loligo.kernel.stops import current_stop, finishing
from loligo.population.blocks.initial_states import nonsense

AXON = lo.models.squid(rest=-65)
COMMAND = lo.Step(60.0, start=1)
MADE = lo.voltage_clamp(AXON, COMMAND, 8, holding=-65)
NOISE = np.random.default_rng(1).normal(0, 2.0, MADE.t.size)
SWEEP = lo.Sweep(MADE.t, current=MADE.ionic_current + NOISE, command=COMMAND, holding=-65)
BOUNDS = {"g_Na": (20, 500), "g_K": (5, 200)}
CALCIUM = lo.Membrane(
    lo.Channel("leak", g=0.3, E=-60.0), lo.State("ca", derivative="-0.1*ca", initial=0.1, unit="µM"), name="with a pool"
)
OF_CELL = lo.Sweep(MADE.t, current=NOISE, per="cell", command=COMMAND, holding=-65)
UNKNOWN = lo.Sweep([0, 1.0, 2.0], current=[0, 1, 2.0])
LEAK = lo.Membrane(lo.Channel("leak", g=0.3, E=300.0))
SILENT = lo.Membrane(lo.Channel("leak", g=1.0, E=-65.0))
SHORT = lo.Sweep([0.0, 1.0], current=[0.0, 1.0], command=COMMAND, holding=-65)
CURRENT = lo.Sweep([0, 1, 2, 3], v=[-65, -64, -60, -61], stimulus=lo.Step(5.0, start=1))
BOTH = [SWEEP, CURRENT]
TARGETS = lo.FeatureTargets(lo.Step(10.0), {"spike_times": ([2.0], 0.1)})
CLEAN = lo.Sweep([0, 1, 2, 3], v=[-65.0, -65.0, -65.0, -65.0], stimulus=lo.Step(0.0))
QUIET = lo.Sweep(MADE.t, v=NOISE - 65, stimulus=lo.Step(0.0))
WRONG = {
    "no bounds": (lambda: lo.fit(AXON, SWEEP, {}), lo.ArgumentError, "bounds must map parameters"),
    "bounds of no name": (lambda: lo.fit(AXON, SWEEP, [(1, 2)]), lo.ArgumentError, "bounds must map"),
    "unknown parameter": (lambda: lo.fit(AXON, SWEEP, {"g_na": (1, 2)}), lo.UnknownNameError, "g_Na"),
    "one number": (lambda: lo.fit(AXON, SWEEP, {"g_Na": 120}), lo.ArgumentError, "two numbers"),
    "three numbers": (lambda: lo.fit(AXON, SWEEP, {"g_Na": (1, 2, 3)}), lo.ArgumentError, "two numbers"),
    "turned": (lambda: lo.fit(AXON, SWEEP, {"g_Na": (500, 20)}), lo.ArgumentError, "from a lower to a higher"),
    "equal": (lambda: lo.fit(AXON, SWEEP, {"g_Na": (20, 20)}), lo.ArgumentError, "from a lower to a higher"),
    "infinite": (lambda: lo.fit(AXON, SWEEP, {"g_Na": (20, np.inf)}), lo.ArgumentError, "finite"),
    "below zero": (lambda: lo.fit(AXON, SWEEP, {"g_Na": (-20, 500)}), lo.ArgumentError, "g_Na"),
    "text": (lambda: lo.fit(AXON, SWEEP, {"g_Na": "20:500"}), lo.ArgumentError, "two numbers"),
    "logarithm of zero": (lambda: lo.Bound(0, 1, "log"), lo.ArgumentError, "above 0"),
    "scale": (lambda: lo.Bound(0, 1, "square"), lo.ArgumentError, "'linear' or 'log'"),
    "no sweep": (lambda: lo.fit(AXON, [], BOUNDS), lo.ArgumentError, "at least one sweep"),
    "an array": (lambda: lo.fit(AXON, [MADE.v], BOUNDS), lo.UnitError, "sweeps must be"),
    "a recording": (lambda: lo.fit(AXON, MADE, BOUNDS), lo.UnitError, "sweeps must be"),
    "no membrane": (lambda: lo.fit("squid", SWEEP, BOUNDS), lo.UnitError, "membrane"),
    "features alone": (lambda: lo.fit(AXON, TARGETS, BOUNDS), lo.ArgumentError, "lo.fit_features"),
    "one noise of two kinds": (lambda: lo.fit(AXON, BOTH, BOUNDS, noise=1.0), lo.ArgumentError, "different units"),
    "noise of one of two": (lambda: lo.fit(AXON, BOTH, BOUNDS, noise=[1.0]), lo.ArgumentError, "each of the 2"),
    "noise of no kind": (lambda: lo.fit(AXON, BOTH, BOUNDS, noise={"V": 1.0}), lo.UnknownNameError, "current, v"),
    "noise below zero": (lambda: lo.fit(AXON, BOTH, BOUNDS, noise={"v": -1.0}), lo.ArgumentError, r"noise\['v'\]"),
    "noise of features": (lambda: lo.fit(AXON, [SWEEP, TARGETS], BOUNDS, noise=[1, 2]), lo.ArgumentError, "None"),
    "no noise to estimate": (lambda: lo.fit(AXON, [SWEEP, CLEAN], BOUNDS), lo.FitError, "shows no noise"),
    "weights of one of two": (lambda: lo.fit(AXON, BOTH, BOUNDS, weights=[1.0]), lo.ArgumentError, "each of the 2"),
    "one weight": (lambda: lo.fit(AXON, BOTH, BOUNDS, weights=2.0), lo.ArgumentError, "each of the 2"),
    "weight below zero": (lambda: lo.fit(AXON, BOTH, BOUNDS, weights=[1, -1]), lo.ArgumentError, r"weights\[1\]"),
    "weight of 0": (lambda: lo.fit(AXON, BOTH, BOUNDS, weights=[0, 1]), lo.ArgumentError, r"weights\[0\]"),
    "weight that is no number": (lambda: lo.fit(AXON, BOTH, BOUNDS, weights=[1, np.nan]), lo.ArgumentError, "weights"),
    "weight of no kind": (lambda: lo.fit(AXON, BOTH, BOUNDS, weights={"spikes": 1}), lo.UnknownNameError, "current, v"),
    "targets without stimulus": (
        lambda: lo.fit(AXON, [SWEEP, lo.FeatureTargets(10.0, {"spike_count": (1, 1)})], BOUNDS, noise=1.0),
        lo.UnitError,
        "stimulus of FeatureTargets",
    ),
    "no stimulus": (lambda: lo.fit(AXON, lo.Sweep([0, 1, 2], v=[1, 2, 3]), BOUNDS), lo.ArgumentError, "stimulus="),
    "four samples of v": (
        lambda: lo.fit(AXON, CURRENT, BOUNDS | {"C": (0.5, 2), "E_K": (-90, -60)}, noise=0.1),
        lo.ArgumentError,
        "cannot determine 4 parameters",
    ),
    "two samples of v": (
        lambda: lo.fit(AXON, CURRENT.replace(exclude=[(0, 2)]), BOUNDS),
        lo.ArgumentError,
        "fewer than 3 compared samples",
    ),
    "noise alone": (lambda: lo.fit(AXON, QUIET, BOUNDS), lo.FitError, "determines no parameter"),
    "v in volts": (
        lambda: lo.fit(AXON, CURRENT.replace(v=CURRENT.v / 1000), {"g_Na": (20, 500)}),
        lo.UnitError,
        r"rests at -65 mV: v seems to be in V. Give it in mV",
    ),
    "no protocol": (lambda: lo.fit(AXON, UNKNOWN, BOUNDS), lo.ArgumentError, "protocol is absent"),
    "two samples": (lambda: lo.fit(AXON, SHORT, BOUNDS), lo.ArgumentError, "cannot determine 2 parameters"),
    "nothing kept": (lambda: lo.fit(AXON, SWEEP.replace(exclude=[(0, 99)]), BOUNDS), lo.ArgumentError, "no sample"),
    "a cell": (
        lambda: lo.fit(AXON, [SWEEP, OF_CELL], BOUNDS),
        lo.UnitError,
        "all in",
    ),
    "a pool": (lambda: lo.fit(CALCIUM, SWEEP, {"g_leak": (0.1, 1)}), lo.ModelError, "has ca"),
    "starts of another shape": (lambda: lo.fit(AXON, SWEEP, BOUNDS, starts=[[1.0, 2.0, 3.0]]), lo.ArgumentError, "g_K"),
    "starts beyond": (
        lambda: lo.fit(AXON, SWEEP, BOUNDS, starts=[[100.0, 300.0]]),
        lo.ArgumentError,
        "Start 0 has g_K",
    ),
    "no start": (lambda: lo.fit(AXON, SWEEP, BOUNDS, starts=0), lo.ArgumentError, "only under current clamp"),
    "starts of another name": (
        lambda: lo.fit(AXON, SWEEP, BOUNDS, starts={"g_Na": [100.0], "g_k": [30.0]}),
        lo.UnknownNameError,
        "g_K",
    ),
    "starts without a name": (lambda: lo.fit(AXON, SWEEP, BOUNDS, starts={"g_Na": [100.0]}), lo.ArgumentError, "g_K"),
    "starts of two lengths": (
        lambda: lo.fit(AXON, SWEEP, BOUNDS, starts={"g_Na": [100.0], "g_K": [30.0, 40.0]}),
        lo.ArgumentError,
        "same length",
    ),
    "half a start": (lambda: lo.fit(AXON, SWEEP, BOUNDS, starts=1.5), lo.ArgumentError, "starts"),
    "noise of zero": (lambda: lo.fit(AXON, SWEEP, BOUNDS, noise=0.0), lo.ArgumentError, "noise"),
    "two noises": (lambda: lo.fit(AXON, SWEEP, BOUNDS, noise=[1.0, 2.0]), lo.ArgumentError, "1 sweeps"),
    "a prior of another": (lambda: lo.fit(AXON, SWEEP, BOUNDS, priors={"E_K": (1, 2)}), lo.UnknownNameError, "priors"),
    "a prior without width": (
        lambda: lo.fit(AXON, SWEEP, BOUNDS, priors={"g_K": (36, 0)}),
        lo.ArgumentError,
        "standard deviation",
    ),
    "a prior beyond": (lambda: lo.fit(AXON, SWEEP, BOUNDS, priors={"g_K": (360, 5)}), lo.ArgumentError, "outside its"),
    "below absolute zero": (lambda: lo.fit(AXON, SWEEP, {"celsius": (-300, 9)}), lo.ArgumentError, "absolute zero"),
    "a tie below zero": (lambda: lo.fit(AXON, SWEEP, BOUNDS, tied={"g_leak": -1}), lo.ArgumentError, "zero or more"),
    "a formula below zero": (
        lambda: lo.fit(AXON, SWEEP, BOUNDS, tied={"C": "1 - g_Na", "g_leak": "g_K"}, starts=1),
        lo.FitError,
        r"C is tied to 1 - g_Na, which is -\d+.* at g_Na = .*a value above 0 is required",
    ),
    "a prior that is no pair": (lambda: lo.fit(AXON, SWEEP, BOUNDS, priors={"g_K": 36}), lo.ArgumentError, "mean and"),
    "a current of zero": (lambda: lo.fit(AXON, SWEEP.replace(current=0 * NOISE), BOUNDS), lo.FitError, "is 0 at all"),
    "the wrong sign of a chosen start": (
        lambda: lo.fit(LEAK, SWEEP.replace(current=1e3 + NOISE), {"g_leak": (0.1, 9)}, starts=[[1.0]]),
        lo.FitError,
        "The only starting point does not give",
    ),
    "the wrong sign": (
        lambda: lo.fit(LEAK, SWEEP.replace(current=1e3 + NOISE), {"g_leak": (0.1, 9)}, starts=2),
        lo.FitError,
        "None of 602",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_arguments(case):
    call, kind, said = WRONG[case]
    with pytest.raises(kind, match=said) as raised:
        call()
    assert str(raised.value).endswith((".", "?", "'", "."))


def test_starts_are_read_by_name():
    plain = lo.fit(AXON, SWEEP, BOUNDS, starts=[[100.0, 30.0], [50.0, 20.0]], evaluations=1)
    table = pd.DataFrame({"g_K": [30.0, 20.0], "g_Na": [100.0, 50.0]})
    for named in (table, {"g_K": [30, 20], "g_Na": [100, 50]}):
        found = lo.fit(AXON, SWEEP, BOUNDS, starts=named, evaluations=1)
        assert [run.values for run in found.runs] == [run.values for run in plain.runs]
    one = lo.fit(AXON, SWEEP, BOUNDS, starts=table.iloc[0], evaluations=1)
    assert one.runs[0].values == plain.runs[0].values


def test_temperatures_below_absolute_zero_are_refused_everywhere():
    for make in (
        lambda: AXON.replace(celsius=-274),
        lambda: lo.Membrane(celsius=-300.0),
        lambda: lo.Membrane(q10=3.0, reference_celsius=-300.0),
        lambda: lo.Membrane(constants={"T": (-300.0, "°C")}),
        lambda: lo.Population.sobol(AXON, {"celsius": (-300, 10)}, size=4),
    ):
        with pytest.raises(lo.ArgumentError, match=r"-273.15 °C \(absolute zero\) or more"):
            make()
    plan = SimpleNamespace(membrane=AXON, parameters=("g_Na", "celsius"))
    said = nonsense(plan, np.array([[120.0, 6.3], [120.0, -300.0]]), np.zeros(2))
    assert said == ["", "celsius must be -273.15 °C or more; it is -300"]


def test_residuals_beyond_the_noise_are_said():
    assert "times the noise" not in str(lo.fit(AXON, SWEEP, BOUNDS, noise=2.0, starts=1))
    given = lo.fit(AXON, SWEEP, BOUNDS, noise=2e-3, starts=1)
    assert given.noise_ratio == pytest.approx(given.misfit / 2e-3, rel=0.02)
    assert re.search(r"residuals are [89]\d0 times the noise that was given: .* too small by as much", str(given))
    v = SimpleNamespace(clamp="current", v=np.linspace(-70.0, 30.0, 101), kept=np.ones(101, dtype=bool))
    fit = SimpleNamespace(noise_ratio=4.0, noise_known=False, misfit=2.0, sweeps=[v])
    (line,) = _beyond_noise(fit, True)
    assert "residuals are 4.0 times the noise between neighbouring samples" in line
    assert "try more starts" in line
    for quiet in ({"noise_ratio": 2.0}, {"misfit": 0.1}, {"sweeps": [SWEEP]}):
        assert not _beyond_noise(SimpleNamespace(**vars(fit) | quiet), True)


def test_small_v_in_millivolts_is_not_refused():
    check_volts(lo.models.squid(rest=0), [CURRENT.replace(v=[0.0, 0.01, 0.02, 0.0])])
    check_volts(AXON, [CURRENT, CURRENT.replace(v=[0.5, 0.4, 0.3, 0.2]), SWEEP])


def traces(made, noise=0.1, **more):
    """Return what `check_spikes` reads of a fit of LEAK to a spike, of which residuals leave ``made``."""
    t = np.linspace(0.0, 10.0, 101)
    measured = -65.0 + 100.0 * np.exp(-((t - 5.0) ** 2))
    sweep = lo.Sweep(t, v=measured, stimulus=lo.Step(5.0))
    own = {"sweeps": [sweep], "residuals": (made(measured) - measured,), "noise": (noise,), "ended": "", "runs": "ab"}
    return SimpleNamespace(**own | {"membrane": LEAK, "values": {"g_leak": 1.0}} | more)


def test_a_fit_without_the_spikes_of_the_data_is_refused(monkeypatch):
    with pytest.raises(
        lo.FitError, match="has 1 spike, the best of 2 starts none: the bounds or the membrane"
    ) as raised:
        check_spikes(traces(lambda v: np.minimum(v, -20.0)))
    assert raised.value.values == {"g_leak": 1.0}
    check_spikes(traces(lambda v: v))
    check_spikes(traces(lambda v: np.minimum(v, -20.0), ended="the time limit"))
    check_spikes(traces(lambda v: np.minimum(v, -20.0), noise=50.0))  # the peak is no more than its noise

    def refused(fit):
        raise lo.FitError("refused")

    monkeypatch.setattr(sys.modules["loligo.fitting.fit"], "check_spikes", refused)
    with pytest.raises(lo.FitError, match="refused"):
        lo.fit(AXON, SWEEP, BOUNDS, starts=[[100.0, 30.0]])


def test_no_combination_is_named_twice():
    for slopes in np.random.default_rng(7).uniform(1.0, 4.0, (6, 3)) * [1.0, 1e-3, 1e-2]:
        free = combinations(*told(np.outer(slopes, slopes)), "abc")
        assert len(free) == 2 + (np.linalg.norm(slopes) < 2.0)  # a standard deviation above half a width
        dense = np.array([[parts.get(name, 0.0) for name in "abc"] for parts in free[:2]])
        assert np.linalg.matrix_rank(dense, tol=1e-3) == 2


def test_bounds_and_targets_are_pairs_of_any_kind():
    plain = lo.fit(AXON, SWEEP, BOUNDS, starts=1, priors={"g_K": (36, 5)})
    for kind in (np.array, list, pd.Series):
        bounds = {name: kind(ends) for name, ends in BOUNDS.items()}
        assert lo.fit(AXON, SWEEP, bounds, starts=1, priors={"g_K": kind([36, 5])}).values == plain.values
        assert targets_of({"peak_voltage": kind([30, 4])}, 0.0).features == {"peak_voltage": (30, 4)}
    table = pd.DataFrame({"peak_voltage": [1.0, 30.0]})
    assert lo.accept(table, {"peak_voltage": np.array([20, 40])}).inside == {"peak_voltage": 1}


def test_what_only_rounding_determines_has_errors_of_1000_widths():
    inverse, untold = told(np.diag([1e-26, 4.0]), most=1000.0)
    assert inverse == pytest.approx(np.diag([0.0, 0.25]))
    assert untold == pytest.approx(np.array([[1.0], [0.0]]))
    membrane = lo.Membrane(lo.Channel("leak", g=0.3, E=-55.0), lo.Channel("b", g=1e-12, E=-55.0))
    made = lo.voltage_clamp(membrane, COMMAND, 8, holding=-65)
    noise = np.random.default_rng(1).normal(0, 0.1, made.t.size)
    measured = lo.Sweep(made.t, current=made.ionic_current + noise, command=COMMAND, holding=-65)
    for known in (None, 0.1):
        found = lo.fit(membrane, measured, {"g_leak": (0.1, 1), "E_b": (-90, -30)}, starts=1, noise=known)
        assert found.errors["E_b"] == pytest.approx(60_000, rel=1e-6)
        assert found.robust_errors["E_b"] == pytest.approx(60_000, rel=1e-6)
        assert found.errors["g_leak"] < 0.01
        assert found.unidentified == [{"E_b": 1.0}]


def test_ctrl_c_returns_the_best_so_far():
    def press(part, share):
        assert part == "fit"
        if share >= 5 / 40:
            raise KeyboardInterrupt

    found = lo.fit(AXON, SWEEP, BOUNDS, starts=40, progress=press)
    assert found.ended == "Ctrl-C"
    assert 5 <= len(found.runs) < 40
    assert found.values["g_Na"] == pytest.approx(120, rel=0.05)
    assert "ended by Ctrl-C" in str(found)


def test_a_limit_of_time_returns_the_best_so_far():
    fine = lo.Sweep(np.linspace(0, 8, 100_001), current=np.zeros(100_001), command=COMMAND, holding=-65)
    made = lo.voltage_clamp(AXON, COMMAND, 8, holding=-65, sampling=fine.t)
    measured = fine.replace(current=made.ionic_current)
    begun = time.monotonic()
    with lo.time_limit(2.0):
        found = lo.fit(AXON, measured, BOUNDS, starts=10_000, threads=1)
    assert time.monotonic() - begun < 20
    assert found.ended == "the time limit"
    assert 0 < len(found.runs) < 10_000


def test_a_fit_is_printed_after_its_time_limit():
    lo.fit(AXON, SWEEP, BOUNDS, starts=1)  # compiles, which a limit would end
    with finishing():
        current_stop().ask(1.0)
        found = lo.fit(AXON, SWEEP, BOUNDS, starts=2, threads=1)
        assert f"ended by {found.ended}" in str(found)
        assert found.plot().axes
        assert found.described()["ended"] == found.ended


def test_profiles_of_a_search_that_was_too_short_lead_to_the_best_fit():
    bounds = BOUNDS | {"celsius": (3, 15)}
    short = lo.fit(AXON, SWEEP, bounds, starts=[[400.0, 20.0, 13.0]], evaluations=1)
    assert (short.ended, short.converged) == ("the limit of evaluations", False)
    assert short.described()["converged"] is False
    assert str(short).endswith("ended by the limit of evaluations: not converged")
    with pytest.raises(lo.FitError, match=r"along the profile of g_Na .* from there with starts=\[\[") as raised:
        short.intervals(profiles=True)
    assert str(raised.value).split(", starts")[0] in page(short)
    best = lo.fit(AXON, SWEEP, bounds, starts=3)
    assert (best.ended, best.converged) == ("", True)
    assert raised.value.values == pytest.approx(best.values, rel=1e-5)
    again = lo.fit(AXON, SWEEP, bounds, starts=[[*raised.value.values.values()]])
    assert again.intervals(profiles=True).keys() == bounds.keys()


@pytest.mark.parametrize("kind", ["recordings", "features"])
def test_a_time_limit_and_ctrl_c_along_a_profile_raise(kind, monkeypatch):
    name, bounds = "E_leak", {"E_leak": (-90, -40)}
    if kind == "recordings":
        found = lo.fit(AXON, SWEEP, bounds, starts=[[-54.0]])
    else:
        found = lo.fit_features(
            SILENT, COMMAND, {"minimum_voltage": (-66.0, 0.5)}, bounds, duration=9, starts=[[-66.0]]
        )
    for end in (found.profile, lambda _: found.intervals(profiles=True)):
        with finishing():
            current_stop().ask(1.0)
            with pytest.raises(
                lo.TimeLimitError, match="along the profile of E_leak: allow more time, or take intervals"
            ):
                end(name)
        with monkeypatch.context() as patch:
            patch.setattr(type(found._problem if kind == "recordings" else found._compared), "quadratic", pressed)
            with pytest.raises(KeyboardInterrupt):
                end(name)
    assert found.profile(name).interval()[0] < found.values[name]  # nothing of these remains


def pressed(*_):
    raise KeyboardInterrupt


def test_a_fit_that_has_found_nothing_yet_is_ended():
    def press(part, share):
        raise ValueError(f"{part} at {share:.2f}")

    with pytest.raises(ValueError, match=r"fit at (0\.33|0\.67|1)"):
        lo.fit(AXON, SWEEP, BOUNDS, starts=3, progress=press)


def test_what_a_fit_shows():
    found = lo.fit(AXON, [SWEEP, SWEEP.replace(exclude=[(1, 1.2)], name="second")], BOUNDS, starts=3)
    assert found.names == ("g_Na", "g_K")
    assert found.correlation.shape == (2, 2)
    assert np.diag(found.correlation) == pytest.approx(1)
    assert json.loads(json.dumps(found.described()))["values"] == found.values
    current, error = found.predicted(1)
    assert current.shape == error.shape == found.residuals[1].shape
    assert (error < 1.0).all()
    for same in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert same.values == found.values
        assert same.errors == found.errors
        assert same.profile("g_K").values.tolist() == found.profile("g_K").values.tolist()
    axes = found.plot().axes
    measured, model = axes[0].lines[2:4]  # of the second sweep, with a gap
    assert np.isnan(measured.get_ydata()).sum() == np.isnan(model.get_ydata()).sum() == 1
    assert {axis.get_xlabel() for axis in axes} >= {"t [ms]", "lag [samples]"}
    assert axes[0].get_ylabel() == "I [µA/cm²]"
    assert found.profile("g_K").plot().axes[-1].get_xlabel() == "g_K [mS/cm²]"
    assert found.profile("g_K") is found.profile("g_K")
    assert found.aicc < found.bic
    assert found.noise == pytest.approx((2.0, 2.0), rel=0.3)
    assert "µA/cm² between neighbouring samples" in str(found)
    assert "noise 1.5 to 2.5 µA/cm², as given" in str(lo.fit(AXON, [SWEEP] * 2, BOUNDS, starts=1, noise=[1.5, 2.5]))
    assert found.runs.to_dataframe().attrs["units"]["misfit"] == "µA/cm²"
    assert "<th>seconds [s]</th>" in page(found)
    again = pickle.loads(pickle.dumps(found.membrane))
    assert again == AXON.replace(**found.values)
    with pytest.raises(lo.UnknownNameError, match="varied"):
        found.profile("E_K")
    with pytest.raises(lo.ArgumentError, match="between 0 and 1"):
        found.intervals(95)
    for low, high in found.intervals(0.99, profiles=True).values():
        assert low < high
