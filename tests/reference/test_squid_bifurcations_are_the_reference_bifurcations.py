"""The squid's diagram has the bifurcations that AUTO-07p and high-precision integration found."""

import numpy as np
import pytest

import loligo as lo
from reference.squid_facts import CYCLES, HOPF

SQUID = lo.models.squid()
# The main fold of cycles by integration in quadruple precision, with its period [ms]; the others by AUTO-07p on the
# same equations (Doedel EJ, Oldeman BE (2012) AUTO-07P, Concordia University).
MAIN_FOLD = (6.264221274513723, 19.895240712521932)
AUTO = {"fold of cycles": (7.8462471202, 7.9216854943), "period doubling": (7.8492373982,)}


@pytest.fixture(scope="module")
def diagram():
    return lo.bifurcation(SQUID, "I", (0, 200))


def nearest(points, value):
    return min(points, key=lambda point: abs(point.value - value))


@pytest.mark.parametrize(("k", "note"), [(0, "subcritical"), (1, "supercritical")])
def test_hopf_points(diagram, k, note):
    current, v, omega = HOPF[k]
    point = diagram.of_kind("Hopf")[k]
    assert point.value == pytest.approx(current, rel=1e-11)
    assert point.v == pytest.approx(v, abs=1e-9)
    assert point.period == pytest.approx(2 * np.pi / omega, rel=1e-11)
    assert point.note == note
    assert point.residual < 1e-12
    assert point.error < 1e-10


def test_main_fold_of_cycles(diagram):
    point = nearest(diagram.of_kind("fold of cycles"), MAIN_FOLD[0])
    assert point.value == pytest.approx(MAIN_FOLD[0], rel=1e-9)
    assert point.period == pytest.approx(MAIN_FOLD[1], rel=1e-8)
    assert abs(point.value - MAIN_FOLD[0]) < point.error < 1e-6
    assert point.residual < 1e-9


def test_what_auto_found(diagram):
    for kind, values in AUTO.items():
        for value in values:
            point = nearest(diagram.of_kind(kind), value)
            assert point.value == pytest.approx(value, abs=1e-8)
            assert point.error < 1e-6
    assert len(diagram.of_kind("fold of cycles")) == 3
    assert len(diagram.of_kind("Hopf")) == 2
    for kind in ("saddle-node", "torus", "homoclinic"):
        assert diagram.of_kind(kind) == ()


def test_a_period_doubling_has_a_multiplier_of_minus_one(diagram):
    # one multiplier passes -1 upwards and one downwards, so that there are two of them
    doublings = diagram.of_kind("period doubling")
    assert len(doublings) == 2
    for point in doublings:
        assert np.abs(point.multipliers + 1).min() < 1e-6
        assert np.abs(point.multipliers - 1).min() < 1e-6


def test_one_branch_of_cycles_joins_the_hopf_points(diagram):
    equilibria, cycles = diagram.branches
    assert (equilibria.kind, cycles.kind) == ("equilibria", "cycles")
    assert [mark for mark in equilibria.marks if mark] == ["Hopf", "Hopf"]
    assert cycles.marks[0] == cycles.marks[-1] == "Hopf"
    assert cycles.values[0] == diagram.of_kind("Hopf")[0].value
    assert cycles.values[-1] == diagram.of_kind("Hopf")[1].value
    assert diagram.notes == ()


def test_stability_changes_where_it_should(diagram):
    equilibria, cycles = diagram.branches
    inside = (equilibria.values > HOPF[0][0] + 1e-6) & (equilibria.values < HOPF[1][0] - 1e-6)
    outside = (equilibria.values < HOPF[0][0] - 1e-6) | (equilibria.values > HOPF[1][0] + 1e-6)
    assert (equilibria.unstable[inside] == 2).all()
    assert equilibria.stable[outside].all()
    main = int(np.argmin(cycles.values))
    assert cycles.stable[main + 1 :].all()
    assert not cycles.stable[1 : main - 1].any()


@pytest.mark.parametrize("current", CYCLES)
def test_stable_cycles_lie_on_the_branch(diagram, current):
    # a diagram that ends at a value has the cycle there exactly
    period, greatest, least = CYCLES[current]
    ended = lo.bifurcation(SQUID, "I", (current - 0.4, current))
    branch = next(
        one for one in ended.branches if one.kind == "cycles" and one.stable[-1] and one.values[-1] == current
    )
    assert branch.periods[-1] == pytest.approx(period, rel=1e-8)
    assert branch.v_max[-1] == pytest.approx(greatest, abs=2e-4)
    assert branch.v_min[-1] == pytest.approx(least, abs=2e-4)


def test_no_cycle_survives_below_the_fold(diagram):
    fold = nearest(diagram.of_kind("fold of cycles"), MAIN_FOLD[0])
    below, above = (
        lo.simulate(SQUID, lo.Step(fold.value + step), 4000, initial=fold.state, sampling=None).spikes
        for step in (-1e-3, 1e-3)
    )
    assert below.size < 190
    assert above.size > 190
    assert below[-1] < 3900 < above[-1]
