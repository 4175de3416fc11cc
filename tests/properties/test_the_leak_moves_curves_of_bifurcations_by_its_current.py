"""E_leak enters only through I + g_leak E_leak: over both, every curve is a straight line; no number is stored."""

import numpy as np

import loligo as lo


def test_all_curves_are_straight_lines():
    around = {"I": (0, 30), "E_leak": (5, 15)}
    found = lo.bifurcation_set(lo.models.squid(), ("I", "E_leak"), around)
    assert {curve.kind for curve in found.curves} == {"Hopf", "fold of cycles", "period doubling"}
    assert len(found.curves) == 6
    for curve in found.curves:
        total = curve.x + 0.3 * curve.y
        assert np.ptp(total) < (1e-8 if curve.kind == "Hopf" else 1e-6)
        assert sorted(curve.y[[0, -1]]) == [5, 15]
    assert found.points == ()
    assert found.notes == ()
