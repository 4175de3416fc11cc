"""What the data do not tell is named whatever the widths of bounds and the noise are; exact data give no zero error."""

import json
import math
import warnings

import numpy as np
import pytest

import loligo as lo
from loligo.fitting.digits import with_error

COMMAND = lo.Step(20, start=1, stop=4) + lo.Step(40.0, start=5, stop=8)
LEAK = lo.Membrane(lo.Channel("leak", g=0.3, E=-55.0), constants={"idle": 1.0}, name="leak")
TWINS = lo.Membrane(lo.Channel("a", g=0.3, E=-55.0), lo.Channel("b", g=0.2, E=-55.0), constants={"idle": 1.0})


def measured(membrane, noise):
    made = lo.voltage_clamp(membrane, COMMAND, 10, holding=-70)
    current = made.ionic_current + noise * np.random.default_rng(0).normal(size=made.t.size)
    return lo.Sweep(made.t, current=current, command=COMMAND, holding=-70)


@pytest.mark.parametrize("width", [1e-9, 2.0, 1e12])
@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_a_parameter_without_effect(width, noise):
    found = lo.fit(LEAK, measured(LEAK, noise), {"g_leak": (0.01, 10), "idle": (0, width)}, starts=3)
    assert found.unidentified == [{"idle": 1.0}]
    assert found.errors["idle"] > 100 * width
    assert found.robust_errors["idle"] > 100 * width
    assert found.intervals()["idle"] == found.profile("idle").interval() == (0, width)
    alone = lo.fit(LEAK, measured(LEAK, noise), {"g_leak": (0.01, 10)}, starts=3)
    assert found.errors["g_leak"] == pytest.approx(alone.errors["g_leak"], rel=0.1)
    assert found.predicted()[1] == pytest.approx(alone.predicted()[1], rel=0.1)


@pytest.mark.parametrize("width", [0.6, 1e9])
@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_combinations_and_parameters_without_effect_are_distinguished(width, noise):
    bounds = {"g_a": (0, width), "idle": (1, 5), "g_b": (0, width)}
    found = lo.fit(TWINS, measured(TWINS, noise), bounds, starts=3)
    combinations = sorted(found.unidentified, key=len)
    assert combinations[0] == {"idle": 1.0}
    assert combinations[1] == pytest.approx({"g_a": 1.0, "g_b": -1.0}) or combinations[1] == pytest.approx(
        {"g_a": -1.0, "g_b": 1.0}
    )
    assert len(combinations) == 2
    assert all(found.values[name] == 0 for name in found.at_bounds)


@pytest.mark.parametrize("noise_is_given", [False, True])
def test_data_without_noise_give_values_with_errors_of_rounding(noise_is_given):
    sweep = measured(LEAK, 0.0)
    found = lo.fit(LEAK, sweep, {"E_leak": (-100, 0)}, starts=3, noise=1e-3 if noise_is_given else None)
    assert found.values["E_leak"] == pytest.approx(-55, abs=1e-12)
    assert 0 < found.errors["E_leak"] < 1e-3
    low, high = found.profile("E_leak").interval()
    assert low <= found.values["E_leak"] <= high
    assert high - low < 1e-3
    assert math.isfinite(found.aicc)
    assert math.isfinite(found.bic)
    assert "?" not in str(found)


def test_one_sample_more_than_parameters_is_described_in_json():
    sweep = lo.Sweep([0.0, 2, 6], current=[-4, 1.0, 8], command=COMMAND, holding=-70)
    found = lo.fit(LEAK, sweep, {"g_leak": (0.01, 10), "E_leak": (-100, 0)}, starts=3)
    assert found.aicc == math.inf
    assert json.loads(json.dumps(found.described(), allow_nan=False))["aicc"] is None


def test_a_flat_profile_is_drawn_below_its_limits(tmp_path):
    found = lo.fit(LEAK, measured(LEAK, 0.1), {"g_leak": (0.01, 10), "idle": (0, 2)}, starts=2)
    figure = found.profile("idle").plot()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.savefig(tmp_path / "profile.png")
    assert figure.axes[0].get_ylim()[1] > 6.63


def test_numbers_show_digits_that_a_double_holds():
    assert with_error(0.3, 1e-18) == "0.3 ± 1e-18"
    assert with_error(1.23456e9, 3e6) == "(1.235 ± 0.003)e9"
    assert with_error(-4.5e-12, 2e-13) == "(-4.50 ± 0.20)e-12"
