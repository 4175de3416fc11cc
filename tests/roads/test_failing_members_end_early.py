"""A member that cannot go on is told from one that crawls, and takes neither time nor memory of the others."""

import numpy as np
import pytest

import loligo as lo


@pytest.mark.parametrize("precision", ["double", pytest.param("single", marks=pytest.mark.slow)])
def test_a_divergence_is_soon_seen(precision):
    leak, current = lo.Channel("leak", g=0.3, E=-65), lo.Current("c", "0.1*sqrt(10 + log(ca))")
    calcium = lo.State("ca", "(target - ca)/5", initial=1.0)  # below exp(-10) there is no root
    membrane = lo.Membrane(leak, current, calcium, constants={"target": 1.0})
    population = lo.Population(membrane, target=[-0.5], initial_v=[-65.0], initial_ca=[1.0])
    table = population.run(lo.Step(0.0, start=1, stop=30), 60, precision=precision, most_steps=1000)
    assert table.status[0] == "diverged"


def test_a_long_run_takes_no_memory_for_spikes_that_never_come():
    population = lo.Population(lo.models.squid(), g_Na=np.linspace(0, 1, 64))
    table = population.run(lo.Step(0.0, start=10, stop=50), 1e8, features=["activity"], most_steps=100)
    assert (table.status == "work limit").all()
