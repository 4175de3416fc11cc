"""Derivatives of cycles and their bifurcations: laws of similarity, and extrapolated differences of cycles found again.

All currents and C times k are the same membrane; all rates and 1/C times k is the same membrane k times as fast.
"""

from dataclasses import replace

import numpy as np
import pytest

import loligo as lo
from differences import extrapolated
from loligo.dynamics.cycles import CycleCurve
from loligo.dynamics.events import _zero, doubling, fold
from loligo.dynamics.system import System

SQUID, SMALL = lo.models.squid(), lo.models.morris_lecar("hopf")
PARAMETERS = {
    "squid": ("g_Na", "g_K", "g_leak", "C", "celsius", "E_leak"),
    "morris_lecar (hopf)": ("g_Ca", "g_K", "g_leak", "C", "phi", "V_3"),
}


@pytest.fixture(scope="module")
def diagrams():
    return lo.bifurcation(SQUID, "I", (5, 8.5)), lo.bifurcation(SMALL, "I", (211, 218))


def rates(membrane, gradient):
    """Return the derivative in the logarithm of the speed of all rates."""
    return gradient["phi"] * SMALL["phi"] if "phi" in gradient else gradient["celsius"] * 10 / np.log(3)


def currents(membrane, gradient):
    """Return the derivative in the logarithm of all conductances and C."""
    return sum(gradient[name] * membrane[name] for name in gradient if name == "C" or name.startswith("g_"))


def test_of_points(diagrams):
    kinds = []
    for diagram in diagrams:
        membrane = diagram.membrane
        for point in diagram.points:
            value, period = (f(PARAMETERS[membrane.name]) for f in (point.gradient, point.period_gradient))
            assert currents(membrane, value) == pytest.approx(point.value, rel=1e-7)
            assert currents(membrane, period) == pytest.approx(0.0, abs=1e-6 * point.period)
            assert rates(membrane, value) == pytest.approx(value["C"] * membrane["C"], rel=1e-6, abs=1e-7)
            assert rates(membrane, period) - period["C"] * membrane["C"] == pytest.approx(-point.period, rel=1e-6)
            if membrane is SQUID:
                assert value["E_leak"] == pytest.approx(-0.3, abs=1e-9)
                assert period["E_leak"] == pytest.approx(0.0, abs=1e-9)
            kinds.append(point.kind)
    assert sorted(kinds) == ["Hopf", *["fold of cycles"] * 4, *["period doubling"] * 2]


def test_of_periods_along_a_branch(diagrams):
    cycles = diagrams[1].branches[1]
    chosen = [k for k in range(3, len(cycles), 12) if not cycles.marks[k]]
    gradient = cycles.period_gradient([*PARAMETERS[SMALL.name], "I"], chosen)
    values, periods = cycles.values[chosen], cycles.periods[chosen]
    sizes = np.abs(gradient["I"] * values)
    np.testing.assert_array_less(np.abs(currents(SMALL, gradient) + gradient["I"] * values), 1e-6 * sizes)
    away = rates(SMALL, gradient) - gradient["C"] * SMALL["C"] + periods
    np.testing.assert_array_less(np.abs(away), 1e-6 * (sizes + periods))
    at_fold = [k for k, mark in enumerate(cycles.marks) if mark == "fold of cycles"]
    assert np.isnan(cycles.period_gradient("C", at_fold)["C"]).all()


@pytest.mark.parametrize(("k", "kind", "name"), [(1, "fold of cycles", "V_3"), (0, "period doubling", "g_K")])
def test_equal_differences(diagrams, k, kind, name):
    diagram = diagrams[k]
    point, membrane = diagram.of_kind(kind)[-1], diagram.membrane

    def found(x):
        curve = CycleCurve(System(membrane.replace(**{name: x}), "I", diagram.span, 0.0))
        cycle = _zero(curve, point.cycle, fold if kind == "fold of cycles" else doubling)
        return cycle.loop.value, cycle.loop.period

    reference = extrapolated(found, membrane[name], 2e-5 * abs(membrane[name]), levels=2)
    names = PARAMETERS[membrane.name]
    gradient = point.gradient(names)[name], point.period_gradient(names)[name]
    assert gradient == pytest.approx(reference.tolist(), rel=1e-6)


def test_along_another_parameter(diagrams):
    # the fold as one along g_Ca, at the current where it is
    point = diagrams[1].of_kind("fold of cycles")[0]
    cycle = replace(point.cycle, loop=replace(point.cycle.loop, value=SMALL["g_Ca"]))
    other = replace(
        point, parameter="g_Ca", value=SMALL["g_Ca"], span=(3.0, 6.0), current=point.value, cycle=cycle
    )  # fmt: skip
    slope = point.gradient(PARAMETERS[SMALL.name])["g_Ca"]
    assert other.gradient(["I", "C"])["I"] == pytest.approx(1 / slope, rel=1e-6)


def test_missing_derivatives_are_reported(diagrams):
    with pytest.raises(lo.ArgumentError, match="no periods"):
        diagrams[1].branches[0].period_gradient("C")
    with pytest.raises(lo.UnknownNameError, match="g_Ca"):
        diagrams[1].branches[1].period_gradient("g_ca", [5])
    for name in ("nope", "initial_w"):
        with pytest.raises(lo.UnknownNameError, match=name):
            diagrams[1].of_kind("fold of cycles")[0].gradient([name])
    assert diagrams[1].of_kind("fold of cycles")[0].gradient([]) == {}
