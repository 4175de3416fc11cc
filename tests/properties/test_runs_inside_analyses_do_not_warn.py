"""Runs inside an analysis start where the user did not say: none of them warns of an unstable start."""

import ast
import warnings
from pathlib import Path

import pytest

import loligo as lo
from loligo.lab.description import shown
from loligo.lab.user_membranes import amplitudes
from properties.invariances import rescaled

SQUID = lo.models.squid()
PULSE = lo.Step(1.0, stop=1.0)

ANALYSES = {
    "bifurcation": lambda: lo.bifurcation(SQUID, "I", (7.0, 8.0)),  # cycles that a run finds
    "fi_curve": lambda: lo.fi_curve(SQUID, [7.0]),
    "threshold": lambda: lo.threshold(SQUID, PULSE, fires=lambda run: run.spikes.size > 0, resolution=0.1),
    "strength_duration": lambda: lo.strength_duration(SQUID, [1.0, 2.0], resolution=0.1),
    "phase_plane": lambda: lo.phase_plane(SQUID, y="n"),
}

FROM_REST = {
    "strength_duration": ANALYSES["strength_duration"],
    "refractoriness": lambda: lo.refractoriness(SQUID, [8.0], width=0.5, resolution=0.5),
    "a slider of the lab": lambda: amplitudes(SQUID),
    "a membrane of the lab": lambda: shown(
        SQUID, key="k", title="t", source="s", python="p", amplitude=(10.0, 0.0, 20.0), duration=20.0
    ),
}
USERS_OWN_RUNS = {"cli", "course", "population/population.py"}  # the course's page says so itself


@pytest.fixture
def every_start_unstable(monkeypatch):
    monkeypatch.setattr("loligo.simulation.current.stays_unstable", lambda *_: True)


@pytest.fixture
def every_rest_unstable(monkeypatch):
    monkeypatch.setattr("loligo.simulation.current.settles", lambda _: False)


@pytest.mark.usefixtures("every_start_unstable")
@pytest.mark.parametrize("name", list(ANALYSES))
def test_analyses_are_silent(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ANALYSES[name]()


@pytest.mark.usefixtures("every_start_unstable", "every_rest_unstable")
@pytest.mark.parametrize("name", list(FROM_REST))
def test_analyses_from_rest_are_silent(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FROM_REST[name]()


@pytest.mark.usefixtures("every_rest_unstable")
@pytest.mark.parametrize("ask", [lambda: lo.simulate(SQUID, PULSE, 2.0), lambda: lo.threshold(SQUID, PULSE)])
def test_a_rest_of_the_user_is_not(ask):
    with pytest.warns(lo.UnstableRestWarning) as caught:
        ask()
    assert [one.filename for one in caught] == [__file__]


def test_no_analysis_calls_functions_that_warn():
    source = Path(lo.__file__).parent
    found = {
        f"{file.relative_to(source)}: {call.func.id}"
        for file in source.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("simulate", "threshold")
    }
    assert {one for one in found if not one.startswith(tuple(USERS_OWN_RUNS))} == set()


@pytest.mark.usefixtures("every_start_unstable")
def test_a_start_of_the_user_is_not():
    with pytest.warns(lo.UnstableRestWarning):
        lo.simulate(SQUID, PULSE, 2.0, initial=lo.rest(SQUID))


@pytest.mark.parametrize("change", [lambda one: one, rescaled])
def test_the_hint_is_a_potential_of_the_membrane(change):
    membrane = change(lo.models.stomatogastric())
    home = lo.rest(membrane).v
    with pytest.warns(lo.UnstableRestWarning) as caught:
        lo.simulate(membrane, None, 1.0)
    given = float(str(caught[0].message).split("initial={'v': ")[1].split("}")[0])
    assert given == pytest.approx(home + membrane.v_scale, rel=1e-3)


@pytest.mark.parametrize("change", [lambda one: one, rescaled])
@pytest.mark.parametrize("model", [lo.models.squid, lambda: lo.models.pospischil("LTS"), lo.models.stomatogastric])
def test_without_a_rest_the_hint_is_a_potential_of_the_membrane(model, change):
    membrane = change(model())
    membrane = membrane.replace(**{name: 0.0 for name in membrane.parameters if name.startswith("g_")})
    reversals = [part.E for part in membrane.channels if isinstance(part, lo.Channel) and isinstance(part.E, float)]
    with pytest.raises(lo.RestError) as caught:
        lo.simulate(membrane, None, 1.0)
    given = float(str(caught.value).split("initial={'v': ")[1].split("}")[0])
    assert f"initial_v={str(caught.value).split('initial_v=')[1].split(' ')[0]}" == f"initial_v={given:.4g}"
    assert given == pytest.approx(min(reversals) + membrane.v_scale, rel=1e-3)
    assert lo.simulate(membrane, None, 1.0, initial={"v": given}).v[0] == given


def test_without_reversal_potentials_the_hint_is_below_the_spike_level():
    clock = lo.Membrane(lo.Current("pulse", "-x"), lo.State("x", "1", initial=0.0), spike_level=30.0, v_scale=2.0)
    with pytest.raises(lo.RestError, match=r"initial=\{'v': 16\} of a run"):
        lo.simulate(clock, None, 1.0)
