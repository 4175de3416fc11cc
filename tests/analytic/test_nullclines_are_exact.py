"""Nullclines, their folds and equilibria are those that can be written down by hand."""

import numpy as np
import pytest
from scipy.optimize import brentq

import loligo as lo
from reference.squid_by_hand import rates

LECAR = lo.models.morris_lecar()
SQUID = lo.models.squid()


def lecar_w(v, current):
    """The v nullcline of Morris and Lecar, solved for w: (I - I_Ca - I_leak)/(g_K (v - E_K))."""
    p = {name: one.value for name, one in LECAR.parameters.items()}
    m = (1 + np.tanh((v + 1.2) / 18)) / 2
    inward = p["g_Ca"] * m * (v - p["E_Ca"]) + p["g_leak"] * (v - p["E_leak"])
    return (current - inward) / (p["g_K"] * (v - p["E_K"]))


@pytest.fixture(scope="module")
def plane():
    return lo.phase_plane(LECAR, I=90.0, v=(-70, 60), w=(0, 0.6), cells=60)


def test_the_nullcline_of_a_plane_is_its_closed_form(plane):
    line = plane.nullcline("v")
    assert len(line) > 80
    for curve in line.curves:
        np.testing.assert_allclose(curve[:, 1], lecar_w(curve[:, 0], 90.0), rtol=0, atol=1e-12)
    assert line.residual < 1e-11


def test_folds_are_where_the_closed_form_turns(plane):
    def slope(v):
        return (lecar_w(v + 1e-4, 90.0) - lecar_w(v - 1e-4, 90.0)) / 2e-4

    expected = sorted(brentq(slope, *bracket, xtol=1e-10) for bracket in ((-40, -20), (0, 20)))
    found = plane.nullcline("v").folds
    assert sorted(found[:, 0]) == pytest.approx(expected, abs=1e-5)
    # and each fold is a point of its curve
    (curve,) = plane.nullcline("v").curves
    for fold in found:
        assert np.abs(curve - fold).max(axis=1).min() == 0.0


@pytest.mark.parametrize("cells", [12, 25, 200])
def test_no_fold_depends_on_the_grid(plane, cells):
    other = lo.phase_plane(LECAR, I=90.0, v=(-70, 60), w=(0, 0.6), cells=cells)
    order = np.argsort(other.nullcline("v").folds[:, 0])
    expected = plane.nullcline("v").folds
    np.testing.assert_allclose(other.nullcline("v").folds[order], expected[np.argsort(expected[:, 0])], atol=1e-7)


def test_the_squid_with_h_against_n():
    # FitzHugh (1961): m at its steady state, h falls as n rises
    plane = lo.phase_plane(SQUID, "v", "n", others={"h": (0.85, -1.0)}, I=8.0, cells=80)
    for curve in plane.nullcline("v").curves:
        v, n = curve.T
        m_rates, _, _ = rates(v)
        m = m_rates[0] / (m_rates[0] + m_rates[1])
        left = 8.0 - 120 * m**3 * (0.85 - n) * (v - 115) - 36 * n**4 * (v + 12) - 0.3 * (v - 10.6)
        assert np.abs(left).max() < 1e-9
    for curve in plane.nullcline("n").curves:
        alpha, beta = rates(curve[:, 0])[2]
        np.testing.assert_allclose(curve[:, 1], alpha / (alpha + beta), rtol=1e-13)
    assert len(plane.nullcline("v").folds) == 2


def test_a_gate_of_its_own_range_has_a_straight_nullcline():
    n = lo.Gate("n", inf="0.5", tau="3")
    flat = lo.Membrane(lo.Channel("K", g=1, E=-70, open=n))
    plane = lo.phase_plane(flat, v=(-80, -60), n=(0.2, 0.9), cells=33)
    (curve,) = plane.nullcline("n").curves
    np.testing.assert_allclose(curve[:, 1], 0.5, rtol=1e-15)
    assert sorted(curve[[0, -1], 0]) == [-80, -60]
    (point,) = plane.equilibria
    assert (point.x, point.y) == pytest.approx((-70, 0.5), rel=1e-14)
    assert sorted(point.eigenvalues.real) == pytest.approx([-0.5, -1 / 3])
    assert point.kind == "stable node"


def test_two_pieces_of_one_nullcline_are_two_curves():
    # the K current vanishes on v = E_K, the nullcline's vertical piece, and on n = 0
    n = lo.Gate("n", inf="1/(1 + exp(-v/10))", tau="3")
    cross = lo.Membrane(lo.Channel("K", g=1, E=-70, open=n))
    plane = lo.phase_plane(cross, v=(-90, 10.5), n=(0.01, 1), cells=30)
    (curve,) = plane.nullcline("v").curves
    np.testing.assert_allclose(curve[:, 0], -70, atol=1e-12)
