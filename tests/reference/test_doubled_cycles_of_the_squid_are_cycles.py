"""Between 7.849 and 7.922 µA/cm² the squid has cycles of twice the period, with multipliers of a flip; runs close.

Beside a period doubling let a multiplier be -(1 + e): the cycle passed twice has 1 + 2 e, and the doubled cycle
1 - 4 e, up to terms of second order (Kuznetsov 2004, section 4.5). Currents at which periods double again and again
approach their limit by Feigenbaum's 4.669.
"""

import numpy as np
import pytest

import loligo as lo
from loligo.dynamics.cycles import CycleCurve
from loligo.dynamics.doubled_cycles import doubled
from loligo.dynamics.system import System

SQUID = lo.models.squid()
SPAN = (7.5, 10.0)


@pytest.fixture(scope="module")
def diagram():
    return lo.bifurcation(SQUID, "I", SPAN, doublings=2)


def test_the_doubled_branch_joins_both_period_doublings(diagram):
    single = [point for point in diagram.of_kind("period doubling") if point.period < 30]
    branch = diagram.branches[2]
    assert single[0].value == pytest.approx(7.8492373982, abs=1e-8)  # by AUTO-07p
    assert (branch.values[0], branch.values[-1]) == (single[0].value, single[1].value)
    assert branch.periods[[0, -1]] == pytest.approx([2 * point.period for point in single], rel=1e-4)
    assert branch.marks[0] == branch.marks[-1] == "period doubling"
    own = [p.value for p in diagram.of_kind("period doubling") if 30 < p.period < 50]
    assert len(own) == 4  # it has doublings of its own, and each branch of four times the period joins two of them
    fourfold = diagram.branches[3:5]
    assert all(branch.marks[-1] == "period doubling" for branch in fourfold)
    assert sorted(branch.values[k] for branch in fourfold for k in (0, -1)) == pytest.approx(sorted(own))


def test_runs_close_after_the_doubled_period_and_not_before(diagram):
    branch = diagram.branches[2]
    k = 1
    period = float(branch.periods[k])
    run = lo.simulate(
        SQUID,
        lo.Step(float(branch.values[k])),
        period,
        initial=branch.states[k],
        sampling=period / 2,
        tolerance=1e-11,
    )
    once, twice = np.abs(run.states[1:] - branch.states[k])[:, 0]
    assert twice < 1e-4  # errors grow by its multiplier, 2000
    assert once > 0.1


def test_multipliers_near_the_doubling_are_those_of_its_normal_form(diagram):
    point = diagram.of_kind("period doubling")[0]
    curve = CycleCurve(System(SQUID, "I", SPAN, 0.0))
    ratios = []
    for length in (0.005, 0.0025):
        there = curve.stepped(doubled(curve, point.cycle), length, tolerance=1e-9)
        beside = curve.at_value(point.cycle, there.loop.value, tolerance=1e-9)
        flip, critical = (
            min((m.real for m in orbit.multipliers[1:]), key=lambda m, unit=unit: abs(m - unit))
            for orbit, unit in ((beside, -1), (there, 1))
        )
        ratios.append((critical - 1) / (flip**2 - 1))
    assert (4 * ratios[1] - ratios[0]) / 3 == pytest.approx(-2, abs=0.01)  # the second order extrapolated away


def test_periods_double_again_at_feigenbaums_rate(diagram):
    first = [p for p in diagram.of_kind("period doubling") if p.value < 7.855]
    values = [point.value for point in first]
    assert [point.period for point in first] == pytest.approx([17.16, 34.34, 68.71], abs=0.01)
    assert (values[1] - values[0]) / (values[2] - values[1]) == pytest.approx(4.67, abs=0.5)
    assert any("raise doublings=" in note for note in diagram.notes)
