"""Where limit cycles explode into canards, the parameter of a branch is constant to all its digits but the last ones.

FitzHugh-Nagumo as in FitzHugh R (1961) Impulses and physiological states in theoretical models of nerve membrane.
Biophys J 1:445-466, doi:10.1016/S0006-3495(61)86902-6: v' = v - v³/3 - w + I, w' = e (v + a - b w) with a = 0.7,
b = 0.8, e = 0.08. It is its own mirror image: (v, w, I) -> (-v, 2 a/b - w, 2 a/b - I). On each side one fold of cycles
is where the cycles that are born at a subcritical Hopf point turn round; canard explosions: Krupa M, Szmolyan P (2001)
Relaxation oscillation and canard explosion. J Differ Equ 174:312-368, doi:10.1006/jdeq.2000.3929.
"""

import numpy as np
import pytest

import loligo as lo
from loligo.dynamics.resolution import _spreads, lasting_turns

MIRROR = 2 * 0.7 / 0.8
FOLDS = {0.1: 0.33232218428, 0.08: 0.3241785225, 0.04: 0.30791630791}  # by e; digits on which halved meshes agree


def fitzhugh_nagumo(e, unit):
    """Return the model with v in a unit [mV]."""
    return lo.Membrane(
        lo.Current("cubic", f"{unit}*((v/{unit})**3/3 - v/{unit} + w)"),
        lo.State("w", f"{e}*(v/{unit} + 0.7 - 0.8*w)", initial=-0.6),
        spike_level=unit,
    )


@pytest.mark.parametrize(("e", "unit"), [(0.08, 1.0), (0.08, 40.0), (0.1, 1.0), (0.1, 40.0), (0.04, 1.0), (0.04, 40.0)])
def test_one_fold_on_each_side(e, unit):
    diagram = lo.bifurcation(fitzhugh_nagumo(e, unit), "I", (0, 2 * unit))
    assert [point.kind for point in diagram.points] == ["fold of cycles", "Hopf", "Hopf", "fold of cycles"]
    first, second = (point.value / unit for point in diagram.of_kind("fold of cycles"))
    assert first == pytest.approx(FOLDS[e], abs=1e-9)
    assert first + second == pytest.approx(MIRROR, abs=1e-9)
    assert all(0 < point.error < 1e-8 * unit for point in diagram.of_kind("fold of cycles"))
    assert diagram.notes == ()


def test_a_deep_canard_has_no_other_fold():
    # the parameter is constant to rounding: whether it turns there no double can tell
    diagram = lo.bifurcation(fitzhugh_nagumo(0.02, 40.0), "I", (0, 80))
    first, second = diagram.of_kind("fold of cycles")
    assert (first.value + second.value) / 40 == pytest.approx(MIRROR, abs=1e-9)
    assert diagram.of_kind("homoclinic") == ()


def test_the_folds_of_both_sides_are_found_when_work_is_spent():
    # halving the cells of what no double resolves takes all the work that is allowed
    diagram = lo.bifurcation(fitzhugh_nagumo(0.02, 40.0), "I", (0, 80), effort=0.2)
    first, second = diagram.of_kind("fold of cycles")
    assert (first.value + second.value) / 40 == pytest.approx(MIRROR, abs=1e-8)
    assert not any("left out" in note for note in diagram.notes)


def test_errors_of_cycles_that_are_not_resolved_are_the_spread_of_their_run():
    values = np.array([0.0, 1.0, 3.0, 2.0, 7.0, 7.5])
    np.testing.assert_array_equal(_spreads(values, [2, 3, 5]), [0.0, 0.0, 6.0, 6.0, 0.0, 0.5])
    assert not _spreads(values, []).any()


def test_turns_within_errors_are_ignored():
    rng = np.random.default_rng(1)
    s = np.linspace(-1, 1, 200)
    noisy = s**4 + 1e-3 * rng.uniform(-1, 1, s.size)
    (turn,) = lasting_turns(noisy, np.full(s.size, 1e-3))
    assert abs(s[turn]) < 0.3
    assert lasting_turns(noisy - s**4 + s, np.full(s.size, 1e-3)) == ()
    assert lasting_turns(np.array([0.0, 1.0, 1.0, 0.0]), np.full(4, 1e-9)) == (1,)
    assert lasting_turns(np.array([0.0, 1.0, 0.5, 2.0]), np.full(4, 1e-9)) == (1, 2)


@pytest.mark.parametrize(("slope", "highest"), [(2.9, 6.0), (2.95, 6.0), (2.98, 6.0), (2.98, 2.0)])
def test_two_folds_on_one_step_are_found(slope, highest):
    # circles of radius 20 sqrt(a) at mu(a) = 4 a³ - 6 a² + slope a, which turns twice by little
    a = "(v*v + y*y)/400"
    push = f"(mu - 4*({a})**3 + 6*({a})**2 - slope*{a})*0.1"
    membrane = lo.Membrane(
        lo.Current("turn", f"omega*y - {push}*v"),
        lo.State("y", f"omega*v + {push}*y", initial=10.0),
        constants={"mu": 0.0, "omega": 0.7, "slope": slope},
    )
    turns = np.roots([12, -12, slope]).real
    folds = lo.bifurcation(membrane, "mu", (-0.5, highest)).of_kind("fold of cycles")
    assert [point.value for point in folds] == pytest.approx(sorted(np.polyval([4, -6, slope, 0], turns)), abs=1e-9)
