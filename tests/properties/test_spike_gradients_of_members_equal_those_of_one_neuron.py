"""Derivatives of members' spike times are those of a run of each member alone, whichever way its rest is found."""

import numpy as np
import pytest

import loligo as lo

NAMES = ["amplitude", "g_Na", "initial_v"]  # in none of the orders that the program has
STEP = lo.Step(8.0, start=4, stop=30)
DURATION = 34
TOLERANCE = 1e-9


def interneuron():
    """Return a membrane whose rest `loligo.rest` finds: of gates alone the program finds it."""
    h = lo.Gate("h", alpha="0.35*exp(-(v + 58)/20)", beta="5/(exp(-0.1*(v + 28)) + 1)")
    m = lo.Gate("m", alpha="-0.1*(v + 35)/(exp(-0.1*(v + 35)) - 1)", beta="4*exp(-(v + 60)/18)", instantaneous=True)
    potassium = lo.Scheme(
        "K",
        states=["C2", "C1", "O"],
        transitions=[("C2", "C1", "2*alpha", "beta"), ("C1", "O", "alpha", "2*beta")],
        open="O",
        rates={"alpha": "-0.05*(v + 34)/(exp(-0.1*(v + 34)) - 1)", "beta": "0.625*exp(-(v + 44)/80)"},
    )
    return lo.Membrane(
        lo.Channel("Na", g=35, E=55, open=m**3 * h),
        lo.Channel("K", g=4, E=-90, open=potassium),
        lo.Channel("leak", g=0.1, E=-65),
        spike_level=0.0,
        name="interneuron",
    )


MEMBRANES = {"squid": (lo.models.squid(), (100, 140)), "interneuron": (interneuron(), (30, 40))}


def members(name, rng, size=4):
    """Return a population of random members, the last without a current."""
    membrane, conductances = MEMBRANES[name]
    amplitude = rng.uniform(6, 12, size)
    amplitude[-1] = 0.0
    return lo.Population(membrane, {"g_Na": rng.uniform(*conductances, size), "amplitude": amplitude})


def assert_equal_to_runs_alone(population, table):
    spikes = 0
    for k in range(population.size):
        alone = population.replay(k, STEP, DURATION, tolerance=1e-10, sensitivities=NAMES)
        gradients = alone.spike_gradient()
        np.testing.assert_allclose(table.spike_times[k], alone.spikes, rtol=0, atol=1e-7)
        spikes += alone.spikes.size
        for name in NAMES:
            found, largest = table[f"spike_gradient_{name}"][k], np.abs(gradients[name]).max(initial=0.0)
            np.testing.assert_allclose(found, gradients[name], rtol=0, atol=1e-6 * largest)
    assert spikes > population.size


@pytest.mark.parametrize(("name", "method"), [("squid", "auto"), ("interneuron", "auto"), ("squid", "rosenbrock")])
def test_spike_gradients_of_members_are_those_of_runs_alone(name, method):
    population = members(name, np.random.default_rng(30))
    table = population.run(
        STEP, DURATION, tolerance=TOLERANCE, method=method, spike_times=9, sensitivities=NAMES, progress=False
    )
    assert (table.status == "ok").all()
    assert_equal_to_runs_alone(population, table)


def test_a_member_that_starts_off_its_rest_begins_with_the_derivatives_of_what_rests():
    squid = MEMBRANES["squid"][0]
    population = lo.Population(squid, g_Na=[110.0, 130.0], initial_v=[5.0], initial_h=[0.5])
    table = population.run(STEP, DURATION, tolerance=TOLERANCE, spike_times=9, sensitivities=NAMES, progress=False)
    assert_equal_to_runs_alone(population, table)


def test_other_columns_have_the_bits_of_any_thread_and_units_of_their_own():
    population = members("squid", np.random.default_rng(31), size=70)
    one, two = (
        population.run(STEP, DURATION, threads=n, spike_times=2, sensitivities=NAMES, progress=False) for n in (1, 2)
    )
    assert one.attrs["units"]["spike_gradient_g_Na"] == "ms per mS/cm²"
    assert one.columns.tolist() == two.columns.tolist()
    for column in one:
        for a, b in zip(one[column], two[column], strict=True):
            np.testing.assert_array_equal(a, b)
