"""A diagram of the lab is computed once, within its time, and made anew where what was kept is damaged."""

import json

import pytest

import loligo as lo
from loligo.lab import diagrams
from loligo.lab.diagrams import diagram, diagram_key

SPAN = (0.0, 120.0)
CELL = lo.models.morris_lecar()


@pytest.fixture(autouse=True)
def nothing_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(diagrams, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(diagrams, "SHIPPED", tmp_path / "diagrams.json")
    diagrams._shipped.cache_clear()
    yield
    diagrams._shipped.cache_clear()


@pytest.fixture
def calls(monkeypatch):
    """Return a list that grows by the settings of every analysis."""
    made, original = [], diagrams.bifurcation

    def counted(*arguments, **settings):
        made.append(settings.get("cycles", True))
        return original(*arguments, **settings)

    monkeypatch.setattr(diagrams, "bifurcation", counted)
    return made


def test_it_agrees_with_bifurcation():
    found = diagram(CELL, SPAN, patience=1000.0)
    hopf = next(point for point in found["points"] if point["kind"] == "Hopf")
    assert hopf["value"] == pytest.approx(93.8576, abs=1e-3)
    [equilibria] = found["equilibria"]
    assert len(equilibria["I"]) == len(equilibria["low"]) == len(equilibria["stable"])
    assert {True, False} == set(equilibria["stable"])
    assert found["cycles"]
    assert all(
        low < high for low, high in zip(found["cycles"][0]["low"][1:], found["cycles"][0]["high"][1:], strict=True)
    )
    json.dumps(found, allow_nan=False)


def test_it_is_computed_once(calls):
    first = diagram(CELL, SPAN, patience=0.0)
    assert diagram(CELL, SPAN, patience=0.0) == first
    assert calls == [False]
    diagram(CELL.replace(g_K=8.1), SPAN, patience=0.0)
    assert len(calls) == 2


def test_cycles_that_take_too_long_are_left_out(calls):
    said = []
    found = diagram(CELL, SPAN, patience=1e-9, progress=lambda text, _: said.append(text))
    assert calls == [True, False]
    assert said
    assert found["cycles"] == []
    assert found["equilibria"]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"equilibria": []}', "null"])
def test_damaged_diagrams_are_recomputed(damage, calls, tmp_path):
    whole = diagram(CELL, SPAN, patience=0.0)
    file = tmp_path / "lab" / f"{diagram_key(CELL, SPAN)}.json"
    file.write_text(damage)
    assert diagram(CELL, SPAN, patience=0.0) == whole
    assert len(calls) == 2


def test_what_is_shipped_is_taken(calls, tmp_path):
    shipped = {"equilibria": [], "cycles": [], "points": []}
    (tmp_path / "diagrams.json").write_text(json.dumps({diagram_key(CELL, SPAN): shipped}))
    assert diagram(CELL, SPAN) == shipped
    assert calls == []
