"""A member that makes no sense ends with a status of its own after a bounded work, and the same in any block."""

import numpy as np
import pytest

import loligo as lo
from faults.stores import SQUID
from loligo.lanes import Results
from loligo.population.blocks import block

ABSURD = [1e20, 1e100, -1e20, 1e300]


def steps_of(population, stimulus, duration, **more):
    """Return the table of a block, and how many steps each member took, in all of its runs."""
    plan = population.plan(stimulus, duration, **more)
    total = np.zeros(population.size)
    running = block.stages(plan, population.members.columns(0, population.size), population.size)
    try:
        while True:
            stage = next(running)
            stage()
            results = stage.args[-1]
            if isinstance(results, Results) and len(results.steps) == population.size:
                total += results.steps
    except StopIteration as end:
        return end.value, total


@pytest.mark.parametrize(("duration", "typical"), [(20.0, 10.0), (100.0, 10.0), (200.0, 0.0), (1000.0, 0.0)])
def test_no_member_takes_a_hundred_times_the_median_work(duration, typical):
    population = lo.Population(SQUID, amplitude=[*np.linspace(typical, typical + 1.0, 28), *ABSURD])
    table, steps = steps_of(population, lo.Step(1.0, start=2), duration, features=["activity"])
    assert (table["status"][:28] == "ok").all()
    assert table["status"][28:].tolist() == ["work limit", "work limit", "diverged", "work limit"]
    assert "most_steps=" in table["reason"][28]
    assert steps.max() <= 100 * np.median(steps)


OTHERS = ("connor_stevens", "morris_lecar", "pospischil", "wang_buzsaki")  # a program of its own for each


@pytest.mark.parametrize("name", ["squid", *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)])
def test_members_that_fire_as_fast_as_they_can_are_far_from_it(name):
    membrane = getattr(lo.models, name)()
    warmer = [membrane.celsius, membrane.celsius + 12.0]
    population = lo.Population(membrane, amplitude=[0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 150.0], celsius=warmer)
    table, steps = steps_of(population, lo.Step(1.0, start=5.0), 200.0)
    assert (table["status"] == "ok").all()
    assert steps.max() < block.work_limit(population.plan(lo.Step(1.0, start=5.0), 200.0)) / 1.5


def test_it_is_the_same_in_any_block(monkeypatch):
    amplitudes = [0.0, 10.0, *ABSURD, 1e6, 1e10, 1e15]
    together = lo.Population(SQUID, amplitude=amplitudes).run(lo.Step(1.0), 50, features=["activity", "peak_voltage"])
    for k, amplitude in enumerate(amplitudes):
        alone = lo.Population(SQUID, amplitude=[amplitude]).run(lo.Step(1.0), 50, features=["activity", "peak_voltage"])
        assert alone.iloc[0].equals(together.iloc[k].rename(0)), amplitude


def test_it_follows_the_time_scale_of_the_membrane():
    """A membrane that is a thousand times slower has the same limit for a run that is a thousand times as long."""
    limits = []
    for factor in (1.0, 1000.0):
        slow = lo.Membrane(
            lo.Channel("L", g=0.3 / factor, E=-54.4), lo.Channel("A", g=0.1 / factor, E=-77.0), C=1.0, name="passive"
        )
        plan = lo.Population(slow, amplitude=[0.0]).plan(lo.Step(1.0 / factor), 200.0 * factor)
        limits.append(block.work_limit(plan))
    assert limits[0] == pytest.approx(limits[1], rel=1e-3)


@pytest.mark.parametrize(
    "stimulus",
    [
        lo.Sine(1.0, frequency=100.0, stop=40.0),
        lo.Noise(1.0, tau=0.02, seed=1, stop=40.0),
        lo.Samples(np.sin(np.arange(8000.0)), dt=0.005),
    ],
    ids=lambda stimulus: type(stimulus).__name__,
)
def test_stimuli_that_make_work_of_their_own_raise_it(stimulus):
    population = lo.Population(SQUID, g_Na=[100.0, 120.0])
    table, steps = steps_of(population, stimulus, 40.0)
    assert (table["status"] == "ok").all()
    assert steps.max() > block.work_limit(population.plan(stimulus, 40.0)) or steps.max() > 1000


def test_the_limit_is_an_argument():
    population = lo.Population(SQUID, amplitude=[10.0])
    for most, status in ((50, "work limit"), (5_000_000, "ok")):
        assert population.run(lo.Step(1.0), 50, most_steps=most).status[0] == status
    absurd = lo.Population(SQUID, amplitude=[1e15])
    assert absurd.run(lo.Step(1.0, start=10, stop=90), 100).status[0] == "work limit"
    assert absurd.run(lo.Step(1.0, start=10, stop=90), 100, most_steps=10**6).status[0] == "ok"
