"""Runs inside an analysis start where the user did not say: none of them warns of an unstable start."""

import warnings

import pytest

import loligo as lo
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


@pytest.fixture
def every_start_unstable(monkeypatch):
    monkeypatch.setattr("loligo.simulation.current.stays_unstable", lambda *_: True)


@pytest.mark.usefixtures("every_start_unstable")
@pytest.mark.parametrize("name", list(ANALYSES))
def test_analyses_are_silent(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ANALYSES[name]()


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
