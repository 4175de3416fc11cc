"""A member of a population is the membrane that `simulate` runs alone: its rest, its spikes, with stated errors."""

import warnings

import numpy as np
import pytest

import loligo as lo
from reference.test_every_kind_of_part_agrees_with_scipy import MEMBRANE as ONE_OF_EACH

# model: amplitudes, duration, what is varied by a few percent, where v begins (a pacemaker's rest is not stable)
RUNS = {
    "squid": ([0, 7, 12], 100, ["g_Na", "g_K", "E_leak", "C", "celsius"], None),
    "connor_stevens": ([0, 10, 15], 100, ["g_Na", "g_A", "C"], None),
    "morris_lecar": ([0, 95, 120], 300, ["g_Ca", "g_K", "V_3"], None),
    "pospischil": ([0, 3, 6], 120, ["g_Na", "g_M", "C"], None),
    "stomatogastric": ([5, 10], 250, ["g_Na", "g_KCa", "g_A"], -60.0),
    "wang_buzsaki": ([0, 1, 3], 100, ["g_Na", "g_K", "C"], None),
}
LATE = {1e-4: 2e-3, 1e-7: 2e-6}  # ms: the error of a spike's time by tolerance


def population_of(membrane, amplitudes, names, start):
    random = np.random.default_rng(len(amplitudes))
    members = 2 * len(amplitudes)
    table = {name: membrane[name] * (1 + random.uniform(-0.03, 0.03, members)) for name in names}
    table |= {"amplitude": np.repeat(amplitudes, 2)} | ({} if start is None else {"initial_v": np.full(members, start)})
    return lo.Population.table(membrane, table)


def agree(population, stimulus, duration, errors):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lo.UnstableRestWarning)
        alone = [
            population.replay(k, stimulus, duration, tolerance=1e-11, sampling=None) for k in range(population.size)
        ]
    for tolerance, error in errors.items():
        table = population.run(stimulus, duration, spike_times=400, tolerance=tolerance)
        assert (table.status == "ok").all(), table.reason
        assert table.spike_count.tolist() == [run.spikes.size for run in alone]
        for run, times in zip(alone, table.spike_times, strict=True):
            np.testing.assert_allclose(times, run.spikes, rtol=0, atol=error)
    return sum(run.spikes.size for run in alone)


def test_no_model_is_left_out():
    assert RUNS.keys() == lo.models.MODELS.keys()


@pytest.mark.parametrize("model", RUNS)
def test_spikes(model):
    amplitudes, duration, names, start = RUNS[model]
    membrane = lo.models.named(model)
    population = population_of(membrane, amplitudes, names, start)
    assert agree(population, lo.Step(1.0, start=10, stop=duration - 20), duration, LATE) >= 4


def test_spikes_of_a_membrane_of_every_kind_of_part():
    """Powers, logarithms, roots, choices, a calcium concentration, instantaneous gates, a current that is not ohmic."""
    population = population_of(ONE_OF_EACH, [0, 10, 20], ["g_K", "strength", "tau_ca"], None)
    assert agree(population, lo.Step(1.0, start=10, stop=80), 100, LATE) >= 4


# formulas in which numbers, choices and signs stand where lanes have vectors
FORMULAS = {
    "a choice of numbers": ("6 if v > -50 else 9", ()),
    "choices in a choice": ("(0.1 if v < -70 else 3 + 0.02*abs(v)) if v < -30 else 2", ()),
    "the power of a number": ("5*2**(v/50)", ()),
    "every function": (
        "3 + tanh(v/20) + sqrt(v**2 + 1)/100 + cosh(v/100) + log(v**2 + 2) + sin(v/50)**2 + cos(v)**2",
        (),
    ),
    "powers by parameters": ("9 + ((v + 20)/100)**odd + ((v - 300)/100)**even + (sin(v/50) - 2)**-9/9", ()),
    "a root that only one case has": ("3 if v < -40 else 1/(0.3 + 0.1*sqrt(v + 40)) + 1/(1 + exp(v/20))", ()),
    "a hole in one case": ("0.1*(v + 40)/(1 - exp(-(v + 40)/9)) + 2 if v > -60 else 2 + 1/(1 + v**2)", ()),
    "a choice in a comparison": ("5 if (v if v < -40 else -40) < -50 else 9", ()),
    "a condition without v": ("3 + abs(v)/50 if odd > 2*cosh(0.5) else 9", ()),
    "a choice of exponents": ("3 + tanh(2 if v > -40 else 3) + exp((v + (20 if v > -40 else 0))/50)", ()),
    "a current of numbers": ("5", (lo.Current("c", "0.5 if v > 0 else 0.1"),)),
    "a slope that is a number": (None, (lo.State("s", "1.0", initial=0.0),)),
}


@pytest.mark.parametrize("method", ["explicit", "rosenbrock"])
@pytest.mark.parametrize("what", FORMULAS)
def test_spikes_of_odd_formulas(what, method):
    tau, more = FORMULAS[what]
    gate = lo.Gate("x", inf="1/(1 + exp(-(v + 40)/5))", tau=tau, instantaneous=tau is None)
    leak = lo.Channel("leak", g=0.3, E=-65)
    channel = lo.Channel("X", g=1.0, E=0, open=gate)
    membrane = lo.Membrane(channel, leak, *more, spike_level=-20, constants={"odd": 3.0, "even": -2.0})
    population = lo.Population(
        membrane, **{f"initial_{name}": [-65.0 if name == "v" else 0.1] for name in membrane.variables}
    )
    stimulus = lo.Step(20.0, start=1, stop=20)
    table = population.run(stimulus, 30, method=method, tolerance=1e-7, spike_times=5)
    expected = population.replay(0, stimulus, 30, tolerance=1e-10, method=method).spikes
    assert (table.status[0], len(expected)) == ("ok", 1)
    np.testing.assert_allclose(table.spike_times[0], expected, rtol=0, atol=1e-5)


def test_a_division_by_zero_does_not_affect_other_rates():
    """Calcium is 0 at the beginning, and 1/ca infinite."""
    gate = lo.Gate("q", inf="1/(1 + (0.5/ca)**2)/(1 + exp(-(v + 40)/8))", tau="5 + 20/(1 + exp((v + 40)/8))")
    channels = lo.Channel("leak", g=0.3, E=-60), lo.Channel("KCa", g=1.0, E=-90, open=gate)
    membrane = lo.Membrane(*channels, lo.State("ca", "(0.1 + 0.01*I_KCa - ca)/20", initial=0.0))
    population = lo.Population(membrane, initial_v=[-60.0], initial_q=[0.0], initial_ca=[0.0])
    stimulus = lo.Step(5.0, start=40, stop=41)
    table = population.run(stimulus, 80, method="explicit", tolerance=1e-6, features=["voltage_base"])
    alone = population.replay(0, stimulus, 80, sampling=0.01)
    assert table.status[0] == "ok"
    before = (alone.t >= 36) & (alone.t <= 40)
    np.testing.assert_allclose(table.voltage_base[0], alone.v[before].mean(), rtol=0, atol=1e-4)


def test_stiff_members_may_have_a_gate_with_an_absolute_value():
    gate = lo.Gate("x", inf="1/(1 + exp(-(v + 40)/5))", tau="0.0002 + 0.00001*abs(v + 60)")
    leak = lo.Channel("leak", g=0.3, E=-65)
    population = lo.Population(
        lo.Membrane(lo.Channel("X", g=1.0, E=0, open=gate), leak, spike_level=-20), amplitude=[5.0]
    )
    stimulus = lo.Step(5.0, start=1, stop=20)
    table = population.run(stimulus, 30, tolerance=1e-7, spike_times=5)
    expected = population.replay(0, stimulus, 30, tolerance=1e-10, method="rosenbrock").spikes
    np.testing.assert_allclose(table.spike_times[0], expected, rtol=0, atol=1e-5)
    assert len(expected) == 1


def test_members_as_stiff_as_can_be_are_run_stiffly():
    """Where an explicit method needs steps that are no longer seen beside the time."""
    gate = lo.Gate("x", inf="1/(1 + exp(-(v + 40)/5))", tau="tau_x")
    channels = lo.Channel("X", g=1.0, E=0, open=gate), lo.Channel("leak", g=0.3, E=-65)
    membrane = lo.Membrane(*channels, spike_level=-20, constants={"tau_x": 1.0})
    population, stimulus = lo.Population(membrane, tau_x=[1e-3, 1e-9, 1e-14]), lo.Step(20.0, start=1, stop=20)
    table = population.run(stimulus, 30, tolerance=1e-7, spike_times=5)
    assert (table.status == "ok").all(), table.reason
    for k, times in enumerate(table.spike_times):
        expected = population.replay(k, stimulus, 30, tolerance=1e-10, method="rosenbrock").spikes
        np.testing.assert_allclose(times, expected, rtol=0, atol=1e-5)
        assert len(expected) == 1


def test_a_population_of_pacemakers_warns_of_its_unstable_rest():
    population = lo.Population(lo.models.stomatogastric(), initial_v=[-60.0])
    population.run(lo.Step(0.0), 0.01)
    population = lo.Population(lo.models.stomatogastric())
    with pytest.warns(
        lo.UnstableRestWarning,
        match=r"is unstable.* 1 mV above it\. initial_v=-[0-9.]+ of a Population starts elsewhere",
    ):
        population.run(lo.Step(0.0), 0.01)


@pytest.mark.filterwarnings("ignore::loligo.UnstableRestWarning")  # of the pacemaker: here it shall stay at its rest
@pytest.mark.parametrize("model", ["squid", "morris_lecar", "stomatogastric"])
def test_rests(model):
    """Members begin at their own rests: nothing moves them."""
    membrane = lo.models.stomatogastric("LP 4") if model == "stomatogastric" else lo.models.named(model)
    leak = membrane["g_leak"]
    ranges = {"g_leak": (0.7 * leak, 1.5 * leak), "E_leak": (-30.0, 30.0)} if model == "squid" else {"C": (0.8, 1.2)}
    ranges = {"E_leak": (membrane["E_leak"] - 8, membrane["E_leak"] + 4), "g_leak": (0.8 * leak, 1.3 * leak)} | ranges
    population = lo.Population.sobol(membrane, ranges, size=3 if model == "stomatogastric" else 64)
    table = population.run(lo.Step(0.0, start=0.1, stop=0.2), 0.3, features=["voltage_base", "steady_state_voltage"])
    assert (table.status == "ok").all()
    numbers = [population.member(k) for k in range(population.size)]
    rests = [lo.rest(membrane.replace(**own)) for own in numbers]
    stable = np.array([rest.stable for rest in rests])
    assert ((table.reason == "") == stable).all()
    table, expected = table[stable], np.array([rest.v for rest in rests])[stable]
    assert np.ptp(expected) > 0.5
    np.testing.assert_allclose(table.voltage_base, expected, rtol=0, atol=1e-6)
    np.testing.assert_allclose(table.steady_state_voltage, expected, rtol=0, atol=1e-6)
