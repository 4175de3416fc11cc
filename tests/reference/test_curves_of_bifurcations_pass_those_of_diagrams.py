"""Curves in two parameters pass the bifurcations that diagrams at other values, and solvers of other kinds, find."""

import numpy as np
import pytest
from scipy.optimize import fsolve

import loligo as lo

SQUID = lo.models.squid()


@pytest.fixture(scope="module")
def sodium():
    return lo.bifurcation_set(SQUID, ("I", "g_Na"), {"I": (0, 30), "g_Na": (115, 150)})


@pytest.fixture(scope="module")
def temperature():
    return lo.bifurcation_set(SQUID, ("I", "celsius"), {"I": (0, 200), "celsius": (6, 40)})


def test_points_of_every_kind_at_another_conductance(sodium):
    diagram = lo.bifurcation(SQUID.replace(g_Na=150), "I", (0, 30))
    for kind, within in (("Hopf", 1e-9), ("fold of cycles", 1e-6), ("period doubling", 1e-6)):
        ends = [
            (float(curve.x[k]), float(curve.periods[k]))
            for curve in sodium.of_kind(kind)
            for k in (0, -1)
            if curve.y[k] == 150
        ]
        expected = [(point.value, point.period) for point in diagram.of_kind(kind)]
        assert [x for x, _ in sorted(ends)] == pytest.approx([x for x, _ in expected], abs=within)
        assert [T for _, T in sorted(ends)] == pytest.approx([T for _, T in expected], rel=1e-5)
    assert len(sodium.of_kind("fold of cycles")) == len(diagram.of_kind("fold of cycles")) == 3
    assert len(sodium.of_kind("period doubling")) == len(diagram.of_kind("period doubling")) == 2


def test_residuals(sodium, temperature):
    for curve in (*sodium.curves, *temperature.curves):
        assert curve.residuals.max() < (1e-7 if curve.kind in ("fold of cycles", "period doubling") else 1e-9)


def test_hopf_points_are_hopf_points_of_rest(temperature):
    (hopf,) = temperature.of_kind("Hopf")
    for k in range(0, len(hopf), 25):
        values = lo.rest(SQUID.replace(celsius=float(hopf.y[k])), current=float(hopf.x[k])).eigenvalues
        turning = values[np.abs(values.imag) > 0]
        assert np.abs(turning.real).max() < 1e-9
        assert np.abs(turning.imag).max() == pytest.approx(2 * np.pi / hopf.periods[k], rel=1e-9)


def test_repetitive_firing_ends_where_the_hopf_points_meet(temperature):
    (hopf,) = temperature.of_kind("Hopf")
    assert len(hopf.crossings(y=28.8)) == 2
    assert hopf.y.max() == pytest.approx(28.86, abs=0.01)
    assert len(lo.bifurcation(SQUID.replace(celsius=28.8), "I", (0, 200), cycles=False).of_kind("Hopf")) == 2
    assert lo.bifurcation(SQUID.replace(celsius=28.9), "I", (0, 200), cycles=False).points == ()


def test_the_coefficient_changes_its_sign_at_the_bautin_point_and_folds_end_there(temperature):
    (bautin,) = (point for point in temperature.points if point.kind == "Bautin")
    current, celsius = bautin.values
    notes = {}
    for point in lo.bifurcation(SQUID.replace(celsius=celsius - 0.01), "I", (0, 200), cycles=False).of_kind("Hopf"):
        notes[point.value < current] = point.note
    assert notes == {True: "subcritical", False: "supercritical"}
    fold = next(one for one in temperature.of_kind("fold of cycles") if "Bautin" in one.marks)
    near = fold.marks.index("Bautin") or -2
    near = near - 1 if near > 0 else 1
    assert (fold.x[near], fold.y[near]) == pytest.approx(bautin.values, rel=1e-3)
    assert fold.v_max[near] - fold.v_min[near] < 5


def test_warmth_is_speed(temperature):
    # rates x phi at one capacitance are the same as capacitance x phi at one temperature
    (warm,) = (point for point in temperature.points if point.kind == "cusp of cycles")
    heavy = lo.bifurcation_set(SQUID, ("I", "C"), {"I": (7, 12), "C": (1.0, 1.2)})
    (cusp,) = (point for point in heavy.points if point.kind == "cusp of cycles")
    assert cusp.values[0] == pytest.approx(warm.values[0], abs=1e-6)
    assert cusp.values[1] == pytest.approx(3 ** ((warm.values[1] - 6.3) / 10), rel=1e-6)


def test_bogdanov_takens_of_morris_lecar_by_another_solver():
    # Rinzel and Ermentrout's equations by hand; trace and determinant of the Jacobian both zero
    def equations(unknown):
        v, current, V_3 = unknown

        def slopes(v, w):
            m = 0.5 * (1 + np.tanh((v + 1.2) / 18))
            i = current - 4.0 * m * (v - 120) - 8 * w * (v + 84) - 2 * (v + 60)
            target = 0.5 * (1 + np.tanh((v - V_3) / 17.4))
            return np.array([i / 20, 0.067 * (target - w) * np.cosh((v - V_3) / (2 * 17.4))])

        w, h = 0.5 * (1 + np.tanh((v - V_3) / 17.4)), 1e-5
        by_v = (slopes(v + h, w) - slopes(v - h, w)) / (2 * h)
        by_w = (slopes(v, w + h) - slopes(v, w - h)) / (2 * h)
        return [slopes(v, w)[0], by_v[0] + by_w[1], by_v[0] * by_w[1] - by_w[0] * by_v[1]]

    around = {"I": (-50, 300), "V_3": (-10, 20)}
    found = lo.bifurcation_set(lo.models.morris_lecar("snic"), ("I", "V_3"), around, cycles=False)
    (point,) = (one for one in found.points if one.kind == "Bogdanov-Takens")
    other = fsolve(equations, [point.v + 0.5, point.values[0] + 1, point.values[1] - 0.3], xtol=1e-12)
    assert (point.v, *point.values) == pytest.approx(tuple(other), abs=1e-5)
    for kind in ("Hopf", "saddle-node"):  # the curve of Hopf points that ends there does not pass V_3 = 12 mV
        assert sum("Bogdanov-Takens" in curve.marks for curve in found.of_kind(kind)) == 1
    assert len(found.of_kind("Hopf")) == 2
