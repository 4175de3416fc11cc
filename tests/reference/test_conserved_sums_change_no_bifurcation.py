"""A membrane with conserved sums bifurcates where the same membrane with one variable fewer for each sum does."""

from functools import cache

import numpy as np
import pytest

import loligo as lo
from reference.conserving import PAIRS

# the parameter, its range, the current meanwhile, and how many points there are
LINES = {
    "squid of two states": [("I", (0, 200), 0.0, 7), ("g_Na", (80, 130), 20.0, 2)],
    "sodium of three states": [("I", (-20, 100), 0.0, 9), ("gNa", (15, 25), -5.0, 8)],
    "calcium in two compartments": [("I", (0, 200), 0.0, 7), ("share", (0.05, 0.5), 17.0, 1)],
}
PLANES = {
    "squid of two states": (("I", "g_Na"), {"I": (5, 30), "g_Na": (100, 140)}, True),
    "sodium of three states": (("I", "gNa"), {"I": (-20, 100), "gNa": (10, 30)}, False),
    "calcium in two compartments": (("I", "share"), {"I": (0, 200), "share": (0.1, 1.0)}, False),
}


@cache
def diagrams(name, parameter, span, current):
    """Return the diagrams of a membrane in both of its forms."""
    return [lo.bifurcation(one, parameter, span, I=current) for one in (PAIRS[name].whole, PAIRS[name].reduced)]


@pytest.mark.parametrize(("name", "line"), [(name, line) for name, lines in LINES.items() for line in lines])
def test_points_of_a_diagram_and_their_errors(name, line):
    parameter, span, current, count = line
    whole, reduced = diagrams(name, parameter, span, current)
    assert len(whole.points) == count
    assert [point.kind for point in whole.points] == [point.kind for point in reduced.points]
    for one, other in zip(whole.points, reduced.points, strict=True):
        assert one.value == pytest.approx(other.value, abs=one.error + other.error)
        assert 0 <= one.error < 1e-4 * (span[1] - span[0])
        assert one.note.split(",")[0] == other.note.split(",")[0]
        if one.kind == "Hopf":
            assert one.coefficient == pytest.approx(other.coefficient, rel=1e-6)


@pytest.mark.parametrize("name", PAIRS)
def test_branches_stay_on_the_level_set(name):
    diagram, other = diagrams(name, *LINES[name][0][:3])
    names = diagram.membrane.variables
    for branch in diagram.branches:
        assert branch.states.shape == (len(branch), len(names))
        states = dict(zip(names, branch.states.T, strict=True))
        np.testing.assert_allclose(PAIRS[name].total(states), 1.0, rtol=1e-12)
    assert [branch.kind for branch in diagram.branches] == [branch.kind for branch in other.branches]
    assert diagram.branches[0].unstable[0] == other.branches[0].unstable[0]


@pytest.mark.parametrize("name", PLANES)
def test_curves_in_two_parameters(name):
    parameters, around, cycles = PLANES[name]
    pair = PAIRS[name]
    whole, reduced = (lo.bifurcation_set(one, parameters, around, cycles=cycles) for one in (pair.whole, pair.reduced))
    assert [curve.kind for curve in whole.curves] == [curve.kind for curve in reduced.curves]
    assert [point.kind for point in whole.points] == [point.kind for point in reduced.points]
    widths = np.array([high - low for low, high in around.values()])
    for one, other in zip(whole.points, reduced.points, strict=True):
        assert (np.abs(np.subtract(one.values, other.values)) < 1e-7 * widths).all()
    assert any(curve.kind == "Hopf" for curve in whole.curves)
    for one, other in zip(whole.curves, reduced.curves, strict=True):
        assert one.residuals.max() < 1e-6
        low, high = max(one.y.min(), other.y.min()), min(one.y.max(), other.y.max())
        y = low + 0.37 * (high - low)
        assert one.crossings(y=y).size
        np.testing.assert_allclose(one.crossings(y=y), other.crossings(y=y), atol=1e-3 * widths[0])  # between points


@pytest.mark.parametrize(("name", "parameter"), [("squid of two states", "g_Na"), ("sodium of three states", "gNa")])
def test_gradients_of_points(name, parameter):
    names, kinds = [parameter, "C"], set()
    for one, other in zip(*(diagram.points for diagram in diagrams(name, *LINES[name][0][:3])), strict=True):
        if one.kind in ("Hopf", "saddle-node", "fold of cycles", "period doubling") and one.kind not in kinds:
            kinds.add(one.kind)
            for f, g in ((one.gradient, other.gradient), (one.period_gradient, other.period_gradient)):
                assert f(names) == pytest.approx(g(names), rel=1e-6, abs=1e-9, nan_ok=True)
    assert len(kinds) > 2


def test_gradients_where_sums_move_are_refused():
    membrane = PAIRS["calcium in two compartments"].whole
    hopf = lo.bifurcation(membrane, "I", (5, 20), cycles=False).of_kind("Hopf")[0]
    with pytest.raises(lo.ArgumentError, match="sums"):
        hopf.gradient(["share"])
    assert np.isfinite(hopf.gradient(["C"])["C"])
