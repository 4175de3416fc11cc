"""Curves of homoclinic orbits are those of a planar membrane with an exact one, and lead to a Bogdanov-Takens point.

With H = y²/2 - v²/2 + v³/3, every level of H is passed by v' = y, y' = v - v², and all of them move towards one level
where the term -k y (H - level) is added: the limit cycle is H = level, and at level 0 it is the loop of the saddle at
v = 0. With level = mu - nu², homoclinic orbits lie at mu = nu².
"""

import numpy as np
import pytest

import loligo as lo

H = "(y*y/2 - v*v/2 + v*v*v/3)"
LOOP = lo.Membrane(
    lo.Current("slope", "-y"),
    lo.State("y", f"v - v*v - k*y*({H} - mu + nu*nu)", initial=0.5),
    constants={"mu": -0.1, "nu": 0.2, "k": 1.0},
    v_scale=1.0,
)


@pytest.fixture(scope="module")
def diagram():
    with pytest.MonkeyPatch.context() as patch:  # no runs look for cycles: outside the loop they leave for infinity
        patch.setattr("loligo.dynamics.cycle_search.PROBED_VALUES", 0)
        return lo.bifurcation(LOOP, "mu", (-0.3, 0.2))


@pytest.fixture(scope="module")
def found(diagram):
    return lo.bifurcation_set(diagram, ("mu", "nu"), {"mu": (-0.3, 0.2), "nu": (-0.1, 0.5)})


def test_a_homoclinic_orbit_of_a_diagram_lies_within_its_error(diagram):
    (end,) = diagram.of_kind("homoclinic")
    assert abs(end.value - 0.2**2) < end.error < 1e-8


def test_homoclinic_orbits_lie_on_their_parabola_within_their_errors(found):
    (curve,) = found.of_kind("homoclinic")
    off = np.abs(curve.x - curve.y**2)
    assert off.max() < 1e-8
    assert (off < curve.errors[:, 0] + 2 * np.abs(curve.y) * curve.errors[:, 1]).all()
    assert found.notes == ()  # it ends at the ranges
    assert np.isfinite(curve.errors).all()
    assert curve.errors.max() < 1e-7
    assert curve.y.min() == pytest.approx(-0.1, abs=1e-9)
    assert curve.x.max() == pytest.approx(0.2, abs=1e-9)
    assert np.ptp(curve.periods) < 1e-9
    assert curve.v_max == pytest.approx(1.5, abs=1e-3)  # the loop of H = 0 turns where v = 3/2


def test_the_table_has_the_errors_of_homoclinic_orbits(found):
    columns = found.columns()
    own = columns["kind"] == "homoclinic"
    assert np.isfinite(columns["mu_error"][own]).all()
    assert np.isnan(columns["mu_error"][columns["kind"] == "Hopf"]).all()


def test_a_bogdanov_takens_point_starts_homoclinic_orbits():
    # v' = y, y' = b1 + b2 v + v² + v y: homoclinic orbits at b1 = -6/25 b2² to leading order (Kuznetsov 2004, 8.4)
    membrane = lo.Membrane(
        lo.Current("slope", "-y"),
        lo.State("y", "b1 + b2*v + v*v + v*y", initial=1.0),
        constants={"b1": 0.0, "b2": -0.3},
    )
    diagram = lo.bifurcation(membrane, "b1", (-0.05, 0.05), cycles=False)
    found = lo.bifurcation_set(diagram, ("b1", "b2"), {"b1": (-0.05, 0.05), "b2": (-0.4, 0.1)})
    (curve,) = found.of_kind("homoclinic")
    assert "Bogdanov-Takens" in (curve.marks[0], curve.marks[-1])
    near = (curve.y < -0.05) & (curve.y > -0.2)
    ratios = curve.x[near] / curve.y[near] ** 2
    assert near.sum() > 3
    intercept = np.polynomial.Polynomial.fit(curve.y[near], ratios, 2)(0.0)
    assert intercept == pytest.approx(-6 / 25, abs=2e-3)
    assert found.notes == ()
