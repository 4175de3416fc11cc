"""Membranes, stimuli and recordings are values: frozen, equal when their parts are, hashed, copied, pickled."""

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import FrozenInstanceError
from multiprocessing import get_context

import numpy as np
import pytest

import loligo as lo
from reference.every_model import EVERY_MODEL

STIMULI = [
    lo.Step(7.0, 1, 9),
    lo.Ramp(7.0, 1, 9),
    lo.Sine(7.0),
    lo.Chirp(7.0, stop=9),
    lo.Pulses(7.0, onsets=(1, 5)),
    lo.Noise(7.0, seed=3, stop=9),
    lo.Samples([1, 2, 3], dt=1),
    lo.Step(7.0) + lo.Sine(3.0),
]
SQUID = lo.models.squid()
PARTS = [*SQUID.parts, *SQUID.gates, lo.State("ca", "-ca", initial=1), lo.Current("p", "v"), SQUID.parts[0].open]
VALUES = [*EVERY_MODEL.values(), *STIMULI, *PARTS]


def used(value):
    """Touch all that is computed once and kept."""
    if isinstance(value, lo.Membrane):
        hash(value), value.gates, value.channels, value.states, value.variables, value.parameters
    return value


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_copies_are_equal(value):
    used(value)
    for other in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert other == value
        assert hash(other) == hash(value)
        assert type(other) is type(value)
        assert repr(other) == repr(value)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_values_are_frozen(value):
    for name in value.__dataclass_fields__:
        with pytest.raises((FrozenInstanceError, AttributeError)):
            setattr(value, name, 1)
        with pytest.raises((FrozenInstanceError, AttributeError)):
            delattr(value, name)
    with pytest.raises((FrozenInstanceError, AttributeError)):
        value.something_new = 1


def test_equal_parts_make_equal_values():
    assert lo.models.squid() == lo.models.squid()
    assert {lo.models.squid(): 1}[lo.models.squid()] == 1
    assert SQUID.replace(g_Na=119.0) != SQUID
    assert SQUID.replace(name="other") != SQUID
    assert lo.Step(1.0) != lo.Step(1.0, stop=5)
    assert lo.Step(1.0, stop=5) != lo.Ramp(1.0, stop=5)
    assert lo.Gate("m", inf="4*exp(-v/18)") == lo.Gate("m", inf="4 * exp( - v / 18 )")
    assert lo.Gate("m", inf="v") != lo.Gate("m", inf="v", q10=2)


def test_views_of_a_membrane_are_read_only():
    with pytest.raises(TypeError):
        SQUID.parameters["g_Na"] = 1
    assert isinstance(SQUID.parts, tuple)
    assert isinstance(SQUID.constants, tuple)
    rest = lo.rest(SQUID)
    with pytest.raises(ValueError, match="read-only"):
        rest.state[0] = 1.0


def test_lists_given_are_not_kept():
    onsets, values, constants = [1.0, 5.0], [1.0, 2.0], {"a": 1.0}
    pulses, samples = lo.Pulses(1.0, onsets=onsets), lo.Samples(values, dt=1)
    membrane = lo.Membrane(lo.Channel("leak", g=1, E=1), constants=constants)
    onsets.append(9.0), values.append(9.0), constants.update(b=2.0)
    assert (pulses.onsets, samples(0.5), "b" in membrane.parameters) == ((1.0, 5.0), 1.5, False)


def test_sums_of_lists_are_values_too():
    terms = [lo.Step(1.0), lo.Sine(2.0)]
    assert lo.Sum(terms) == lo.Sum(tuple(terms))
    assert hash(lo.Sum(terms)) == hash(lo.Step(1.0) + lo.Sine(2.0))


def test_recordings_travel():
    run = lo.simulate(
        SQUID,
        lo.Step(10.0) + lo.Noise(1.0, stop=9),
        20,
        interventions=[lo.Hold("h", 0.5, stop=3), lo.Reset({"v": 3.0, "n": "rest"}, at=5)],
    )
    run.current("Na"), run.applied
    for other in (copy.copy(run), copy.deepcopy(run), pickle.loads(pickle.dumps(run))):
        np.testing.assert_array_equal(other.states, run.states)
        np.testing.assert_array_equal(other.current("Na"), run.current("Na"))
        assert (other.membrane, other.stimulus, other.settings) == (run.membrane, run.stimulus, run.settings)
        with pytest.raises(ValueError, match="read-only"):
            other.states[0, 0] = 1


def test_answers_can_be_pickled():
    found = lo.threshold(SQUID, lo.Step(1.0, stop=5), resolution=1e-2)
    rest = lo.rest(SQUID)
    assert pickle.loads(pickle.dumps(found)) == found
    other = pickle.loads(pickle.dumps(rest))
    np.testing.assert_array_equal(other.state, rest.state)
    assert other.stable == rest.stable


@pytest.mark.parametrize(
    "error",
    [
        lo.DivergenceError("x", time=3.0, variable="v"),
        lo.UnknownNameError("x"),
        lo.ThresholdError("x"),
        lo.ExpressionError("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_travel(error):
    # from a worker of a pool an error comes home pickled
    other = pickle.loads(pickle.dumps(error))
    assert (type(other), str(other), vars(other)) == (type(error), str(error), vars(error))


def last_spike(arguments):
    return lo.simulate(*arguments, sampling=None).spikes[-1]


def test_a_pool_of_processes_receives_them_unchanged():
    work = [(used(SQUID.replace(g_Na=g)), lo.Step(10.0), 30) for g in (110.0, 120.0, 130.0)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(last_spike, work)) == [last_spike(one) for one in work]


def test_subclasses_are_preserved():
    class Axon(lo.Membrane):
        pass

    class Kick(lo.Step):
        pass

    axon = Axon(*SQUID.parts, q10=3.0, reference_celsius=6.3, name="axon")
    assert type(axon.replace(g_Na=100)) is Axon
    assert type(Kick(1.0).with_amplitude(2.0)) is Kick
    assert type(2 * Kick(1.0)) is Kick
    np.testing.assert_array_equal(
        lo.simulate(axon, Kick(10.0), 20).v, lo.simulate(Axon(*axon.parts, C=1.0), lo.Step(10.0), 20).v
    )


def test_gate_arithmetic_takes_every_number():
    m = SQUID.gates[0]
    leak = lo.Channel("leak", g=1, E=-60)

    def membrane(opened):
        return lo.Membrane(lo.Channel("Na", g=1, E=50, open=opened), leak)

    for three in (3, 3.0, np.int64(3), np.float64(3), np.float32(3)):
        assert lo.rates(membrane(m**three), 0.0)["m"].inf == lo.rates(membrane(m**3), 0.0)["m"].inf
        run = lo.simulate(membrane(1 - three * m * three + m + three - three), duration=1, sampling=[0.0])
        x = run["m"][0]
        assert run.conductance("Na")[0] == pytest.approx(1 - 9 * x + x, rel=1e-12)
    assert membrane(m**3 * m**2).channels[0].gates == (m,)
