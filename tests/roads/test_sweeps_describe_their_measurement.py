"""A sweep holds what was measured and played in the membrane's units, or says that it does not."""

import copy
import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

import loligo as lo

T = np.arange(100) * 0.1
V = np.full(100, -65.0)


def clamped(**more):
    return lo.Sweep(T, current=np.ones(100), command=lo.Step(40.0, 2, 5), holding=-80, **more)


def test_a_current_clamp_is_played_to_a_membrane():
    sweep = lo.Sweep(T, v=V, stimulus=lo.Step(10.0, start=1, stop=9))
    run = lo.simulate(lo.models.squid(), sweep.stimulus, sampling=sweep.t)
    assert run.v.shape == sweep.v.shape
    assert (sweep.clamp, sweep.current, sweep.current_unit) == ("current", None, "µA/cm²")


def test_a_voltage_clamp_is_played_to_a_membrane():
    sweep = clamped()
    run = lo.voltage_clamp(lo.models.squid(), sweep.command, holding=sweep.holding, sampling=sweep.t)
    assert run.v[[0, 30, 60]].tolist() == [-80, -40, -80]
    assert (sweep.clamp, sweep.v) == ("voltage", None)


@pytest.mark.parametrize(
    ("unit", "area", "per", "expected"),
    [
        ("pA", 2e-5, "", 1e-6 / 2e-5),  # µA/cm²
        ("nA", 2e-5, "", 1e-3 / 2e-5),
        ("µA/cm²", None, "", 1.0),
        ("uA/cm2", None, "", 1.0),
        ("", None, "", 1.0),
        ("pA", None, "cell", 1e-3),  # nA
        ("nA", None, "cell", 1.0),
        ("", None, "cell", 1.0),
    ],
)
def test_currents_are_converted_as_documented(unit, area, per, expected):
    made = {"unit": unit, "area": area, "per": per}
    sweep = clamped(**made)
    np.testing.assert_allclose(sweep.current, expected, rtol=1e-15)
    stimulus = lo.Sweep(T, v=V, stimulus=lo.Step(1.0), **made).stimulus
    assert stimulus(1.0) == pytest.approx(expected, rel=1e-15)
    assert sweep.per == ("cell" if per else "area")


def test_quantities_carry_their_unit():
    pint = pytest.importorskip("pint")
    ureg = pint.UnitRegistry()
    current = np.ones(100) * ureg.picoampere
    assert lo.Sweep(T, current=current, area=2000 * ureg.um**2).current[0] == pytest.approx(1e-6 / 2e-5)
    assert lo.Sweep(T * 1e-3 * ureg.s, current=current, per="cell").current[0] == pytest.approx(1e-3)
    assert lo.Sweep(T, v=V * 1e-3 * ureg.V).v[0] == pytest.approx(-65)
    with pytest.raises(lo.UnitError, match="whole cell: give area="):
        lo.Sweep(T, current=current)
    with pytest.raises(lo.UnitError, match="has a unit that converts"):
        lo.Sweep(T, current=current, unit="µA/cm²")


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: lo.Sweep(T), "v= from a current clamp"),
        (lambda: lo.Sweep(T, v=V, current=V), "v= from a current clamp"),
        (lambda: lo.Sweep(T, v=np.where(T[37] == T, np.nan, V)), r"v\[37\] is nan at 3\.7 ms \(1 such value in all\)"),
        (lambda: lo.Sweep(np.where(T[5] == T, np.nan, T), v=V), r"t\[5\] is nan"),
        (lambda: lo.Sweep(T[::-1], v=V), r"t\[1\] = 9\.8 ms follows"),
        (lambda: lo.Sweep(T - 1, v=V), "begins at -1 ms"),
        (lambda: lo.Sweep(T, v=V[:-1]), "100 times"),
        (lambda: lo.Sweep(T, v=V, stimulus=3.0), "stimulus must be a Step"),
        (lambda: lo.Sweep(T, v=V, command=lo.Step(1.0), holding=-80), "are used only with current="),
        (lambda: lo.Sweep(T, current=V, stimulus=lo.Step(1.0)), "give command="),
        (lambda: lo.Sweep(T, current=V, command=lo.Step(1.0)), "give holding="),
        (lambda: clamped(exclude=[(5, 4)]), "a later stop"),
        (lambda: clamped(exclude=3), "a list of windows"),
        (lambda: clamped(unit="pA"), "give area="),
        (lambda: clamped(unit="ohm"), "unit must be"),
        (lambda: clamped(area=2e-5), "has no unit"),
        (lambda: clamped(area=-1, unit="pA"), "area must be greater than zero"),
        (lambda: clamped(per="cell", area=1), "leave µA/cm² and area= out"),
        (lambda: clamped(per="gram"), "per must be"),
        (lambda: clamped().stimulus, "it has a command"),
        (lambda: lo.Sweep(T, v=V).command, "it has a stimulus"),
        (lambda: lo.Sweep(T, v=V).stimulus, "protocol is absent"),
        (lambda: lo.Sweep(T, current=V).command, "protocol is absent"),
        (lambda: lo.Sweep(T, v=V, stimulus=lo.Step(1.0), unit="pA", per="unsaid").stimulus, "give area="),
        (lambda: lo.Sweep(T, v=V).features("spike_count"), "window="),
        (lambda: clamped().features("spike_count"), "under voltage clamp"),
    ],
)
def test_inconsistent_sweeps_are_refused(make, match):
    with pytest.raises(lo.LoligoError, match=match):
        make()


@pytest.mark.parametrize(
    ("shift", "first"),
    [(0.0, 2501), (-5e-5, 2501), (5e-5, 2501), (1e-3, 2501), (-1e-3, 2502)],
)
def test_windows_are_left_out_to_a_thousandth_of_an_interval(shift, first):
    t = np.arange(10000) * 0.1 + 1e-3 + shift  # a sample is at 250.101 + shift
    sweep = lo.Sweep(t, current=t, exclude=[(250.101, 255.101), (900.051, 901.051)])
    assert np.flatnonzero(~sweep.kept).tolist() == [*range(first, first + 50), *range(9001, 9011)]


def test_times_may_be_uneven():
    sweep = lo.Sweep([0, 1, 1.5, 4], v=[1, 2, 3, 4])
    assert (sweep.interval, sweep.even, clamped().even) == (0.5, False, True)


def test_an_area_may_be_given_later():
    sweep = lo.Sweep(T, v=V, stimulus=lo.Step(100.0), unit="pA", per="unsaid", name="cell 3")
    assert "unknown area" in repr(sweep)
    assert sweep.replace(area=2e-5).stimulus(1.0) == pytest.approx(5.0)
    assert sweep.replace(area=2e-5).replace(name="x").stimulus(1.0) == pytest.approx(5.0)
    assert sweep.replace(per="cell").stimulus(1.0) == pytest.approx(0.1)
    assert lo.Sweep(T, v=V).replace(stimulus=lo.Step(5.0)).stimulus(1.0) == 5.0


def test_sweeps_are_frozen_and_travel():
    given = V.copy()
    sweep = lo.Sweep(T, v=given, stimulus=lo.Step(1.0), exclude=[(1, 2)])
    given[0] = 0
    assert sweep.v[0] == -65
    with pytest.raises(ValueError, match="read-only"):
        sweep.v[0] = 1
    with pytest.raises(FrozenInstanceError):
        sweep.v = V
    assert sweep.kept.sum() == 90
    for other in (copy.copy(sweep), copy.deepcopy(sweep), pickle.loads(pickle.dumps(sweep))):
        np.testing.assert_array_equal(other.v, sweep.v)
        assert (other.stimulus, other.exclude, repr(other)) == (sweep.stimulus, sweep.exclude, repr(sweep))
        with pytest.raises(ValueError, match="read-only"):
            other.v[0] = 1


def test_sweeps_are_equal_where_all_arguments_are():
    def make():
        played = clamped(exclude=[(2, 3)], name="cell")
        return played.replace(command=lo.Samples([0.0, 10.0, 0.0], dt=1.0, start=2.0))

    sweep = make()
    assert sweep == make()
    assert hash(sweep) == hash(make())
    assert sweep == pickle.loads(pickle.dumps(sweep)) == copy.deepcopy(sweep)
    others = [sweep.replace(name="other"), sweep.replace(holding=-81), sweep.replace(exclude=()), lo.Sweep(T, v=V)]
    others += [sweep.replace(current=np.nextafter(sweep.current, np.inf)), sweep.replace(command=lo.Step(10.0)), 3]
    others += [sweep.corrected(lo.JunctionPotential(1)), sweep.replace(capacitance=20)]
    assert all(sweep != other for other in others)
    made = [sweep.corrected(lo.PNSubtraction(make())) for _ in range(2)]
    assert made[0] == made[1]
    assert len({sweep, make(), *made}) == 2


def test_sweeps_are_drawn():
    from matplotlib.figure import Figure

    figure = clamped(exclude=[(2, 3)], name="cell 3").plot(Figure())
    above, below = figure.axes
    assert (above.get_ylabel(), below.get_ylabel()) == ("I [µA/cm²]", "command\nv [mV]")
    assert below.lines[0].get_ydata()[[0, 30]].tolist() == [-80, -40]
    figure = lo.Sweep(T, v=V, stimulus=lo.Step(100.0), unit="pA", per="unsaid").plot(Figure())
    assert [axes.get_ylabel() for axes in figure.axes] == ["v [mV]", "stimulus\nI [nA]"]
    assert len(lo.Sweep(T, v=V).plot(Figure()).axes) == 1
