"""A pint quantity in any unit of the right dimension is the same as the plain number; a wrong one is refused."""

import numpy as np
import pint
import pytest

import loligo as lo

Q = pint.UnitRegistry().Quantity
SQUID = lo.models.squid()
STEP = lo.Step(7.0, 1, 9)
LEAK = lo.Channel("leak", g=0.3, E=-54)
CURRENT = "nA/cm**2"


def run(**settings):
    recording = lo.simulate(SQUID, STEP, **({"duration": 12, "sampling": 1.0} | settings))
    return recording.settings, recording.t.tolist(), recording.states.tolist()


def clamp(**settings):
    recording = lo.voltage_clamp(SQUID, STEP, **({"duration": 12, "sampling": 1.0} | settings))
    return recording.settings, recording.states.tolist()


def columns(population):
    return [values.tolist() for values in population.members.columns(0, population.size).values()]


# door: what goes through it, the quantity, the plain number in loligo's unit, and a quantity of another dimension
DOORS = {
    "Population grid": (
        lambda x: columns(lo.Population(SQUID, g_Na=x)),
        Q([0.1, 0.12], "S/cm**2"),
        [100, 120],
        Q(1, "mV"),
    ),
    "Population start": (lambda x: columns(lo.Population(SQUID, initial_v=x)), Q(-0.01, "V"), -10.0, Q(1, "ms")),
    "Population table": (
        lambda x: columns(lo.Population(SQUID, {"stop": x})),
        Q([1, 2], "s"),
        [1e3, 2e3],
        Q([1, 2], "mV"),
    ),
    "Population range": (
        lambda x: columns(lo.Population.sobol(SQUID, {"E_K": (-20.0, x)}, size=4)),
        Q(-0.01, "V"),
        -10.0,
        Q(1, "ms"),
    ),
    "Step amplitude": (lo.Step, Q(7000, CURRENT), 7.0, Q(7, "nA")),
    "Step start": (lambda x: lo.Step(7.0, start=x), Q(0.02, "s"), 20.0, Q(20, "mV")),
    "Step stop": (lambda x: lo.Step(7.0, stop=x), Q(180, "us"), 0.18, Q(20, "Hz")),
    "Ramp amplitude": (lambda x: lo.Ramp(x, stop=3), Q(0.07, "A/m**2"), 7.0, Q(7, "S/cm**2")),
    "Sine amplitude": (lo.Sine, Q(7000, CURRENT), 7.0, Q(7, "mS")),
    "Sine frequency": (lambda x: lo.Sine(7.0, frequency=x), Q(10, "Hz"), 0.01, Q(10, "ms")),
    "Sine offset": (lambda x: lo.Sine(7.0, offset=x), Q(500, CURRENT), 0.5, Q(7, "mS")),
    "Sine phase": (lambda x: lo.Sine(7.0, phase=x), Q(180, "degree"), np.pi, Q(7, "mV")),
    "Chirp first": (lambda x: lo.Chirp(7.0, first=x, stop=9), Q(10, "Hz"), 0.01, Q(10, "ms")),
    "Chirp last": (lambda x: lo.Chirp(7.0, last=x, stop=9), Q(10, "Hz"), 0.01, Q(10, "ms")),
    "Pulses onsets": (lambda x: lo.Pulses(7.0, onsets=x), Q([1, 2], "s"), (1000.0, 2000.0), Q([1, 2], "mV")),
    "Pulses width": (lambda x: lo.Pulses(7.0, width=x), Q(100, "us"), 0.1, Q(1, "mV")),
    "Noise amplitude": (lambda x: lo.Noise(x, stop=9), Q(7000, CURRENT), 7.0, Q(7, "mS")),
    "Noise tau": (lambda x: lo.Noise(7.0, tau=x, stop=9), Q(0.003, "s"), 3.0, Q(7, "mV")),
    "Noise mean": (lambda x: lo.Noise(7.0, mean=x, stop=9), Q(7000, CURRENT), 7.0, Q(7, "mS")),
    "Noise dt": (lambda x: lo.Noise(7.0, dt=x, stop=9), Q(100, "us"), 0.1, Q(7, "mV")),
    "Samples values": (lambda x: lo.Samples(x, dt=1), Q([1000, 2000], CURRENT), [1.0, 2.0], Q([1, 2], "mS")),
    "Samples dt": (lambda x: lo.Samples([1, 2], dt=x), Q(0.002, "s"), 2.0, Q(1, "mV")),
    "Samples start": (lambda x: lo.Samples([1, 2], dt=1, start=x), Q(0.002, "s"), 2.0, Q(1, "mV")),
    "amplitude changed": (STEP.with_amplitude, Q(7000, CURRENT), 7.0, Q(7, "mS")),
    "factor": (lambda x: STEP * x, Q(2, ""), 2.0, Q(2, "mV")),
    "stimulus evaluated": (lambda x: STEP(x).tolist(), Q([500, 1500], "us"), [0.5, 1.5], Q([1, 2], "mV")),
    "list of quantities": (
        lambda x: STEP(x).tolist(),
        [Q(500, "us"), Q(0.0015, "s")],
        [0.5, 1.5],
        [Q(1, "mV"), Q(2, "mV")],
    ),
    "Channel g": (lambda x: lo.Channel("a", g=x, E=0), Q(1, "S/m**2"), 0.1, Q(1, "mS")),
    "Channel E": (lambda x: lo.Channel("a", g=1, E=x), Q(-0.07, "V"), -70.0, Q(1, "mS")),
    "Gate q10": (lambda x: lo.Gate("m", inf="0.5", tau="1", q10=x), Q(3, ""), 3.0, Q(3, "degC")),
    "State initial": (
        lambda x: lo.State("ca", "-ca", initial=x, unit="µM"),
        Q(0.0001, "mM"),
        0.1,
        Q(3, "mV"),
    ),
    "Membrane C": (lambda x: lo.Membrane(LEAK, C=x), Q(0.01, "F/m**2"), 1.0, Q(1, "uF")),
    "Membrane celsius": (lambda x: lo.Membrane(LEAK, celsius=x), Q(290.15, "K"), 17.0, Q(1, "mV")),
    "Membrane reference": (lambda x: lo.Membrane(LEAK, reference_celsius=x), Q(290.15, "K"), 17.0, Q(1, "mV")),
    "Membrane spike_level": (lambda x: lo.Membrane(LEAK, spike_level=x), Q(0.02, "V"), 20.0, Q(1, "ms")),
    "Membrane constant": (
        lambda x: lo.Membrane(LEAK, constants={"k": (x, "1/ms")}),
        Q(5, "1/s"),
        0.005,
        Q(1, "mV"),
    ),
    "replace g": (lambda x: SQUID.replace(g_Na=x), Q(1, "S/m**2"), 0.1, Q(1, "mV")),
    "replace E": (lambda x: SQUID.replace(E_K=x), Q(-0.012, "V"), -12.0, Q(1, "mS")),
    "replace C": (lambda x: SQUID.replace(C=x), Q(2, "uF/cm**2"), 2.0, Q(1, "mS")),
    "replace celsius": (lambda x: SQUID.replace(celsius=x), Q(290.15, "K"), 17.0, Q(1, "mS")),
    "replace spike_level": (lambda x: SQUID.replace(spike_level=x), Q(0.02, "V"), 20.0, Q(1, "mS")),
    "squid at": (lambda x: lo.models.squid(rest=x), Q(-0.065, "V"), -65.0, Q(1, "mS")),
    "simulate duration": (lambda x: run(duration=x), Q(0.01, "s"), 10.0, Q(10, "mV")),
    "simulate sampling": (lambda x: run(sampling=x), Q(500, "us"), 0.5, Q(10, "mV")),
    "simulate times": (lambda x: run(sampling=x), Q([0.001, 0.002], "s"), [1.0, 2.0], Q([1, 2], "mV")),
    "simulate initial": (lambda x: run(initial={"v": x}), Q(0.01, "V"), 10.0, Q(1, "ms")),
    "Hold value": (lambda x: run(interventions=lo.Hold("v", x)), Q(0.01, "V"), 10.0, Q(1, "ms")),
    "Hold start": (lambda x: run(interventions=lo.Hold("h", 0.5, start=x)), Q(0.002, "s"), 2.0, Q(1, "mV")),
    "Hold stop": (lambda x: run(interventions=lo.Hold("h", 0.5, stop=x)), Q(0.002, "s"), 2.0, Q(1, "mV")),
    "Reset value": (lambda x: run(interventions=lo.Reset({"v": x}, at=3)), Q(0.01, "V"), 10.0, Q(1, "ms")),
    "Reset at": (lambda x: run(interventions=lo.Reset({"h": 0.5}, at=x)), Q(0.002, "s"), 2.0, Q(1, "mV")),
    "clamp duration": (lambda x: clamp(duration=x), Q(0.01, "s"), 10.0, Q(10, "mV")),
    "clamp holding": (lambda x: clamp(holding=x), Q(-0.01, "V"), -10.0, Q(10, "ms")),
    "clamp sampling": (lambda x: clamp(sampling=x), Q(500, "us"), 0.5, Q(10, "mV")),
    "rest current": (lambda x: lo.rest(SQUID, x).state.tolist(), Q(7000, CURRENT), 7.0, Q(7, "nA")),
    "rates v": (lambda x: lo.rates(SQUID, x)["m"].alpha.tolist(), Q([0.01, 0.02], "V"), [10.0, 20.0], Q([1, 2], "ms")),
    "threshold duration": (
        lambda x: lo.threshold(SQUID, STEP, duration=x, resolution=0.1),
        Q(0.02, "s"),
        20.0,
        Q(1, "mV"),
    ),
    "f-I amplitudes": (
        lambda x: lo.fi_curve(SQUID, x, cycles=False).up.steady.tolist(),
        [Q(8000, CURRENT), Q(0.12, "A/m**2")],
        [8.0, 12.0],
        Q([8, 12], "mV"),
    ),
    "strength-duration durations": (
        lambda x: lo.strength_duration(SQUID, x, resolution=0.1).thresholds.tolist(),
        Q([0.001, 0.005], "s"),
        [1.0, 5.0],
        Q([1, 5], "mV"),
    ),
    "strength-duration resolution": (
        lambda x: lo.strength_duration(SQUID, [1.0, 5.0], resolution=x).thresholds.tolist(),
        Q(100, CURRENT),
        0.1,
        Q(1, "mV"),
    ),
    "refractoriness resolution": (
        lambda x: lo.refractoriness(SQUID, [15.0], resolution=x).thresholds.tolist(),
        Q(100, CURRENT),
        0.1,
        Q(1, "mV"),
    ),
    "bifurcation span": (
        lambda x: [p.value for p in lo.bifurcation(SQUID, "I", x, cycles=False).points],
        Q([5000, 12000], CURRENT),
        (5.0, 12.0),
        Q([5, 12], "mV"),
    ),
    "threshold resolution": (lambda x: lo.threshold(SQUID, STEP, resolution=x), Q(100, CURRENT), 0.1, Q(1, "mV")),
}


def numbers(thing):
    """Return all numbers in what a door returned, in order."""
    if isinstance(thing, (int, float)) and not isinstance(thing, bool):
        return [float(thing)]
    if isinstance(thing, (list, tuple)):
        return [number for part in thing for number in numbers(part)]
    if hasattr(thing, "__dataclass_fields__"):
        return [number for name in thing.__dataclass_fields__ for number in numbers(getattr(thing, name))]
    return []


@pytest.mark.parametrize("door", DOORS)
def test_a_quantity_is_the_plain_number(door):
    through, quantity, plain, _ = DOORS[door]
    found, expected = numbers(through(quantity)), numbers(through(plain))
    assert found
    np.testing.assert_allclose(found, expected, rtol=1e-12)  # a conversion may round in the last digit


@pytest.mark.parametrize("door", DOORS)
def test_another_dimension_is_refused(door):
    through, _, _, wrong = DOORS[door]
    with pytest.raises(lo.UnitError, match=r"must be|is an interval|in ") as caught:
        through(wrong)
    assert isinstance(caught.value, TypeError)


def test_the_message_names_the_given_and_the_wanted_value():
    with pytest.raises(lo.UnitError, match=r"g of channel 'Na' \(g_Na\) must be in mS/cm² .*; got 5 millisiemens"):
        lo.Channel("Na", g=Q(5, "mS"), E=50)
    with pytest.raises(lo.UnitError, match=r"the amplitude of Step must be in µA/cm² .*; got 7 millisecond"):
        lo.Step(Q(7, "ms"))


def test_quantities_go_no_further_than_the_door():
    membrane = SQUID.replace(g_Na=Q(1.2, "S/m**2") * 10, celsius=Q(280, "K"))
    stimulus = lo.Step(Q(7, "uA/cm**2"), Q(1, "ms"), Q(9, "ms"))
    recording = lo.simulate(membrane, stimulus, Q(12, "ms"))
    for value in (*numbers(membrane), *numbers(stimulus), recording.settings.duration):
        assert type(value) is float
    assert type(recording.v) is np.ndarray


def test_numpy_and_other_numbers_are_numbers():
    from decimal import Decimal
    from fractions import Fraction

    for seven in (7, np.float32(7), np.int8(7), np.uint64(7), np.array(7.0), Decimal(7), Fraction(7)):
        assert lo.Step(seven, start=seven) == lo.Step(7.0, start=7.0)
        assert SQUID.replace(g_Na=seven) == SQUID.replace(g_Na=7.0)
        assert lo.Channel("a", g=seven, E=seven) == lo.Channel("a", g=7.0, E=7.0)
        assert type(lo.Step(seven).amplitude) is float
    assert run(duration=np.int64(12)) == run(duration=12)


@pytest.mark.parametrize("thing", ["7", b"7", None, True, 7j, [7.0], (7, 8), np.array([7.0, 8.0]), object(), {}])
def test_non_numbers_are_refused(thing):
    for make in (
        lambda: lo.Step(thing),
        lambda: lo.Channel("a", g=thing, E=0),
        lambda: SQUID.replace(C=thing),
        lambda: lo.simulate(SQUID, STEP, thing) if thing is not None else lo.Step(None),
    ):
        with pytest.raises(lo.UnitError, match="number"):
            make()


@pytest.mark.parametrize("thing", [float("nan"), float("inf"), float("-inf"), np.float32("nan"), 10**400], ids=range(5))
def test_non_finite_values_are_refused(thing):
    for make in (
        lambda: lo.Step(thing),
        lambda: lo.Channel("a", g=thing, E=0),
        lambda: lo.Channel("a", g=1, E=thing),
        lambda: SQUID.replace(C=thing),
        lambda: lo.simulate(SQUID, STEP, thing),
        lambda: lo.rest(SQUID, thing),
    ):
        with pytest.raises(lo.ArgumentError, match="finite"):
            make()
