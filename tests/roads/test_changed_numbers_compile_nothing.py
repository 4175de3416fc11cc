"""Another number is another input: no parameter, stimulus or setting runs a pass of the compiler."""

import uuid

import numpy as np
import pytest
from numba.core import event

import loligo as lo
from loligo.integrate import METHODS

SQUID = lo.models.squid()
STIMULI = [
    lo.Step(9.0),
    lo.Ramp(20.0, 2, 25),
    lo.Sine(7.0, frequency=0.05, offset=3),
    lo.Chirp(7.0, stop=25),
    lo.Pulses(20.0, onsets=(3, 9)),
    lo.Noise(4.0, seed=3, mean=4, stop=25),
    lo.Samples([0, 9, 3], dt=8),
    lo.Step(3.0) + lo.Sine(4.0),
]


def everything(membrane, stimulus):
    for method in METHODS:
        run = lo.simulate(membrane, stimulus, 30, method=method)
        run.current("Na"), run["m"], run.applied
    lo.simulate(
        membrane, stimulus, 30, sampling=None, interventions=[lo.Hold("h", 0.3, stop=3), lo.Reset({"n": 0.4}, at=9)]
    )
    lo.voltage_clamp(membrane, lo.Step(40.0, 2, 9), 12)
    lo.threshold(membrane, lo.Step(1.0, stop=5), resolution=1e-2)
    assert lo.rest(membrane, 3.0).eigenvalues.size == 4
    lo.rates(membrane, np.linspace(-50, 50, 5))


def unheard_of(number):
    """Return a number near the given one, for a formula that no cache has."""
    return number + uuid.uuid4().int % 10**9 / 1e12


@pytest.fixture(scope="module")
def passes():
    everything(SQUID, STIMULI[0])  # what is compiled once

    def counted(function):
        with event.install_recorder("numba:run_pass") as recorder:
            function()
        return len(recorder.buffer)

    return counted


@pytest.mark.parametrize("name", SQUID.parameters)
def test_parameters(name, passes):
    changed = SQUID.replace(**{name: SQUID[name] * 1.07 + 0.01})
    assert passes(lambda: everything(changed, STIMULI[0])) == 0


@pytest.mark.parametrize("stimulus", STIMULI, ids=lambda stimulus: type(stimulus).__name__)
def test_stimuli(stimulus, passes):
    assert passes(lambda: everything(SQUID, stimulus)) == 0


def test_names_levels_and_new_membranes(passes):
    assert passes(lambda: everything(SQUID.replace(name="other", spike_level=33.0), STIMULI[0])) == 0
    assert passes(lambda: everything(lo.models.squid(), STIMULI[0])) == 0


def test_another_formula_does_compile(passes):
    # the recorder would see a pass if there were one
    gate = lo.Gate("x", inf=f"1/(1 + exp(-(v + 41)/{unheard_of(3)}))", tau="2")
    other = lo.Membrane(lo.Channel("K", g=3, E=-80, open=gate), lo.Channel("leak", g=0.3, E=-50))
    assert passes(lambda: lo.rates(other, 0.0)) > 0


@pytest.mark.parametrize("method", ["explicit", "rosenbrock"])
def test_populations(method, passes, caplog):
    """Numbers compile nothing, and another formula only itself: the loop over many neurons is that of all membranes."""

    def many(membrane, **settings):
        population = lo.Population(membrane, amplitude=[0.0, 9.0])
        table = population.run(lo.Step(1.0, 1, 20), 25, features="ISI_CV", method=method, **settings)
        assert (table.status == "ok").all()

    many(SQUID)
    assert passes(lambda: many(SQUID.replace(g_K=30), tolerance=1e-5, spike_times=2)) == 0
    steep = unheard_of(9)
    m, h, n = (
        lo.Gate(name, inf=f"1/(1 + exp(-(v + 41)/{k}))", tau="2") for name, k in (("m", steep), ("h", -8), ("n", 7))
    )
    other = lo.Membrane(lo.Channel("Na", g=3, E=50, open=m**3 * h * n), lo.Channel("leak", g=0.3, E=-50), name="other")
    lo.rest(other)
    caplog.clear()
    assert passes(lambda: many(other)) > 0
    assert {message.split(" (once")[0] for message in caplog.messages} == {
        "loligo compiles 'other' for populations",
        "loligo compiles the Jacobian of the membrane 'other'",  # how fast it may be, for the limit of its work
    }
