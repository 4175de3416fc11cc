"""Signatures of `Population` spell out every setting with its default, and another name is refused with the closest."""

import inspect

import pytest

import loligo as lo
from loligo.population.plan import SETTINGS, Settings

AXON = lo.Population(lo.models.squid(), g_Na=[100.0])
STEP = lo.Step(5.0, stop=5.0)


def test_settings_are_those_of_a_plan():
    assert set(SETTINGS) == set(Settings.__annotations__)


@pytest.mark.parametrize("method", ["run", "plan", "estimate"])
def test_signatures_name_them(method):
    parameters = inspect.signature(getattr(AXON, method)).parameters
    assert [*parameters][: 2 + len(SETTINGS)] == ["stimulus", "duration", *SETTINGS]
    assert {name: parameters[name] for name in SETTINGS} == SETTINGS
    assert not any(each.kind is each.VAR_KEYWORD for each in parameters.values())


def test_defaults_are_those_of_the_signature():
    defaults = {name: each.default for name, each in inspect.signature(AXON.run).parameters.items() if name in SETTINGS}
    assert AXON.plan(STEP) == AXON.plan(STEP, **defaults)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"tolerence": 1e-3}, "run has no argument 'tolerence': write tolerance= instead"),
        ({"hold": {"n": 0.3}}, r"interventions=Hold\('n', 0.3\)"),
        ({"anything": 1}, "write one of stimulus, duration, features, tolerance, .*, threads, store, .*, progress"),
    ],
)
def test_other_names_are_refused(given, words):
    with pytest.raises(lo.UnitError, match=words):
        AXON.run(STEP, 10, **given)
