"""A quantity of any library is converted to loligo's unit or refused by name: its numbers alone are never used."""

import numpy as np
import pandas as pd
import pytest
import quantities as pq

import loligo as lo
from loligo._units import CAPACITANCE, CELSIUS, CONDUCTANCE, CURRENT, KHZ, MS, MV, number, numbers

NAMES = ("length", "mass", "time", "current", "temperature", "substance", "luminosity")


class Dimension:
    def __init__(self, **powers):
        self.powers = powers

    def get_dimension(self, name):
        assert name in NAMES
        return self.powers.get(name, 0)


class Brian(np.ndarray):
    """The little of a Brian2 quantity that is looked at: numbers in SI units, and a dimension."""

    def __new__(cls, value, **powers):
        made = np.asarray(value, dtype=float).view(cls)
        made.dim = Dimension(**powers)
        return made


VOLT = {"length": 2, "mass": 1, "time": -3, "current": -1}
SIEMENS = {"length": -2, "mass": -1, "time": 3, "current": 2}


def per_area(powers):
    return powers | {"length": powers.get("length", 0) - 2}


class Labelled(np.ndarray):
    """Numbers with a unit written on them, of a library that loligo does not know."""

    def __new__(cls, value, unit):
        made = np.asarray(value, dtype=float).view(cls)
        made.unit = unit
        return made


# loligo's unit, a quantity of `quantities`, one of Brian2, the number
CONVERTED = {
    "time": (MS, 0.02 * pq.s, Brian(0.02, time=1), 20.0),
    "potential": (MV, -0.077 * pq.V, Brian(-0.077, **VOLT), -77.0),
    "current": (CURRENT, 0.07 * pq.A / pq.m**2, Brian(0.07, **per_area({"current": 1})), 7.0),
    "conductance": (CONDUCTANCE, 360 * pq.S / pq.m**2, Brian(360.0, **per_area(SIEMENS)), 36.0),
    "capacitance": (
        CAPACITANCE,
        0.01 * pq.F / pq.m**2,
        Brian(0.01, **per_area(SIEMENS | {"time": 4})),
        1.0,
    ),
    "frequency": (KHZ, 10 * pq.Hz, Brian(10.0, time=-1), 0.01),
    "temperature": (CELSIUS, 17 * pq.degC, Brian(290.15, temperature=1), 17.0),
    "pure": ("", 300 * pq.percent, Brian(3.0), 3.0),
}


@pytest.mark.parametrize("kind", CONVERTED)
def test_quantities_and_brian2_are_converted(kind):
    unit, one, other, expected = CONVERTED[kind]
    for value in (one, other):
        assert number(value, unit, "x") == pytest.approx(expected, rel=1e-12)
        assert numbers([value, value], unit, "x") == pytest.approx([expected] * 2, rel=1e-12)
        assert numbers((expected, value), unit, "x") == pytest.approx([expected] * 2, rel=1e-12)


@pytest.mark.parametrize("kind", CONVERTED)
def test_another_dimension_is_refused(kind):
    unit = CONVERTED[kind][0]
    wrong = {value[0]: value[1:3] for value in CONVERTED.values()}[MV if unit == MS else MS]
    for value in (*wrong, pq.mol, np.array([1.0, 2.0]) * pq.kg):
        for read in (number, numbers, lambda *given: numbers([1.0, given[0]], *given[1:])):
            with pytest.raises(lo.UnitError, match=r"x.* must be"):
                read(value, unit, "x")


def test_the_doors_convert():
    assert lo.Step(7000 * pq.nA / pq.cm**2, start=0.02 * pq.s) == lo.Step(7.0, start=20.0)
    assert lo.Channel("K", g=360 * pq.S / pq.m**2, E=-0.077 * pq.V) == lo.Channel("K", g=36.0, E=-77.0)
    samples = lo.Samples(np.array([0.0, 5.0]) * pq.nA / pq.mm**2, dt=100 * pq.us)
    assert samples == lo.Samples(np.array([0.0, 0.5]), dt=0.1)
    with pytest.raises(lo.UnitError, match=r"amplitude of Step must be in µA/cm².*got 500\.0 pA \(quantities"):
        lo.Step(500 * pq.pA)
    with pytest.raises(lo.UnitError, match="got 290"):  # its degrees Celsius are differences of temperature
        lo.models.squid().replace(celsius=290 * pq.K)


def test_a_column_of_quantities_is_examined():
    column = pd.Series([100.0 * pq.mS / pq.cm**2, 1400 * pq.S / pq.m**2], dtype=object)
    population = lo.Population(lo.models.squid(), {"g_Na": column})
    assert population.members.columns(0, 2)["g_Na"] == pytest.approx([100, 140])


def test_a_library_that_is_not_known_is_refused_by_name():
    for unit in ("V", object(), "mV/cm²"):
        with pytest.raises(lo.UnitError, match=r"E of channel 'K'.*Labelled\)"):
            lo.Channel("K", g=1, E=Labelled(-0.077, unit))
        with pytest.raises(lo.UnitError, match="must be in mV"):
            numbers([1.0, Labelled(-0.077, unit)], MV, "x")
    assert lo.Channel("K", g=1, E=Labelled(-77.0, "mV")) == lo.Channel("K", g=1, E=-77)


def test_labels_of_xarray_are_read():
    xarray = pytest.importorskip("xarray")
    volts, current = (xarray.DataArray([0.0, 1.0, 2.0], attrs={"units": unit}) for unit in ("V", "uA/cm2"))
    assert lo.Samples(current, dt=1.0) == lo.Samples([0, 1, 2], dt=1.0)
    with pytest.raises(lo.UnitError, match="DataArray"):
        lo.Samples(volts, dt=1.0)


def test_astropy():
    u = pytest.importorskip("astropy.units")
    assert number(7000 * u.nA / u.cm**2, CURRENT, "x") == pytest.approx(7)
    assert number(360 * u.S / u.m**2, CONDUCTANCE, "x") == pytest.approx(36)
    assert number(1 * u.F / u.m**2, CAPACITANCE, "x") == pytest.approx(100)
    assert number(290.15 * u.K, CELSIUS, "x") == number(17 * u.deg_C, CELSIUS, "x") == pytest.approx(17)
    assert number(180 * u.deg, "", "x") == pytest.approx(np.pi)
    assert numbers([1, 2] * u.s, MS, "x").tolist() == [1000, 2000]
    for wrong in (3 * u.mV, 3 * u.mag):
        with pytest.raises(lo.UnitError):
            number(wrong, MS, "x")
    from astropy.utils.masked import Masked

    with pytest.raises(lo.ArgumentError, match=r"x\[1\] is masked"):
        numbers(Masked([1.0, 2.0] * u.ms, mask=[False, True]), MS, "x")


def test_unyt():
    unyt = pytest.importorskip("unyt")
    for value, unit, expected in (
        (unyt.unyt_quantity(7000, "nA/cm**2"), CURRENT, 7),
        (unyt.unyt_quantity(360, "A/V/m**2"), CONDUCTANCE, 36),
        (unyt.unyt_quantity(0.01, "F/m**2"), CAPACITANCE, 1),
        (unyt.unyt_quantity(290.15, "K"), CELSIUS, 17),
        (unyt.unyt_quantity(3.0, ""), "", 3),
    ):
        assert number(value, unit, "x") == pytest.approx(expected)
    with pytest.raises(lo.UnitError):
        number(unyt.unyt_quantity(3.0, "mV"), MS, "x")


def test_brian2():
    brian2 = pytest.importorskip("brian2")
    assert number(7 * brian2.uamp / brian2.cmeter**2, CURRENT, "x") == pytest.approx(7)
    assert number(36 * brian2.msiemens / brian2.cmeter**2, CONDUCTANCE, "x") == pytest.approx(36)
