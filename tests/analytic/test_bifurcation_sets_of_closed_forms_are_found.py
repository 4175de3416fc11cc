"""Bautin, Bogdanov-Takens and cusp points in normal forms, written as membranes, come out with their curves."""

import numpy as np
import pytest

import loligo as lo

OMEGA, BRAKE = 0.7, 1e-6


def test_a_bautin_point_with_its_curve_of_folds():
    # dA/dt = mu A + growth A³ - brake A⁵: Hopf points at mu = 0, folds at mu = -growth²/(4 brake) where growth > 0
    r2 = "(v*v + y*y)"
    push = f"(mu + growth*{r2} - brake*{r2}**2)"
    rotor = lo.Membrane(
        lo.Current("turn", f"omega*y - {push}*v"),
        lo.State("y", f"omega*v + {push}*y", initial=10.0),
        constants={"mu": 0.0, "omega": OMEGA, "growth": 2e-3, "brake": BRAKE},
    )
    found = lo.bifurcation_set(rotor, ("mu", "growth"), {"mu": (-1.5, 0.5), "growth": (-1e-3, 2.2e-3)})
    (hopf,) = found.of_kind("Hopf")
    assert np.abs(hopf.x).max() < 1e-12
    assert hopf.coefficients == pytest.approx(hopf.y, abs=1e-9)
    (bautin,) = found.points
    assert bautin.kind == "Bautin"
    assert bautin.values == pytest.approx((0, 0), abs=1e-9)
    (fold,) = found.of_kind("fold of cycles")
    assert fold.x == pytest.approx(-(fold.y**2) / (4 * BRAKE), abs=1e-9)
    assert fold.periods == pytest.approx(2 * np.pi / OMEGA, rel=1e-9)
    assert fold.v_max == pytest.approx(np.sqrt(np.maximum(fold.y, 0) / (2 * BRAKE)), abs=0.02)
    assert "Bautin" in (fold.marks[0], fold.marks[-1])
    assert found.notes == ()


def test_folds_begin_at_a_bautin_point_that_no_diagram_led_to():
    r2 = "(v*v + y*y)"
    push = f"(mu + growth*{r2} - brake*{r2}**2)"
    rotor = lo.Membrane(
        lo.Current("turn", f"omega*y - {push}*v"),
        lo.State("y", f"omega*v + {push}*y", initial=10.0),
        constants={"mu": 0.0, "omega": OMEGA, "growth": -5e-4, "brake": BRAKE},  # supercritical: no fold over mu
    )
    found = lo.bifurcation_set(rotor, ("mu", "growth"), {"mu": (-0.5, 0.5), "growth": (-1e-3, 1e-3)})
    (fold,) = found.of_kind("fold of cycles")
    assert fold.x == pytest.approx(-(fold.y**2) / (4 * BRAKE), abs=1e-9)
    assert max(fold.y) == pytest.approx(1e-3, abs=1e-12)


def test_a_bogdanov_takens_point():
    # v' = y, y' = b1 + b2 v + v² + v y: saddle-nodes at b1 = b2²/4, Hopf points at b1 = 0 where b2 < 0
    membrane = lo.Membrane(
        lo.Current("slope", "-y"),
        lo.State("y", "b1 + b2*v + v*v + v*y", initial=1.0),
        constants={"b1": 0.0, "b2": -1.0},
    )
    found = lo.bifurcation_set(membrane, ("b1", "b2"), {"b1": (-2, 2), "b2": (-2, 1)}, cycles=False)
    (hopf,) = found.of_kind("Hopf")
    assert np.abs(hopf.x).max() < 1e-12
    assert sorted((hopf.y.min(), hopf.y.max())) == pytest.approx([-2, 0], abs=1e-9)
    assert hopf.periods[1:-1] == pytest.approx(2 * np.pi / np.sqrt(-hopf.y[1:-1]), rel=1e-6)
    (nodes,) = found.of_kind("saddle-node")
    assert nodes.x == pytest.approx(nodes.y**2 / 4, abs=1e-9)
    (point,) = found.points
    assert point.kind == "Bogdanov-Takens"
    assert point.values == pytest.approx((0, 0), abs=1e-9)
    assert np.abs(point.eigenvalues).max() < 1e-4  # the square root of the rounding of their product
    assert point.residual < 1e-9


def test_a_cusp():
    # v' = I + a v - v³: saddle-nodes at I = ±2 (a/3)**1.5, which meet at a = 0
    membrane = lo.Membrane(lo.Current("cubic", "v**3 - a*v"), constants={"a": 3.0})
    found = lo.bifurcation_set(membrane, ("I", "a"), {"I": (-5, 5), "a": (-1, 4)})
    (curve,) = found.of_kind("saddle-node")
    assert np.abs(curve.x) == pytest.approx(2 * (np.maximum(curve.y, 0) / 3) ** 1.5, abs=1e-9)
    (point,) = found.points
    assert point.kind == "cusp"
    assert point.values == pytest.approx((0, 0), abs=1e-9)
