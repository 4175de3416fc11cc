"""Derivatives along a run jump where a formula does: against the closed form of a leak with a current that sets in."""

import numpy as np
import pytest

import loligo as lo

G, B, LATE, PACE, V_C = 0.3, 2.0, 12.53, 1.25, -45.0


def membrane(current):
    return lo.Membrane(
        lo.Channel("leak", g=G, E=-60.0),
        lo.Current("J", current),
        lo.State("clock", "pace", initial=0.0),
        constants={"B": B, "late": LATE, "pace": PACE, "V_c": (V_C, "mV")},
        C=1.0,
        name="a leak with a jump",
    )


def test_a_current_that_sets_in_at_a_time():
    # v = -60 - B/g (1 - exp(-g (t - T))) from T = late/pace on
    start = {"v": -60.0, "clock": 0.0}
    made = lo.simulate(
        membrane("B if clock > late else 0"), lo.Step(0.0), 40, initial=start, tolerance=1e-11,
        sensitivities=["late", "pace", "B"],
    )  # fmt: skip
    begin = LATE / PACE
    on = made.t > begin
    decay = np.where(on, np.exp(-G * (made.t - begin)), 0.0)
    assert made.sensitivity("late").v == pytest.approx(B * decay / PACE, abs=1e-9)
    assert made.sensitivity("pace").v == pytest.approx(-B * decay * LATE / PACE**2, abs=1e-8)
    assert made.sensitivity("B").v == pytest.approx(np.where(on, -(1 - decay) / G, 0.0), abs=1e-9)
    assert made.sensitivity("pace")["clock"] == pytest.approx(made.t, abs=1e-9)


def test_a_current_that_sets_in_at_a_potential():
    # v = -60 + I/g (1 - exp(-g t)) passes V_c at T; from then on a current B more
    drive = 9.0
    made = lo.simulate(
        membrane("-B if v > V_c else 0"), lo.Step(drive), 40, initial={"v": -60.0, "clock": 0.0}, tolerance=1e-11,
        sensitivities=["V_c", "B", "late"],
    )  # fmt: skip
    rise = drive / G
    passing = -np.log(1 - (V_C + 60) / rise) / G
    speed = drive * np.exp(-G * passing)
    on = made.t > passing
    decay = np.where(on, np.exp(-G * (made.t - passing)), 0.0)
    assert made.sensitivity("V_c").v == pytest.approx(-B * decay / speed, abs=1e-9)
    assert made.sensitivity("B").v == pytest.approx(np.where(on, (1 - decay) / G, 0.0), abs=1e-9)
    assert np.abs(made.sensitivity("late").v).max() == 0.0
