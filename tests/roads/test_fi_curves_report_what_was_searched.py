"""The note of an f-I curve says from where currents were raised and lowered, and which cycles were searched."""

import re

import numpy as np
import pytest

import loligo as lo
from loligo.analysis import fi

SQUID = lo.models.squid()
EQUILIBRIA = "equilibria"  # the first part of a bifurcation diagram


def test_start_top_and_cycles():
    texts = []
    curve = lo.fi_curve(SQUID, [8.0], progress=lambda text, _: texts.append(text))
    assert texts[:4] == [
        *[f"f-I curve, {part}" for part in ("up", "step", "cycles of the bifurcation diagram")],
        EQUILIBRIA,
    ]
    assert any(text.startswith("a run at I = ") for text in texts)
    assert texts[-1] == "f-I curve, down"
    assert "raised from the stable rest at 0 µA/cm²" in curve.note
    assert "1 branch of cycles of the bifurcation diagram" in curve.note
    assert float(re.search(r"lowered from ([\d.]+) µA", curve.note)[1]) >= 8.0
    assert (curve.up.steady[0], curve.down.steady[0] > 0) == (0.0, True)


def test_the_diagram_can_be_cancelled():
    with pytest.raises(lo.CancelledError, match=f"during: {EQUILIBRIA}"):
        lo.fi_curve(SQUID, [8.0], progress=lambda text, _: text != EQUILIBRIA)


def test_a_start_below_the_range():
    curve = lo.fi_curve(SQUID.replace(g_Na=240.0), [0.0], cycles=False)
    assert not lo.rest(SQUID.replace(g_Na=240.0)).stable
    assert "raised from the stable rest at -1.28" in curve.note
    assert curve.up.steady[0] > 0


def test_diagrams_can_be_left_out():
    curve = lo.fi_curve(SQUID, [8.0], cycles=False)
    assert "not searched for (cycles=False)" in curve.note


def test_a_diagram_that_cannot_be_made(monkeypatch):
    def fails(*_, **__):
        raise lo.RestError("no equilibria")

    monkeypatch.setattr(fi, "bifurcation", fails)
    curve = lo.fi_curve(SQUID, [8.0, 12.0])
    assert "could not be computed, so cycles were not searched for: no equilibria" in curve.note
    assert curve.down.steady[1] > 70  # lowered from the top


def test_a_diagram_that_is_given(monkeypatch):
    diagram = lo.bifurcation(SQUID, "I", (6.0, 13.0))
    monkeypatch.setattr(fi, "bifurcation", None)
    curve = lo.fi_curve(SQUID, [6.3, 8.0], cycles=diagram)
    assert "diagram from 6 to 13 µA/cm²" in curve.note
    assert (curve.down.steady > 40).all()


@pytest.mark.parametrize(
    ("membrane", "parameter", "span"), [(SQUID.replace(g_Na=121.0), "I", (6, 9)), (SQUID, "g_K", (30, 40))]
)
def test_a_diagram_of_something_else_is_refused(membrane, parameter, span):
    diagram = lo.bifurcation(membrane, parameter, span, cycles=False)
    with pytest.raises(lo.ArgumentError, match="of the same membrane"):
        lo.fi_curve(SQUID, [8.0], cycles=diagram)


def test_unsettled_answers_are_drawn_and_counted():
    curve = lo.fi_curve(SQUID, [8.0, 12.0], cycles=False, longest=30.0)
    assert not curve.step.settled.any()
    assert "have not settled" in repr(curve)
    labels = [text.get_text() for text in curve.plot().get_legend().get_texts()]
    assert "step: has not settled" in labels


def test_a_passive_membrane_rests():
    leak = lo.Membrane(lo.Channel("leak", g=0.1, E=-65.0), C=1.0, name="leak")
    curve = lo.fi_curve(leak, [-3.0, 0.0, 2.0])
    for branch in curve.branches.values():
        assert branch.settled.all()
        np.testing.assert_array_equal(branch.own, 0.0)
