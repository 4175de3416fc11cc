"""The command of a voltage clamp may carry any unit of a potential, but not that of a current, and vice versa."""

import pickle

import numpy as np
import pytest

import loligo as lo

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
