"""Fits find the parameters that made noisy currents, as often within their intervals as these say."""

import numpy as np
import pytest

import loligo as lo

STEPS = sum([lo.Step(v, start=4 * k + 1, stop=4 * k + 4) for k, v in enumerate([20, 35, 50, 80, 120])], lo.Step(0.0))


def delayed_rectifier(g=20.0, half=-40.0, slope=0.1, speed=0.5):
    gate = lo.Gate("n", inf="1/(1 + exp(-(v - half)*slope))", tau="1/speed")
    parts = lo.Channel("K", g=g, E=-85.0, open=gate), lo.Channel("leak", g=0.3, E=-55.0)
    return lo.Membrane(*parts, constants={"half": half, "slope": slope, "speed": speed}, name="delayed rectifier")


def measured(membrane, noise, rng, command=STEPS, holding=-70.0, every=0.1):
    made = lo.voltage_clamp(membrane, command, 21, holding=holding, sampling=every)
    return lo.Sweep(
        made.t, current=made.ionic_current + noise * rng.normal(size=made.t.size), command=command, holding=holding
    )


BOUNDS = {"g_K": (1, 100), "half": (-70, 0), "slope": (0.01, 0.5), "speed": (0.01, 10)}


def test_random_membranes_are_found():
    rng = np.random.default_rng(1)
    for _ in range(25):
        truth = {
            "g_K": rng.uniform(2, 90), "half": rng.uniform(-55, -25), "slope": rng.uniform(0.05, 0.25),
            "speed": 10 ** rng.uniform(-1, 0.5),
        }  # fmt: skip
        axon = delayed_rectifier(*truth.values())
        found = lo.fit(delayed_rectifier(), measured(axon, 1.0, rng), BOUNDS, starts=4, threads=1)
        for name, value in truth.items():
            assert abs(found.values[name] - value) < 5 * found.errors[name], (name, found, truth)
        assert found.membrane == delayed_rectifier().replace(**found.values)


@pytest.mark.parametrize("given", [None, 2.0])
def test_intervals_hold_the_truth_as_often_as_they_say(given):
    rng, held, count = np.random.default_rng(2), dict.fromkeys(BOUNDS, 0), 150
    axon, start = delayed_rectifier(), np.array([[20.0, -40.0, 0.1, 0.5]])
    for _ in range(count):
        found = lo.fit(axon, measured(axon, 2.0, rng), BOUNDS, starts=start, noise=given, threads=1)
        for name, (low, high) in found.intervals(0.9).items():
            held[name] += low <= axon[name] <= high
    for name, hits in held.items():  # 4 standard deviations of a binomial number
        assert abs(hits / count - 0.9) < 4 * np.sqrt(0.9 * 0.1 / count), (name, hits)


def test_robust_errors_hold_where_neighbouring_residuals_go_together():
    rng, away, plain, lengths = np.random.default_rng(3), [], [], []
    axon, start = delayed_rectifier(), np.array([[20.0, -40.0, 0.1, 0.5]])
    for _ in range(80):
        sweep = measured(axon, 0.0, rng, every=0.01)
        noise = np.zeros(sweep.t.size)
        for k, each in enumerate(rng.normal(size=sweep.t.size)):
            noise[k] = 0.9 * noise[k - 1] + each
        found = lo.fit(axon, sweep.replace(current=sweep.current + noise), BOUNDS, starts=start, threads=1)
        away.append([(found.values[name] - axon[name]) / found.robust_errors[name] for name in BOUNDS])
        plain.append([(found.values[name] - axon[name]) / found.errors[name] for name in BOUNDS])
        lengths.append(found.correlation_length)
    assert 14 < np.median(lengths) < 26  # (1 + 0.9)/(1 - 0.9) = 19
    assert (np.std(away, axis=0) > 0.75).all()
    assert (np.std(away, axis=0) < 1.4).all()
    assert (np.std(plain, axis=0) > 2.5).all()


def test_a_leak_is_a_linear_regression():
    rng = np.random.default_rng(4)
    leak = lo.Membrane(lo.Channel("leak", g=0.3, E=-55.0), lo.Current("other", "k*(v + 20)**2"), constants={"k": 1e-3})
    sweep = measured(leak, 0.5, rng)
    v = sweep.played
    design = np.stack([v + 55, (v + 20) ** 2], axis=1)
    expected, squares, *_ = np.linalg.lstsq(design, sweep.current)
    covariance = np.linalg.inv(design.T @ design) * squares[0] / (v.size - 2)
    found = lo.fit(leak, sweep, {"g_leak": (0.01, 10), "k": lo.Bound(-0.1, 0.1)}, starts=3)
    assert [found.values[name] for name in ("g_leak", "k")] == pytest.approx(expected, rel=1e-9)
    assert found.covariance == pytest.approx(covariance, rel=1e-7)
    assert found.misfit == pytest.approx(np.sqrt(squares[0] / v.size), rel=1e-9)
    profile = found.profile("k")
    parabola = ((profile.values - found.values["k"]) / found.errors["k"]) ** 2
    assert profile.deviance == pytest.approx(parabola, rel=1e-6, abs=1e-6)
    assert profile.interval(0.95) == pytest.approx(found.intervals(0.95)["k"], abs=0.05 * found.errors["k"])


def test_unidentified_combinations_are_named():
    twins = lo.Membrane(lo.Channel("a", g=0.3, E=-55.0), lo.Channel("b", g=0.2, E=-55.0))
    found = lo.fit(
        twins, measured(twins, 0.1, np.random.default_rng(5)), {"g_a": (0.01, 0.6), "g_b": (0.01, 0.6)}, starts=5
    )
    (combination,) = found.unidentified
    assert combination["g_a"] == pytest.approx(-combination["g_b"], rel=1e-6)
    assert found.values["g_a"] + found.values["g_b"] == pytest.approx(0.5, rel=1e-2)
    assert "do not determine" in str(found)
    low, high = found.profile("g_a").interval()
    assert low <= 0.011
    assert 0.48 < high < 0.51


def test_bounds_are_kept_and_named():
    axon = delayed_rectifier(g=20.0)
    found = lo.fit(axon, measured(axon, 0.1, np.random.default_rng(6)), BOUNDS | {"g_K": (1, 15)}, starts=3)
    assert found.at_bounds == ["g_K"]
    assert found.values["g_K"] == 15
    assert "at its bound" in str(found)


def test_priors_are_counted_as_measurements():
    leak = lo.Membrane(lo.Channel("leak", g=0.3, E=-55.0))
    sweep = measured(leak, 0.5, np.random.default_rng(7))
    drive = sweep.played + 55
    weight = drive @ drive / 0.5**2
    found = lo.fit(leak, sweep, {"g_leak": (0.01, 10)}, noise=0.5, priors={"g_leak": (0.4, 0.001)}, starts=2)
    plain = (drive @ sweep.current) / (drive @ drive)
    assert found.values["g_leak"] == pytest.approx((weight * plain + 1e6 * 0.4) / (weight + 1e6), rel=1e-8)
    assert found.errors["g_leak"] == pytest.approx((weight + 1e6) ** -0.5, rel=1e-6)


def test_the_same_bits_on_any_number_of_threads():
    axon = delayed_rectifier()
    sweep = measured(axon, 1.0, np.random.default_rng(8))
    one, three = (lo.fit(axon, sweep, BOUNDS, starts=7, seed=3, threads=n) for n in (1, 3))
    assert one.values == three.values
    assert [run.values for run in one.runs] == [run.values for run in three.runs]


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_other_units_of_current_change_nothing_else(factor):
    axon = delayed_rectifier()
    sweep = measured(axon, 1.0, np.random.default_rng(9))
    larger = delayed_rectifier(g=20 * factor).replace(g_leak=0.3 * factor)
    other = sweep.replace(current=factor * sweep.current)
    plain = lo.fit(axon, sweep, BOUNDS, starts=4)
    scaled = lo.fit(larger, other, BOUNDS | {"g_K": (factor, 100 * factor)}, starts=4)
    for name, value in plain.values.items():
        by = factor if name == "g_K" else 1.0
        assert scaled.values[name] == pytest.approx(by * value, rel=1e-5)
        assert scaled.errors[name] == pytest.approx(by * plain.errors[name], rel=1e-4)
