"""A `State` has a least value: 0 where its unit is a concentration, what is given, or none."""

import math

import pytest

import loligo as lo
from loligo.lab.python_source import python_of
from loligo.membrane.description import described, membrane_from

CONCENTRATIONS = ["M", "mM", "µM", "μM", "uM", "nM", "mol/L", "mmol/l", "µmol L⁻¹", "mol/m³", "mol m^-3", "micromolar"]
OTHERS = ["", "ms", "mV", "1", "mmol", "MM", "µA/cm²", "mol"]


def state(**own):
    return lo.State("x", "-x", initial=1.0, **own)


@pytest.mark.parametrize("unit", CONCENTRATIONS)
def test_a_concentration_is_not_negative(unit):
    assert state(unit=unit).minimum == 0.0
    assert state(unit=unit, minimum=-2.0).minimum == -2.0


@pytest.mark.parametrize("unit", OTHERS)
def test_other_units_have_no_least_value(unit):
    assert state(unit=unit).minimum == -math.inf
    assert state(unit=unit, minimum=0.5).minimum == 0.5


@pytest.mark.parametrize(
    "own",
    [{}, {"unit": "mM"}, {"minimum": 0.25}, {"unit": "mM", "minimum": -math.inf}, {"unit": "mM", "minimum": 1e-9}],
)
def test_it_travels(own):
    membrane = lo.Membrane(lo.Channel("leak", g=1, E=-60), state(**own), v_scale=0.5)
    assert membrane_from(described(membrane)) == membrane
    assert eval(python_of(membrane), {"lo": lo}) == membrane
    assert ("minimum" in repr(membrane.states[0])) == (membrane.states[0].minimum > -math.inf)


def test_words_without_it_are_read():
    words = described(lo.Membrane(lo.Channel("leak", g=1, E=-60), state(unit="mM")))
    del words["v_scale"], words["parts"][1]["minimum"]
    read = membrane_from(words)
    assert (read.v_scale, read.states[0].minimum) == (10.0, 0.0)


@pytest.mark.parametrize("least", [math.nan, math.inf, "0", 2.0])
def test_a_minimum_that_makes_no_sense_is_refused(least):
    with pytest.raises((lo.ArgumentError, lo.UnitError), match="minimum"):
        state(minimum=least)
