"""Currents, traces, spike times and features are fitted together, each divided by its noise."""

import json

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.optimize import least_squares

import loligo as lo

PASSIVE = lo.Membrane(lo.Channel("leak", g=0.3, E=-60.0), C=1.0, name="passive")
COMMAND, PULSE = lo.Step(20.0, start=2, stop=8), lo.Step(3.0, start=2, stop=12)
TRUTH = np.array([0.3, -60.0, 1.0])
BOUNDS = {"g_leak": (0.1, 1.0), "E_leak": (-80.0, -40.0), "C": (0.3, 3.0)}
T = np.arange(0.0, 20.0, 0.25)
AXON = lo.models.squid(rest=-65)


def held(g, e, t=T):
    """Return the current of the passive membrane at -70 mV and 20 mV above it."""
    return g * (-70.0 + 20.0 * ((t >= 2) & (t < 8)) - e)


def moved(g, e, c, v0, t=T):
    """Return v of the passive membrane under the pulse, from v0."""
    decay = np.exp(-g / c * t)
    on, off = (np.where(t > at, 1 - np.exp(-g / c * np.maximum(t - at, 0.0)), 0.0) for at in (2.0, 12.0))
    return e + (v0 - e) * decay + 3.0 / g * (on - off)


def measured(seed, current=1.0, v=0.5):
    """Return a sweep of each clamp with noise."""
    draws = np.random.default_rng(seed)
    clamp = lo.Sweep(
        T, current=held(*TRUTH[:2]) + draws.normal(0, current, T.size), command=COMMAND, holding=-70, name="clamp"
    )
    trace = lo.Sweep(T, v=moved(*TRUTH, -60.0) + draws.normal(0, v, T.size), stimulus=PULSE, name="trace")
    return clamp, trace


def fitted(sweeps, bounds=BOUNDS, membrane=PASSIVE, **options):
    middle = [[(low + high) / 2 for low, high in bounds.values()]]
    return lo.fit(membrane, sweeps, bounds, **{"starts": middle, **options})


@pytest.mark.parametrize("seed", [1, 2])
def test_the_best_values_minimise_the_summed_squares(seed):
    clamp, trace = measured(seed)
    weights = [1.0, 3.0]
    found = fitted([trace, clamp], noise={"current": 1.0, "v": 0.5}, weights=weights[::-1])

    def residuals(p):
        parts = (held(*p[:2]) - clamp.current, (moved(*p) - trace.v) / 0.5)
        return np.concatenate([np.sqrt(w) * one for w, one in zip(weights, parts, strict=True)])

    best = least_squares(residuals, [*TRUTH, -60.0], x_scale=[0.3, 60.0, 1.0, 60.0], xtol=1e-12, ftol=1e-12)
    errors = np.sqrt(np.diag(np.linalg.inv(best.jac.T @ best.jac)))[:3]
    np.testing.assert_array_less(np.abs([*found.values.values()] - best.x[:3]), 2e-3 * errors)
    np.testing.assert_allclose([*found.errors.values()], errors, rtol=2e-3)
    assert found.deviance == pytest.approx(2 * best.cost, rel=1e-6)
    assert found.misfit == pytest.approx(np.sqrt(2 * best.cost / (2 * T.size)), rel=1e-6)
    assert found.misfits["v"] == pytest.approx(np.std(moved(*best.x) - trace.v), rel=0.01)


def test_a_weight_is_a_smaller_noise():
    sweeps = measured(3)
    weighted = fitted(sweeps, noise=[1.0, 0.5], weights=[1.0, 2.0])
    less = fitted(sweeps, noise=[1.0, 0.5 / np.sqrt(2)])
    assert [*weighted.values.values()] == pytest.approx([*less.values.values()], rel=1e-9)
    assert [*weighted.errors.values()] == pytest.approx([*less.errors.values()], rel=1e-6)
    by_kind = fitted(sweeps, noise={"current": 1.0, "v": 0.5}, weights={"v": 2.0})
    assert by_kind.values == weighted.values
    assert weighted.values != fitted(sweeps, noise=[1.0, 0.5]).values


def test_together_data_determine_what_each_alone_does_not():
    clamp, trace = measured(4)
    alone = fitted(clamp, noise=1.0)
    assert alone.unidentified == [{"C": 1.0}]
    assert "do not determine this combination (in widths of the bounds): C" in str(alone)
    rest = lo.Sweep(T, v=moved(*TRUTH, -75.0), stimulus=PULSE * 0.0)  # decays from -75 to -60 mV
    bounds = {**BOUNDS, "C": (0.1, 30.0), "g_leak": (0.01, 3.0)}
    slow = fitted(rest, bounds, starts=[[0.35, -60.0, 1.1]], noise=0.5)
    assert len(slow.unidentified) == 1  # only C / g_leak
    assert set(slow.unidentified[0]) == {"C", "g_leak"}
    both = fitted([clamp, trace], noise=[1.0, 0.5])
    assert both.unidentified == []
    assert "do not determine" not in str(both)
    assert both.errors["C"] < 0.05


def test_noise_that_is_not_given_is_that_of_the_residuals_of_each_kind():
    inside = np.zeros(3)
    for seed in range(20):
        found = fitted(measured(100 + seed, current=2.0, v=0.2))
        assert found.noise == pytest.approx((2.0, 0.2), rel=0.3)
        ends = found.intervals(0.95)
        inside += [low < true < high for (low, high), true in zip(ends.values(), TRUTH, strict=True)]
    assert 52 <= inside.sum() <= 60
    assert found.noise_estimated == ("current", "v")
    assert "noise estimated" in str(found)
    known = fitted(measured(119, current=2.0, v=0.2), noise=[None, 0.2])
    assert known.noise_estimated == ("current",)


def test_the_whole_result_works():
    clamp, trace = measured(5)
    bounds = {**BOUNDS, "E_leak": lo.Bound(-80.0, -40.0, per="sweep")}
    seen = []
    found = lo.fit(
        PASSIVE, [clamp, trace], bounds, starts=1, noise={"v": 0.5}, priors={"C": (1.0, 0.1)},
        progress=lambda _, part: seen.append(part),
    )  # fmt: skip
    assert found.names == ("g_leak", "E_leak[0]", "E_leak[1]", "C")
    assert found.membranes[1]["E_leak"] == found.values["E_leak[1]"]
    low, high = found.profile("C").interval(0.95)
    plain = found.intervals(0.95)["C"]
    assert [low, high] == pytest.approx(plain, abs=0.2 * (plain[1] - plain[0]))
    words = json.loads(json.dumps(found.described()))
    assert words["misfits"].keys() == {"current", "v"}
    assert words["runs"][0]["origin"] == "regression"
    assert seen[-1] == 1.0
    figure = found.plot(figure=Figure())
    assert {axes.get_ylabel() for axes in figure.axes} >= {"I [µA/cm²]", "v [mV]", "fit - measured\n[noise]"}
    assert found.predicted(1)[0] == pytest.approx(moved(*np.delete([*found.values.values()], 1), -60.0), abs=0.6)
    tied = fitted(
        [clamp, trace], {"g_leak": (0.1, 1.0), "C": (0.3, 3.0)}, tied={"E_leak": "-20*C - 40"}, noise=[1, 0.5]
    )
    assert tied.tied["E_leak"][0] == -20 * tied.values["C"] - 40


def test_an_electrode_belongs_to_the_sweeps_under_voltage_clamp():
    clamp, trace = measured(6, current=0.1, v=0.1)
    leaky = lo.Sweep(T, current=np.asarray(clamp.current) + 0.2 * (held(1.0, 0.0)), command=COMMAND, holding=-70)
    bounds = {**BOUNDS, "g_leak_clamp": (0.0, 1.0)}
    found = fitted([leaky, trace], bounds, starts=[[0.35, -61.0, 1.1, 0.1]], noise=[0.1, 0.1])
    assert found.values["g_leak_clamp"] == pytest.approx(0.2, abs=5 * found.errors["g_leak_clamp"])
    assert found.errors["g_leak_clamp"] < 0.02
    assert "g_leak_clamp" not in found.membrane.parameters


def test_spike_times_count_beside_currents():
    made = lo.voltage_clamp(AXON, lo.Step(60.0, start=1), 8, holding=-65)
    noisy = made.ionic_current + np.random.default_rng(1).normal(0, 50.0, made.t.size)
    sweep = lo.Sweep(made.t, current=noisy, command=lo.Step(60.0, start=1), holding=-65)
    pulse = lo.Step(10.0, start=1, stop=20)
    spikes = lo.simulate(AXON, pulse, 22, sampling=None).spikes + np.array([0.01, -0.01])
    bounds = {"g_Na": (60, 240), "g_K": (18, 72)}
    targets = lo.FeatureTargets(pulse, {"spike_times": (spikes, 0.02)}, 22)
    options = {"starts": [[115.0, 37.0]], "noise": {"current": 50.0}}
    alone, found = (lo.fit(AXON, data, bounds, **options) for data in ([sweep], [sweep, targets]))
    assert found.kinds == ("current", "features")
    assert found.errors["g_Na"] < 0.8 * alone.errors["g_Na"]

    def squares(g_na, g_k):
        membrane = AXON.replace(g_Na=g_na, g_K=g_k)
        current = lo.voltage_clamp(membrane, lo.Step(60.0, start=1), 8, holding=-65, sampling=made.t).ionic_current
        late = lo.simulate(membrane, pulse, 22, sampling=None, tolerance=1e-9).spikes - spikes
        return float(((current - noisy) ** 2).sum() / 50.0**2 + (late**2).sum() / 0.02**2), late

    best = np.array([*found.values.values()])
    lowest, late = squares(*best)
    assert found.deviance == pytest.approx(lowest, rel=1e-4)
    assert [*found.deviations.values()] == pytest.approx(late / 0.02, abs=1e-2)
    for k, name in enumerate(bounds):
        for side in (-0.3, 0.3):
            assert squares(*(best + side * found.errors[name] * np.eye(2)[k]))[0] > lowest
    assert "spike_times: 2 spikes, each within" in str(found)
    with pytest.raises(lo.FitError, match="lacks a feature"):
        lo.fit(
            AXON, [sweep, lo.FeatureTargets(pulse, {"spike_times": ([5.0, 9.0, 13.0], 0.02)}, 22)], bounds, **options
        )
