"""Occupancies of a kinetic scheme are started, set and held together, and sum to 1 whatever is done."""

import numpy as np
import pytest

import loligo as lo
from loligo.simulation.holds import held_membrane
from reference.schemes import POTASSIUM, ring, squid

MEMBRANE = squid()
K = POTASSIUM.occupancies


def occupancies(run):
    return np.array([run[name] for name in K])


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"K_n0": 1}, [1, 0, 0, 0, 0]),
        ({"K_n4": 1.0}, [0, 0, 0, 0, 1]),
        ({"K_n1": 0.5, "K_n3": 0.5}, [0, 0.5, 0, 0.5, 0]),
        ({"K_n1": 0.1, "K_n2": 0.2, "K_n3": 0.3, "K_n4": 0.15}, [0.25, 0.1, 0.2, 0.3, 0.15]),
        ({"K_n0": 0.25, "K_n1": 0.1, "K_n2": 0.2, "K_n3": 0.3}, [0.25, 0.1, 0.2, 0.3, 0.15]),
        ({"K_n1": 0.5 + 3e-7, "K_n3": 0.5}, [0, 0.5 + 1.5e-7, 0, 0.5 - 1.5e-7, 0]),
    ],
)
def test_they_are_given_together(given, meant):
    run = lo.simulate(MEMBRANE, duration=2, initial=given, sampling=[0, 1, 2])
    assert occupancies(run)[:, 0] == pytest.approx(meant, abs=1e-12)
    assert np.abs(occupancies(run).sum(axis=0) - 1).max() < 1e-15
    clamped = lo.voltage_clamp(MEMBRANE, lo.Step(20), 2, initial=given)
    assert occupancies(clamped)[:, 0] == pytest.approx(meant, abs=1e-12)
    set_ = lo.simulate(MEMBRANE, duration=2, sampling=[1.0, 1.0 + 1e-9], interventions=lo.Reset(given, at=1))
    assert occupancies(set_)[:, 1] == pytest.approx(meant, abs=1e-6)


def test_the_name_of_a_scheme_stands_for_all_of_it():
    rest = lo.rest(MEMBRANE)
    settled = [rest[name] for name in K]
    held = lo.simulate(MEMBRANE, lo.Step(10), 8, interventions=lo.Hold("K", "rest", 2, 5), sampling=[3, 4, 5])
    assert np.array_equal(occupancies(held).T[:, 1:], [settled[1:]] * 3)
    done = [lo.Reset({"K_n4": 1.0}, at=2), lo.Hold("K", "now", 2, 5)]
    held = lo.simulate(MEMBRANE, lo.Step(10), 8, interventions=done, sampling=[3, 5, 8])
    assert occupancies(held)[:, 0].tolist() == occupancies(held)[:, 1].tolist() == [0, 0, 0, 0, 1]
    assert occupancies(held)[4, 2] < 0.9
    back = lo.simulate(MEMBRANE, duration=4, initial={"K": "rest", "v": 20}, sampling=[0])
    assert occupancies(back)[:, 0] == pytest.approx(settled, abs=1e-15)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"K_n0": 1}, [1, 0, 0, 0, 0]),
        ({"K_n0": 0.5, "K_n3": 0.5}, [0.5, 0, 0, 0.5, 0]),
        ({f"K_n{k}": 0.2 for k in range(5)}, [0.2] * 5),
        ({"K_n0": 0.25, "K_n1": 0.1, "K_n2": 0.2, "K_n3": 0.3}, [0.25, 0.1, 0.2, 0.3, 0.15]),
        (dict.fromkeys(K, "rest"), None),
    ],
)
def test_occupancies_are_held_together_by_name(given, meant):
    holds = [lo.Hold(name, value, 2, 5) for name, value in given.items()]
    run = lo.simulate(MEMBRANE, lo.Step(10), 8, interventions=holds, sampling=[3, 4, 5])
    rest = lo.rest(MEMBRANE)
    for row in occupancies(run).T:
        assert row == pytest.approx([rest[name] for name in K] if meant is None else meant, abs=1e-12)
    other = [lo.Reset(given, at=2), lo.Hold("K", "now", 2, 5)] if meant else lo.Hold("K", "rest", 2, 5)
    assert np.array_equal(run.states, lo.simulate(MEMBRANE, lo.Step(10), 8, interventions=other, sampling=run.t).states)


def test_a_scheme_held_for_ever_is_a_constant():
    rest = lo.rest(MEMBRANE)
    found = lo.threshold(MEMBRANE, lo.Step(1.0, stop=1.0), interventions=lo.Hold("K", "rest"))
    other = lo.threshold(lo.models.squid(), lo.Step(1.0, stop=1.0), interventions=lo.Hold("n", "rest"))
    assert abs(found.value - other.value) < 2e-6
    constant = held_membrane(MEMBRANE, lo.Hold("K", "rest"), "a test")
    assert constant.variables == MEMBRANE.variables[: -len(POTASSIUM.variables)]
    assert constant.name == "squid in schemes, K held"
    for name in ("squid", "s" * 190, "s" * 200):
        done = [lo.Hold("Na", "rest"), lo.Hold("K", "rest")]
        both = held_membrane(MEMBRANE.replace(name=name), done, "a test")
        assert both.variables == ("v",)
        assert len(both.name) <= 200
    run = lo.voltage_clamp(constant, lo.Step(50, start=1), 5)
    assert run.conductance("K") == pytest.approx(36.0 * rest["K_n4"], rel=1e-12)


def test_members_are_held_and_set_as_one_alone():
    done = [lo.Reset({"K_n4": 1.0}, at=5), lo.Hold("Na", "rest", 10, 20)]
    step = lo.Step(8.0, start=1, stop=50)
    population = lo.Population(MEMBRANE, g_Na=[110.0, 130.0])
    table = population.run(step, 60, interventions=done, spike_times=10, tolerance=1e-8)
    for k, spikes in enumerate(table.spike_times):
        alone = population.replay(k, step, 60, interventions=done, tolerance=1e-10).spikes
        assert np.abs(np.subtract(spikes, alone)).max() < 1e-6
    whole = {"initial_v": [-5.0], "initial_K_n4": [1.0], "initial_Na_m0h0": [1.0]}
    started = lo.Population.table(MEMBRANE, whole)
    run = started.run(step, 60, spike_times=10, tolerance=1e-8)
    alone = started.replay(0, step, 60, tolerance=1e-10)
    assert alone["K_n4"][0] == alone["Na_m0h0"][0] == 1.0
    assert np.abs(np.subtract(run.spike_times[0], alone.spikes)).max() < 1e-6


@pytest.mark.parametrize("wrong", [1e-7, pytest.param(-1e-7, marks=pytest.mark.slow)])
def test_a_million_steps_lose_nothing(wrong):
    membrane = ring(g=0.5)
    state = lo.rest(membrane).state.copy()
    state[1:] = [wrong, 0.5, 0.5, -wrong]
    run = lo.simulate(
        membrane,
        lo.Sine(20.0, frequency=1.0),
        12_500,
        initial=state,
        tolerance=1e-13,
        method="explicit",
        sampling=100.0,
    )
    assert run.settings.steps > 1_000_000
    total = sum(run[name] for name in membrane.schemes[0].occupancies)
    assert np.abs(total - 1).max() < 1e-15
    assert min(run[name][1:].min() for name in membrane.schemes[0].occupancies) > -1e-12
