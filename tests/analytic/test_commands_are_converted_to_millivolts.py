"""The command of a voltage clamp may carry any unit of a potential, but not that of a current, and vice versa."""

import copy
import dataclasses
import json
import pickle

import numpy as np
import pytest

import loligo as lo
from loligo.stimulus.description import described_stimulus, stimulus_from

pint = pytest.importorskip("pint")
UNITS = pint.UnitRegistry()
V, MV, CURRENT = UNITS.volt, UNITS.millivolt, UNITS.microampere / UNITS.centimeter**2
SQUID = lo.models.squid()

MADE = {
    "step": lambda x, unit: lo.Step(x * unit, start=1, stop=3),
    "ramp": lambda x, unit: lo.Ramp(x * unit, start=1, stop=3),
    "sine": lambda x, unit: lo.Sine(x * unit, frequency=0.5, offset=x * unit, stop=3),
    "noise": lambda x, unit: lo.Noise(x * unit, tau=1.0, mean=x * unit, stop=3),
    "pulses": lambda x, unit: lo.Pulses(x * unit, onsets=[1, 2], width=0.5),
    "samples": lambda x, unit: lo.Samples(np.array([x, 2 * x, x]) * unit, dt=1.0),
    "sum": lambda x, unit: lo.Step(x * unit, stop=2) + lo.Ramp(x * unit, stop=3),
    "times": lambda x, unit: 2 * lo.Step(x * unit, stop=2),
    "less": lambda x, unit: -lo.Samples(np.array([x, x]) * unit, dt=1.0),
    "kept": lambda x, unit: pickle.loads(pickle.dumps(lo.Step(x * unit, stop=2))),
}


KEPT = {
    "replaced": dataclasses.replace,
    "copied": copy.deepcopy,
    "pickled": lambda stimulus: pickle.loads(pickle.dumps(stimulus)),
    "of another amplitude": lambda stimulus: stimulus.with_amplitude(0.5),
    "scaled": lambda stimulus: -(stimulus / 2),
    "summed": lambda stimulus: stimulus + lo.Step(1.0, stop=1),
    "as a file has it": lambda stimulus: stimulus_from(json.loads(json.dumps(described_stimulus(stimulus)))),
}


@pytest.mark.parametrize("unit", [V, CURRENT, 1.0])
@pytest.mark.parametrize("way", list(KEPT))
@pytest.mark.parametrize("shape", list(MADE))
def test_the_unit_stays(shape, way, unit):
    given = MADE[shape](0.02, unit)
    assert given.unit == {V: "mV", CURRENT: "µA/cm²", 1.0: ""}[unit]
    kept = KEPT[way](given)
    assert kept.unit == given.unit
    if way in ("replaced", "copied", "pickled", "as a file has it"):
        assert kept == given


def test_a_recording_in_a_file_keeps_the_unit_of_its_command(tmp_path):
    held = lo.voltage_clamp(SQUID, lo.Samples([20.0, 10.0] * MV, dt=1.0), 2.0)
    held.save(tmp_path / "held.npz")
    again = lo.load(tmp_path / "held.npz").stimulus
    with pytest.raises(lo.UnitError, match="given in mV"):
        lo.simulate(SQUID, again, 2.0)


def test_words_of_plain_numbers_are_as_before():
    assert "unit" not in described_stimulus(lo.Step(1.0)).keys() | described_stimulus(lo.Samples([1, 2], dt=1)).keys()
    words = [lo.Population(SQUID).plan(lo.Step(20.0 * unit, stop=1), 2.0).described() for unit in (1.0, CURRENT)]
    assert words[0] == words[1]  # so that a store goes on, however its current was given


@pytest.mark.parametrize("unit", ["V", "", 1.0, None, ["mV"]])
def test_words_of_other_units_are_refused(unit):
    with pytest.raises(lo.FileFormatError, match="unit must be"):
        stimulus_from(described_stimulus(lo.Step(1.0)) | {"unit": unit})


def test_samples_in_two_units_are_refused():
    assert lo.Samples([1.0, 2.0], dt=1.0, unit="mV").unit == "mV"
    with pytest.raises(lo.UnitError, match="at once"):
        lo.Samples([1.0, 2.0] * CURRENT, dt=1.0, unit="mV")
    with pytest.raises(lo.UnknownNameError, match="mV"):
        lo.Samples([1.0, 2.0], dt=1.0, unit="V")


@pytest.mark.parametrize("shape", [shape for shape in MADE if shape not in ("samples", "sum", "less")])
def test_overflow_is_refused_in_any_unit(shape):
    with pytest.raises(lo.ArgumentError, match="finite"):
        MADE[shape](1.0, V) * 1e308
    words = described_stimulus(MADE[shape](1.0, V))
    with pytest.raises(lo.ArgumentError, match="finite"):
        stimulus_from(words | {"amplitude": float("nan")})


@pytest.mark.parametrize("shape", list(MADE))
def test_a_potential_is_a_command_and_no_current(shape):
    given, plain = MADE[shape](0.02, V), MADE[shape](20.0, 1.0)
    held, other = (lo.voltage_clamp(SQUID, command, 4.0) for command in (given, plain))
    np.testing.assert_allclose(held.v, other.v, rtol=1e-12)
    with pytest.raises(lo.UnitError, match=r"µA/cm².*given in mV"):
        lo.simulate(SQUID, given, 4.0)
    with pytest.raises(lo.UnitError, match=r"µA/cm².*given in mV"):
        lo.Population(SQUID).run(given, 4.0)


@pytest.mark.parametrize("shape", list(MADE))
def test_a_current_is_a_stimulus_and_no_command(shape):
    given, plain = MADE[shape](20.0, CURRENT), MADE[shape](20.0, 1.0)
    np.testing.assert_array_equal(lo.simulate(SQUID, given, 4.0).v, lo.simulate(SQUID, plain, 4.0).v)
    with pytest.raises(lo.UnitError, match=r"mV.*given in µA/cm²"):
        lo.voltage_clamp(SQUID, given, 4.0)


def test_both_at_once_are_neither():
    with pytest.raises(lo.UnitError, match="at once"):
        lo.Step(20 * MV, stop=1) + lo.Step(20 * CURRENT, stop=1)
    with pytest.raises(lo.UnitError):
        lo.voltage_clamp(SQUID, lo.Sine(20 * MV, offset=1 * CURRENT, stop=3), 4.0)


def test_other_units_are_refused():
    with pytest.raises(lo.UnitError, match="µA/cm²"):
        lo.Step(1 * UNITS.second)
