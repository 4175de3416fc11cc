"""A wrong value is refused where it is given, by an error that says what was got, what is allowed, and what to do."""

import math

import numpy as np
import pytest

import loligo as lo

SQUID = lo.models.squid()
STEP = lo.Step(7.0, 1, 9)
m = lo.Gate("m", inf="0.5", tau="1")
leak = lo.Channel("leak", g=0.3, E=-54)


def simulate(*arguments, **settings):
    return lambda: lo.simulate(SQUID, *(arguments or (STEP,)), **settings)


def threshold(stimulus=STEP, **settings):
    return lambda: lo.threshold(SQUID, stimulus, **settings)


REFUSED = {
    # membranes
    "negative conductance": (lambda: lo.Channel("Na", g=-1, E=0), lo.ArgumentError, "zero or more in mS/cm²; got -1"),
    "negative conductance replaced": (lambda: SQUID.replace(g_Na=-1), lo.ArgumentError, "g_Na.* zero or more"),
    "no capacitance": (lambda: lo.Membrane(leak, C=0), lo.ArgumentError, "capacitance C must be greater than zero"),
    "no q10": (lambda: SQUID.replace(q10=0), lo.ArgumentError, "q10 must be greater than zero"),
    "nothing": (lo.Membrane, lo.ModelError, "at least one Channel or Current"),
    "states alone": (lambda: lo.Membrane(lo.State("x", "1", initial=1)), lo.ModelError, "at least one Channel"),
    "a gate as a part": (lambda: lo.Membrane(m), lo.ModelError, "Channel, Current and State objects; got Gate"),
    "open of text": (lambda: lo.Channel("Na", g=1, E=1, open="m"), lo.ModelError, "a product of gates such as m"),
    "gates of numbers": (lambda: lo.Current("x", "v", [3]), lo.ModelError, "gates must be Gate objects"),
    "gates of nothing": (lambda: lo.Current("x", "v", 3), lo.ModelError, "gates must be Gate objects"),
    "a gate of nothing": (lambda: lo.Gate("m"), lo.ModelError, "takes alpha and beta, or inf and tau.* got nothing"),
    "a gate of half": (lambda: lo.Gate("m", alpha="1"), lo.ModelError, "got alpha"),
    "a gate of both": (lambda: lo.Gate("m", alpha="1", beta="1", tau="1"), lo.ModelError, "got alpha and beta and tau"),
    "a power of text": (
        lambda: lo.Membrane(lo.Channel("a", g=1, E=1, open=m ** "3")),
        lo.ModelError,
        "not allowed|power",
    ),
    "an unknown name": (
        lambda: lo.Membrane(lo.Channel("a", g=1, E=1, open=lo.Gate("x", inf="V_halff")), constants={"V_half": 1}),
        lo.ModelError,
        "'V_halff' is not a name that inf of gate 'x' can use. Did you mean 'V_half'",
    ),
    "time in a formula": (lambda: lo.Membrane(lo.Current("a", "sin(t)")), lo.ModelError, "'t' is not a name"),
    "a gate in a gate": (
        lambda: lo.Membrane(lo.Channel("a", g=1, E=1, open=m * lo.Gate("n", inf="m"))),
        lo.ModelError,
        "'m' is not a name that inf of gate 'n'",
    ),
    "a current in itself": (lambda: lo.Membrane(lo.Current("a", "I_a")), lo.ModelError, "'I_a' is not a name"),
    "a constant of a channel's name": (
        lambda: lo.Membrane(leak, constants={"E_leak": 3.0}),
        lo.ModelError,
        "are called 'E_leak'",
    ),
    "constants of text": (
        lambda: lo.Membrane(leak, constants="ab"),
        lo.UnitError,
        "constants must map names to numbers",
    ),
    "a constant of three": (
        lambda: lo.Membrane(leak, constants={"a": (1.0, "ms", 2)}),
        lo.UnitError,
        "The constant a must be a number, or a number and its unit",
    ),
    # stimuli
    "samples of text": (lambda: lo.Samples("ab", dt=1), lo.UnitError, "values of Samples must be numbers in µA/cm²"),
    "complex samples": (lambda: lo.Samples([1j, 2.0], dt=1), lo.UnitError, "values of Samples must be numbers"),
    "ragged samples": (lambda: lo.Samples([[1], [1, 2]], dt=1), lo.UnitError, "values of Samples must be numbers"),
    "a stimulus at a word": (lambda: STEP("soon"), lo.UnitError, "t must be numbers in ms; got 'soon'"),
    "a start before 0": (lambda: lo.Step(1.0, -1), lo.StimulusError, "starts at -1 ms"),
    "a stop before the start": (lambda: lo.Step(1.0, 5, 3), lo.StimulusError, "must stop after it starts"),
    "a stop at the start": (lambda: lo.Ramp(1.0, 5, 5), lo.StimulusError, "must stop after it starts"),
    "a ramp without end": (lambda: lo.Ramp(1.0), lo.StimulusError, "Ramp needs a stop"),
    "a chirp without end": (lambda: lo.Chirp(1.0), lo.StimulusError, "Chirp needs a stop"),
    "noise without end": (lambda: lo.Noise(1.0), lo.StimulusError, "Noise needs a stop"),
    "noise of very many knots": (
        lambda: lo.Noise(1.0, dt=1e-9, stop=50),
        lo.StimulusError,
        r"every dt=1e-09 ms .* choose dt=5.0\de-06 ms",
    ),
    "noise of a very short tau": (lambda: lo.Noise(1.0, tau=1e-9, stop=50), lo.StimulusError, r"tau/20 = 5e-11 ms"),
    "no frequency": (lambda: lo.Sine(1.0, frequency=0), lo.ArgumentError, "frequency of Sine must be greater"),
    "no pulse": (lambda: lo.Pulses(1.0, onsets=()), lo.StimulusError, "at least one onset"),
    "a pulse before 0": (lambda: lo.Pulses(1.0, onsets=(-1, 2)), lo.StimulusError, "all at 0 or later"),
    "onsets of a number": (lambda: lo.Pulses(1.0, onsets=5), lo.StimulusError, "onsets"),
    "a pulse of no width": (lambda: lo.Pulses(1.0, width=0), lo.ArgumentError, "width of Pulses"),
    "NaN in samples": (
        lambda: lo.Samples([1.0, math.nan, 2.0, math.inf], dt=1),
        lo.StimulusError,
        r"Value 1 of the recorded stimulus is nan \(2 such values in all\): first fill the gaps",
    ),
    "one sample": (lambda: lo.Samples([1.0], dt=1), lo.StimulusError, "at least two values"),
    "a table of samples": (lambda: lo.Samples([[1.0, 2.0]], dt=1), lo.StimulusError, r"shape \(1, 2\)"),
    "no interval": (lambda: lo.Samples([1.0, 2.0], dt=0), lo.ArgumentError, "dt of Samples must be greater"),
    "no such interpolation": (
        lambda: lo.Samples([1.0, 2.0], dt=1, between="spline"),
        lo.StimulusError,
        "between must be 'line' or 'hold'; got 'spline'",
    ),
    "a sum of nothing": (lambda: lo.Sum(()), lo.StimulusError, "one or more stimuli"),
    "a sum of numbers": (lambda: lo.Sum((1, 2)), lo.StimulusError, "one or more stimuli"),
    "a sum times NaN": (lambda: lo.Sum((STEP,), math.nan), lo.ArgumentError, "factor of Sum must be a finite"),
    "a stimulus at NaN": (lambda: STEP(math.nan), lo.StimulusError, "cannot be evaluated at NaN"),
    "an empty duration": (simulate(duration=0), lo.ArgumentError, "duration must be greater than zero in ms; got 0"),
    "a negative duration": (simulate(duration=-3), lo.ArgumentError, "duration must be greater than zero"),
    "no end": (simulate(lo.Step(1.0)), lo.ArgumentError, "has no end, so duration= is needed"),
    "no stimulus and no duration": (simulate(None), lo.ArgumentError, "duration= is needed"),
    "a number for a stimulus": (
        simulate(7.0, duration=3),
        lo.UnitError,
        "The stimulus must be a Step, Ramp, .* got 7.0",
    ),
    "a number for a membrane": (lambda: lo.simulate(3, STEP), lo.UnitError, "The membrane must be a Membrane .* got 3"),
    "a tolerance too large": (simulate(tolerance=0.1), lo.ArgumentError, "between 1e-13 and 1e-2; got 0.1"),
    "a tolerance too small": (simulate(tolerance=1e-14), lo.ArgumentError, "between 1e-13 and 1e-2"),
    "no method": (simulate(method=None), lo.UnknownNameError, "None is not a method .* Known: explicit"),
    "many steps": (simulate(most_steps="many"), lo.UnitError, "most_steps must be a number; got 'many'"),
    "no steps": (simulate(most_steps=0), lo.ArgumentError, "most_steps must be a whole number, 1 or more; got 0"),
    "no such method": (simulate(method="euler"), lo.UnknownNameError, "'euler' is not a method .* Known: explicit"),
    "a clamp to 3e9 mV": (
        lambda: lo.voltage_clamp(SQUID, lo.Ramp(1e9, stop=3), 10),
        lo.ArgumentError,
        r"The command reaches 1e\+09 mV; a clamp holds squid within 100000 mV",
    ),
    "methods": (simulate(method=["auto"]), lo.UnknownNameError, "'auto'. is not a method .* Known: explicit"),
    "rows of times": (simulate(sampling=[[1.0], [2.0, 3.0]]), lo.UnitError, "sampling, .* must be numbers"),
    "no interval of samples": (simulate(sampling=0), lo.ArgumentError, "sampling must be greater than zero"),
    "absurdly many samples": (simulate(duration=1e9), lo.ArgumentError, "samples: choose a longer interval"),
    "times that fall": (simulate(sampling=[1.0, 0.5]), lo.ArgumentError, "times in increasing order"),
    "times beyond the end": (simulate(duration=5, sampling=[6.0]), lo.ArgumentError, "between 0 and the duration 5 ms"),
    "times before 0": (simulate(sampling=[-1.0]), lo.ArgumentError, "between 0 and the duration"),
    "a table of times": (simulate(sampling=[[1.0]]), lo.ArgumentError, "sampling must be an interval, or times"),
    "words for times": (simulate(sampling=["a"]), lo.UnitError, "sampling, an interval or times .* must be numbers"),
    "NaN in times": (simulate(sampling=[math.nan]), lo.ArgumentError, "sampling must be an interval, or times"),
    "an unknown start": (simulate(initial="start"), lo.ArgumentError, "initial must be 'rest', a Rest, .* 'start'"),
    "a short state": (simulate(initial=[0.0, 0.1]), lo.ArgumentError, "initial needs 4 finite numbers: v, m, h, n"),
    "a state with NaN": (simulate(initial=[0, 0, 0, math.nan]), lo.ArgumentError, "initial needs 4 finite numbers"),
    "no state": (simulate(initial=None), lo.LoligoError, "initial"),
    "an unknown variable": (simulate(initial={"w": 1}), lo.UnknownNameError, "'w' is not a variable of squid"),
    "a gate above 1": (simulate(initial={"h": 1.5}), lo.ArgumentError, "between 0 and 1; got h = 1.5"),
    "another membrane's end": (
        lambda: lo.simulate(SQUID, STEP, initial=lo.simulate(lo.models.morris_lecar(), duration=1)),
        lo.ArgumentError,
        "The recording ends with v, w, but squid has v, m, h, n",
    ),
    "an unknown variable held": (
        simulate(interventions=lo.Hold("x", 1)),
        lo.UnknownNameError,
        r"variable of squid \(Hold\('x', 1\)\)",
    ),
    "an instantaneous gate held": (
        lambda: lo.simulate(lo.models.morris_lecar(), STEP, interventions=lo.Hold("m", 0.1)),
        lo.ArgumentError,
        "m is instantaneous",
    ),
    "a word for a value": (lambda: lo.Hold("h", "open"), lo.ArgumentError, "h must be a number or 'rest' or 'now'"),
    "now for a reset": (lambda: lo.Reset({"h": "now"}, 3), lo.ArgumentError, "h must be a number or 'rest'; got"),
    "a list for a reset": (lambda: lo.Reset(["h"], at=3), lo.UnitError, "Reset takes variables and values"),
    "a reset of nothing": (lambda: lo.Reset({}, at=3), lo.UnitError, "Reset takes variables and values"),
    "a number for a variable": (lambda: lo.Hold(3, 0.1), lo.UnitError, "Hold must name a variable"),
    "a mapping for interventions": (simulate(interventions={"h": 0.1}), lo.UnitError, "interventions must be Hold and"),
    "a gate held above 1": (
        simulate(interventions=lo.Hold("h", 1.5)),
        lo.ArgumentError,
        "between 0 and 1; got h = 1.5",
    ),
    "an empty window": (lambda: lo.Hold("h", 0.1, 3, 3), lo.ArgumentError, "A hold must stop after it starts"),
    "a window before the run": (lambda: lo.Hold("h", 0.1, -3), lo.ArgumentError, "must be zero or more in ms; got -3"),
    "a window after the end": (simulate(interventions=lo.Hold("h", 0.1, 99)), lo.ArgumentError, "ends at 69 ms"),
    "reset at the end": (
        simulate(duration=9, interventions=lo.Reset({"h": 0.1}, 9)),
        lo.ArgumentError,
        "never happens",
    ),
    "reset of what is held": (
        simulate(interventions=[lo.Hold("h", 0.1), lo.Reset({"h": 0.2}, at=3)]),
        lo.ArgumentError,
        r"Hold\('h', 0.1\) and Reset\(\{'h': 0.2\}, at=3\) contradict each other",
    ),
    "two holds of one gate": (
        simulate(interventions=[lo.Hold("h", 0.1, 0, 5), lo.Hold("h", "rest", 4, 9)]),
        lo.ArgumentError,
        r"Hold\('h', 0.1, stop=5\) and Hold\('h', 'rest', start=4, stop=9\) contradict",
    ),
    "two resets of one gate": (
        simulate(interventions=[lo.Reset({"h": 0.1, "v": 3}, 2), lo.Reset({"v": 4}, 2)]),
        lo.ArgumentError,
        "contradict each other",
    ),
    "a number for a command": (lambda: lo.voltage_clamp(SQUID, 5.0, 9), lo.UnitError, "The stimulus must be a Step"),
    "a command without end": (lambda: lo.voltage_clamp(SQUID, lo.Step(5.0)), lo.ArgumentError, "duration= is needed"),
    "holding at NaN": (lambda: lo.voltage_clamp(SQUID, STEP, holding=math.nan), lo.ArgumentError, "holding must be"),
    "no equilibrium": (
        lambda: lo.rest(SQUID, 1e6),
        lo.RestError,
        "no equilibrium between -10000 and 10000 mV at 1e.06 µA/cm²: give an initial v instead, e.g. initial=",
    ),
    "an unknown variable at rest": (lambda: lo.rest(SQUID)["w"], lo.UnknownNameError, "'w' is not a variable"),
    "the rest of a number": (lambda: lo.rest(5), lo.UnitError, "The membrane must be a Membrane .* got 5"),
    "rates at a word": (lambda: lo.rates(SQUID, "high"), lo.UnitError, "v must be numbers in mV; got 'high'"),
    "rates at NaN": (lambda: lo.rates(SQUID, [1.0, math.nan]), lo.ArgumentError, "v must be finite"),
    "rates of an unknown gate": (lambda: lo.rates(SQUID, 0.0)["mm"], lo.UnknownNameError, "Did you mean 'm'"),
    "rates, unknown state": (
        lambda: lo.rates(SQUID, 0.0, ca=1),
        lo.UnknownNameError,
        "'ca' is not a further state",
    ),
    # threshold
    "no stimulus": (threshold(None), lo.UnitError, "The stimulus must be a Step"),
    "a threshold without end": (threshold(lo.Step(1.0)), lo.ArgumentError, "duration= is needed"),
    "no resolution": (threshold(resolution=0), lo.ArgumentError, "resolution must be greater than zero"),
    "too fine a resolution": (threshold(resolution=1e-17), lo.ArgumentError, "finer than floating-point numbers near"),
    "an unknown criterion": (threshold(fires="often"), lo.UnknownNameError, "Known: once, repetitively"),
    "no spikes": (threshold(fires=0), lo.ArgumentError, "must be 1 or more; got 0"),
    "half a spike": (
        threshold(fires=2.5),
        lo.ArgumentError,
        "'once', 'repetitively', a number of spikes, or a function",
    ),
    "firing by itself": (
        threshold(lo.Sine(1.0, offset=9, stop=50)),
        lo.ThresholdError,
        "fires as required even at amplitude 0",
    ),
    "never firing": (
        threshold(fires=99),
        lo.ThresholdError,
        "does not fire as required .*(try the other sign|can be run)",
    ),
    # names
    "an unknown parameter": (
        lambda: SQUID["g_na"],
        lo.UnknownNameError,
        "'g_na' is not a parameter of squid. Did you mean 'g_Na'",
    ),
    "a parameter misspelt": (lambda: SQUID.replace(g_Nq=1), lo.UnknownNameError, "Did you mean 'g_Na'.* Known: C, E_K"),
    "a parameter of no name": (lambda: SQUID[3], lo.UnknownNameError, "3 is not a parameter"),
    "an unknown model": (lambda: lo.models.named("sqiud"), lo.UnknownNameError, "Did you mean 'squid'"),
    "an unknown kind": (lambda: lo.models.pospischil("rs"), lo.UnknownNameError, "Did you mean 'RS'"),
    "an unknown neuron": (lambda: lo.models.stomatogastric("LP 9"), lo.UnknownNameError, "Did you mean 'LP"),
    "an unknown class": (lambda: lo.models.morris_lecar("hopff"), lo.UnknownNameError, "Did you mean 'hopf'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    make, kind, message = REFUSED[case]
    with pytest.raises(kind, match=message) as caught:
        make()
    assert isinstance(caught.value, lo.LoligoError)
    assert isinstance(caught.value, (ValueError, TypeError, ArithmeticError, RuntimeError))
    assert "\n" not in str(caught.value)


def test_unknown_names_are_key_errors_and_value_errors_that_read_well():
    for kind in (KeyError, ValueError):
        with pytest.raises(kind):
            SQUID["g_na"]
    try:
        SQUID["g_na"]
    except KeyError as error:
        assert str(error).startswith("'g_na' is not a parameter")


def test_a_recording_lists_its_content():
    recording = lo.simulate(SQUID, STEP, sampling=1.0)
    for ask, message in (
        (lambda: recording["M"], "'M' is not a variable of squid. Did you mean 'm'"),
        (lambda: recording.current("na"), "'na' is not a channel of squid. Did you mean 'Na'"),
        (lambda: recording.conductance("Kk"), "'Kk' is not an ohmic channel of squid. Did you mean 'K'"),
        (lambda: recording[0], "0 is not a variable"),
    ):
        with pytest.raises(lo.UnknownNameError, match=message):
            ask()


def test_a_run_from_an_unstable_rest_warns():
    with pytest.warns(
        lo.UnstableRestWarning, match=r"The rest of stomatogastric .* is unstable.*initial=.*of loligo.simulate"
    ):
        lo.simulate(lo.models.stomatogastric(), duration=1, sampling=None)


def test_nothing_is_half_done_by_a_refused_call():
    before = np.array(lo.rest(SQUID).state)
    with pytest.raises(lo.LoligoError):
        lo.simulate(SQUID, STEP, initial={"v": 10, "w": 1})
    np.testing.assert_array_equal(lo.rest(SQUID).state, before)
