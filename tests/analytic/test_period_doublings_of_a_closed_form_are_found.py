"""A cycle in a frame that turns by half a turn in each period has a multiplier -exp(2 pi a): its doublings are known.

Around the circle x² + y² = 1, which is passed in 2 pi ms, a vector w = (p, q) is stretched at the rates a and -1 along
two directions that turn by half an angle while the circle is passed by a whole one, and is held back by |w|² w. The
multipliers of the circle are exp(-4 pi), -exp(2 pi a) and -exp(-2 pi): its period doubles where a = 0, and for a > 0
there are cycles of twice the period with |w| = sqrt(a) and the multipliers exp(-8 pi a), exp(-4 pi (1 + a)),
exp(-8 pi).
"""

import numpy as np
import pytest

import loligo as lo

OTHER_RATE = -0.2  # so that its multiplier is not lost in rounding


def moebius(a):
    """Return the membrane with a formula for a of the parameters mu and nu."""
    mean, half = f"(({a}) + other)/2", f"(({a}) - other)/2"
    shrink = "(p*p + q*q)"
    return lo.Membrane(
        lo.Current("turn", "y - v*(1 - v*v - y*y)"),
        lo.State("y", "v + y*(1 - v*v - y*y)", initial=1.0),
        lo.State("p", f"({mean} - {shrink})*p - q/2 + {half}*(v*p + y*q)", initial=1.0),
        lo.State("q", f"({mean} - {shrink})*q + p/2 + {half}*(y*p - v*q)", initial=1.0),
        constants={"mu": -0.05, "nu": 0.2, "other": OTHER_RATE},
        v_scale=1.0,
    )


BENT = moebius("mu - nu*nu")


@pytest.mark.slow
def test_doublings_over_two_parameters_lie_on_their_parabola():
    found = lo.bifurcation_set(BENT, ("mu", "nu"), {"mu": (-0.1, 0.2), "nu": (-0.5, 0.4)})
    (curve,) = found.of_kind("period doubling")
    assert curve.x == pytest.approx(curve.y**2, abs=1e-8)
    assert (max(curve.y), curve.x.max()) == pytest.approx((0.4, 0.2), abs=0.02)  # it leaves the ranges on both sides
    assert curve.y.min() == pytest.approx(-np.sqrt(0.2), abs=1e-8)
    assert curve.periods == pytest.approx(2 * np.pi, rel=1e-8)
    assert curve.residuals.max() < 1e-6
    assert "period doubling" in str(found)


def test_doubled_cycles_have_their_size_period_and_multipliers():
    diagram = lo.bifurcation(BENT, "mu", (-0.1, 0.2), doublings=1)
    (doubling,) = diagram.of_kind("period doubling")
    assert doubling.value == pytest.approx(0.04, abs=1e-9)
    circle, doubled = (branch for branch in diagram.branches if branch.kind == "cycles")
    assert circle.periods == pytest.approx(2 * np.pi, rel=1e-8)
    assert (doubled.marks[0], doubled.values[0]) == ("period doubling", doubling.value)
    assert doubled.values[-1] == pytest.approx(0.2, abs=1e-12)
    a = doubled.values - 0.04
    assert doubled.periods == pytest.approx(4 * np.pi, rel=1e-8)
    assert (doubled.states[:, 2:] ** 2).sum(axis=1) == pytest.approx(a, abs=1e-7)
    assert np.abs(doubled.multipliers[:, 1]) == pytest.approx(np.exp(-8 * np.pi * a), abs=1e-5)
    assert np.abs(doubled.multipliers[:, 2]) == pytest.approx(np.exp(4 * np.pi * (OTHER_RATE - a)), abs=1e-5)
    assert doubled.stable.all()
    assert diagram.notes == ()


def test_without_doubled_cycles_a_note_reports_what_runs_show():
    diagram = lo.bifurcation(BENT, "mu", (-0.1, 0.2))
    assert sum(branch.kind == "cycles" for branch in diagram.branches) == 1
    assert any("near an unstable limit cycle" in note for note in diagram.notes)


@pytest.mark.parametrize("doublings", [-1, 0.5, "many"])
def test_doublings_are_counted(doublings):
    with pytest.raises(lo.LoligoError, match="doublings"):
        lo.bifurcation(BENT, "mu", (-0.1, 0.2), doublings=doublings)
