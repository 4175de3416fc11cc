"""Morris-Lecar's classes of excitability: cycles from Hopf points, and cycles through a saddle-node.

Rinzel J, Ermentrout GB (1998) Analysis of neural excitability and oscillations. In: Koch C, Segev I (eds) Methods in
Neuronal Modeling, 2nd ed., MIT Press, chapter 7: Hopf points at 93.86 and 212 µA/cm² of the first regime, the
saddle-node on an invariant circle at 39.96 µA/cm² of the second, a homoclinic orbit at 35 of the third.
"""

import numpy as np
import pytest

import loligo as lo


@pytest.fixture(scope="module")
def diagrams():
    spans = {"hopf": (0, 300), "snic": (0, 200), "homoclinic": (0, 60)}
    return {name: lo.bifurcation(lo.models.morris_lecar(name), "I", span) for name, span in spans.items()}


def test_class_ii_has_two_subcritical_hopf_points(diagrams):
    lower, upper = diagrams["hopf"].of_kind("Hopf")
    # SciPy, where the trace of the Jacobian vanishes
    assert lower.value == pytest.approx(93.857618, abs=1e-6)
    assert upper.value == pytest.approx(212.018816, abs=1e-6)
    assert {lower.note, upper.note} == {"subcritical"}
    first, second = diagrams["hopf"].of_kind("fold of cycles")
    assert first.value < lower.value < upper.value < second.value
    assert diagrams["hopf"].of_kind("saddle-node") == ()


def test_class_i_begins_at_a_saddle_node_on_an_invariant_circle(diagrams):
    (node,) = diagrams["snic"].of_kind("saddle-node")
    assert node.value == pytest.approx(39.963153, abs=1e-6)  # SciPy, the fold of the steady current
    (end,) = diagrams["snic"].of_kind("homoclinic")
    assert end.value == pytest.approx(node.value, abs=1e-6)
    assert end.error < 1e-4
    assert end.period == np.inf
    assert end.note.startswith("saddle-node on an invariant circle")


def test_the_period_diverges_as_the_inverse_square_root(diagrams):
    (node,) = diagrams["snic"].of_kind("saddle-node")
    (cycles,) = (one for one in diagrams["snic"].branches if one.kind == "cycles")
    slow = (cycles.periods > 2000) & (np.array(cycles.marks) == "")
    slope, _ = np.polyfit(np.log(cycles.values[slow] - node.value), np.log(cycles.periods[slow]), 1)
    assert slow.sum() > 3
    assert slope == pytest.approx(-0.5, abs=0.01)


def test_the_third_regime_ends_in_a_homoclinic_orbit_below_the_saddle_node(diagrams):
    (end,) = diagrams["homoclinic"].of_kind("homoclinic")
    (node,) = diagrams["homoclinic"].of_kind("saddle-node")
    assert end.value == pytest.approx(35.0, abs=0.05)
    assert end.value < node.value
    assert "invariant circle" not in end.note


def test_three_equilibria_below_the_saddle_node(diagrams):
    branches = [one for one in diagrams["snic"].branches if one.kind == "equilibria"]
    crossings = sum(int(((b.values[:-1] - 30) * (b.values[1:] - 30) < 0).sum()) for b in branches)
    assert crossings == 3
