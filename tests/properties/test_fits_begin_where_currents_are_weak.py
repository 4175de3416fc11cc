"""Fits begin where the current is far below the noise, and where the values that were chosen are far off."""

import numpy as np
import pytest

import loligo as lo

COMMAND = lo.Step(20, start=1, stop=4) + lo.Step(40.0, start=5, stop=8)
LEAK = lo.Membrane(lo.Channel("leak", g=0.3, E=-55.0), name="leak")


def measured(noise, every, seed=0):
    made = lo.voltage_clamp(LEAK, COMMAND, 10, holding=-70, sampling=every)
    current = made.ionic_current + noise * np.random.default_rng(seed).normal(size=made.t.size)
    return lo.Sweep(made.t, current=current, command=COMMAND, holding=-70)


@pytest.mark.parametrize("noise", [50.0, 100.0])
@pytest.mark.parametrize("given", [False, True])
def test_a_current_far_below_the_noise_is_found(noise, given):
    sweep = measured(noise, 0.0005)
    drive = sweep.played + 55
    found = lo.fit(LEAK, sweep, {"g_leak": (0, 10)}, starts=3, noise=noise if given else None)
    assert found.values["g_leak"] == pytest.approx(drive @ sweep.current / (drive @ drive), rel=1e-8)
    assert found.errors["g_leak"] == pytest.approx(noise / np.sqrt(drive @ drive), rel=0.05)
    assert sum(run.redrawn for run in found.runs) == 0


def test_values_that_were_chosen_are_not_refused():
    cube = lo.Membrane(lo.Current("leak", "0.3*(v - root**3)"), constants={"root": -4.0})
    away = lo.fit(cube, measured(0.1, 0.05), {"root": (-6, -1)}, starts=[[-1.0], [-6.0]])  # more than no current at all
    assert [run.redrawn for run in away.runs] == [0, 0]
    for run in away.runs:
        assert abs(run.values["root"] + np.cbrt(55)) < 5 * away.errors["root"]


def test_priors_do_not_count_against_a_start():
    priors = {"E_leak": (-55.0, 0.001)}
    found = lo.fit(LEAK, measured(1.0, 0.05), {"E_leak": (-100, 0), "g_leak": (0.01, 10)}, priors=priors, starts=8)
    assert sum(run.redrawn for run in found.runs) < 8
    assert found.values["E_leak"] == pytest.approx(-55, abs=0.01)


def test_a_converter_that_rounds_coarsely_does_not_weigh_more():
    sweep = measured(0.05, 0.02)
    coarse = sweep.replace(current=np.round(sweep.current / 2.0) * 2.0)
    found = lo.fit(LEAK, [sweep, coarse], {"g_leak": (0.01, 10)}, starts=2)
    alone = lo.fit(LEAK, sweep, {"g_leak": (0.01, 10)}, starts=2)
    assert found.values["g_leak"] == pytest.approx(alone.values["g_leak"], rel=2e-3)


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_a_sweep_that_shows_no_noise_weighs_as_others_in_any_unit(unit):
    flat = lo.Sweep([0, 1.0, 2.0, 3.0], current=np.full(4, -4.0) * unit, command=lo.Step(0.0), holding=-70)
    sweep = measured(1.0, 0.05)
    larger = LEAK.replace(g_leak=0.3 * unit)
    found = lo.fit(
        larger, [sweep.replace(current=unit * sweep.current), flat], {"g_leak": (0.01 * unit, 10 * unit)}, starts=2
    )
    drive, current = np.append(sweep.played + 55, np.full(4, -15.0)), np.append(sweep.current, np.full(4, -4.0))
    assert found.values["g_leak"] / unit == pytest.approx(drive @ current / (drive @ drive), rel=1e-8)
