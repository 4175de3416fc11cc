"""What a change of numbers cannot do to f-I curves, strength-duration curves and cycles: nothing stored."""

import numpy as np
import pytest

import loligo as lo

SQUID = lo.models.squid()
PHI = 3.0  # at 16.3 °C
FAST = SQUID.replace(celsius=16.3, C=1 / PHI)  # all that happens, happens PHI times as fast


def test_faster_membranes_fire_faster_at_the_same_currents():
    amplitudes = [5.0, 8.0, 12.0, 100.0]
    plain, fast = lo.fi_curve(SQUID, amplitudes), lo.fi_curve(FAST, amplitudes)
    for name, one in plain.branches.items():
        np.testing.assert_allclose(fast.branches[name].own, PHI * one.own, rtol=1e-6)
    assert plain.down.own[-1] > 140  # a swing below the spike level counts too
    assert plain.down.steady[-1] == 0


def test_the_leak_moves_f_i_curves_by_its_current():
    shift = 0.3 * (10.6 - 2.0)
    plain = lo.fi_curve(SQUID, [5.0, 8.0, 12.0])
    moved = lo.fi_curve(SQUID.replace(E_leak=2.0), np.array([5.0, 8.0, 12.0]) + shift)
    for name in ("steady", "swing"):
        for one, other in ((plain.up, moved.up), (plain.down, moved.down)):
            np.testing.assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-5, atol=1e-5)


def test_faster_membranes_take_shorter_pulses():
    plain = lo.strength_duration(SQUID, [0.5, 2.0, 8.0])
    fast = lo.strength_duration(FAST, np.array([0.5, 2.0, 8.0]) / PHI)
    np.testing.assert_allclose(fast.thresholds, plain.thresholds, atol=3e-6)
    assert fast.chronaxie * PHI == pytest.approx(plain.chronaxie, abs=1e-5)


def test_a_shift_of_voltage_moves_no_bifurcation_of_cycles():
    plain, shifted = (lo.bifurcation(lo.models.squid(rest=rest), "I", (7.0, 10.0)) for rest in (0.0, -65.0))
    assert {point.kind for point in plain.points} == {"Hopf", "fold of cycles", "period doubling"}
    for one, other in zip(plain.points, shifted.points, strict=True):
        assert (one.kind, one.value) == (other.kind, pytest.approx(other.value, abs=1e-8))
        assert other.period == pytest.approx(one.period, rel=1e-6)
        assert other.v_max + 65 == pytest.approx(one.v_max, abs=1e-3)
