"""`rest` finds the stable equilibrium lowest in v, to machine precision, and says what else there is."""

import numpy as np
import pytest
from scipy.optimize import brentq

import loligo as lo
from reference.every_model import EVERY_MODEL
from reference.literal import DOUBLES, Literal

# gates that never close: v alone, with three equilibria of a cubic
CUBIC = lo.Membrane(lo.Current("cubic", "0.001*(v + 60)*(v + 20.5)*(v - 30)"), name="cubic")
UPSIDE = lo.Membrane(lo.Current("cubic", "-0.001*(v + 60)*(v + 20.5)*(v - 30)"), name="upside down")


def test_the_lowest_stable_one_of_three():
    rest = lo.rest(CUBIC)
    assert rest.v == pytest.approx(-60.0, abs=1e-12)
    assert (rest.stable, len(rest.others), rest.complete) == (True, 2, True)
    assert rest.eigenvalues.tolist() == pytest.approx([-0.001 * 39.5 * 90])


def test_an_unstable_one_is_passed_over():
    rest = lo.rest(UPSIDE)
    assert rest.v == pytest.approx(-20.5, abs=1e-12)
    assert (rest.stable, len(rest.others), rest.complete) == (True, 2, True)


def test_a_current_moves_it_and_a_fold_ends_it():
    def balance(v):
        return 10 - 0.001 * (v + 60) * (v + 20.5) * (v - 30)

    assert lo.rest(CUBIC, current=10.0).v == pytest.approx(brentq(balance, -60, -45, xtol=1e-14), abs=1e-11)
    assert lo.rest(CUBIC, current=60.0).v > 30  # beyond the fold only the upper one is left
    assert lo.rest(CUBIC, current=60.0).others == ()


def test_two_that_have_just_met_and_parted_are_found():
    # near the fold a pair lies 0.02 mV apart, far inside one step of the scan
    v = np.linspace(-60, -20.5, 100_001)
    fold = (0.001 * (v + 60) * (v + 20.5) * (v - 30)).max()
    assert len(lo.rest(CUBIC, current=fold - 1e-6).others) == 2
    assert lo.rest(CUBIC, current=fold + 1e-6).others == ()


@pytest.mark.parametrize("E", [-2000.0, -210.0, -200.0, -100.0, -60.3, 0.0, 37.0, 199.5, 200.0, 1e4])
def test_at_any_reversal_potential(E):
    assert lo.rest(lo.Membrane(lo.Channel("leak", g=0.3, E=E))).v == pytest.approx(E, abs=1e-12, rel=1e-15)


def test_the_current_may_push_it_out_of_the_first_range():
    leak = lo.Membrane(lo.Channel("leak", g=0.01, E=-60.0))
    assert lo.rest(leak, current=40.0).v == pytest.approx(3940.0, rel=1e-14)
    assert lo.rest(leak, current=-9.0).v == pytest.approx(-960.0, rel=1e-14)


def test_a_given_range_is_kept():
    assert lo.rest(CUBIC, between=(-30.0, 0.0)).v == pytest.approx(-20.5, abs=1e-12)
    assert lo.rest(CUBIC, between=(-30.0, 40.0)).v == pytest.approx(30.0, abs=1e-12)
    with pytest.raises(lo.RestError, match="has no equilibrium between -20 and 29 mV at 0 µA/cm²: give an initial v"):
        lo.rest(CUBIC, between=(-20.0, 29.0))
    for wrong in ((0.0, -10.0), (0.0,), 5.0, (float("nan"), 1.0)):
        with pytest.raises((lo.ArgumentError, lo.UnitError), match="between"):
            lo.rest(CUBIC, between=wrong)


@pytest.mark.parametrize("model", ["squid", "pospischil"])  # gates alone, and calcium too
def test_no_rest_without_currents(model):
    """Every potential is an equilibrium, so there is no one rest."""
    membrane = lo.models.pospischil("LTS") if model == "pospischil" else lo.models.squid()
    still = membrane.replace(**{name: 0.0 for name in membrane.parameters if name.startswith("g_")})
    with pytest.raises(lo.RestError, match="has a continuum of equilibria near -200 mV: give an initial v"):
        lo.rest(still)
    state = dict.fromkeys(still.variables, 0.1) | {"v": -31.0}
    assert (lo.simulate(still, duration=5, initial=state).v == -31.0).all()


@pytest.mark.parametrize("model", EVERY_MODEL)
def test_nothing_changes_at_the_rest_of_a_model(model):
    membrane = EVERY_MODEL[model]
    rest = lo.rest(membrane)
    slopes = np.array(Literal(membrane, DOUBLES).slope(rest.state.tolist()))
    scale = np.maximum(np.abs(rest.state), 1e-3)
    assert (np.abs(slopes) / scale).max() < 1e-10
    assert rest.residual < 1e-10
    assert rest.membrane == membrane


def test_eigenvalues_are_those_of_the_differences():
    squid = lo.models.squid()
    rest, literal = lo.rest(squid, current=4.0), Literal(squid, DOUBLES)
    columns = []
    for j in range(4):
        step = np.zeros(4)
        step[j] = 1e-6
        above, below = (literal.slope((rest.state + side * step).tolist(), 4.0) for side in (1, -1))
        columns.append((np.array(above) - np.array(below)) / 2e-6)
    expected = np.linalg.eigvals(np.column_stack(columns))
    np.testing.assert_allclose(np.sort_complex(rest.eigenvalues), np.sort_complex(expected), rtol=1e-6)
    assert rest.eigenvalues.real.tolist() == sorted(rest.eigenvalues.real, reverse=True)


def test_a_pacemaker_has_an_unstable_rest():
    assert not lo.rest(lo.models.stomatogastric("AB/PD 2")).stable


def test_a_state_that_is_infinite_somewhere_is_no_obstacle():
    membrane = lo.Membrane(
        lo.Channel("leak", g=1, E="-60 + 0.01*ca"), lo.State("ca", "exp(exp(v/10)) - ca", initial=1.0)
    )
    rest = lo.rest(membrane)
    assert rest.residual < 1e-10
    assert rest.v == pytest.approx(-60 + 0.01 * rest["ca"], abs=1e-10)
