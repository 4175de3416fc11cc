"""A small population and its run: shared by the tests of stores."""

import numpy as np
import pandas as pd

import loligo as lo

SQUID = lo.models.squid()
STIMULUS = lo.Step(1.0, start=2.0, stop=40.0)
SETTINGS = {"duration": 50.0, "features": ["spike_count", "activity", "peak_voltage"], "spike_times": 3}


def squids(sodium=12, amplitudes=5):
    return lo.Population(SQUID, g_Na=np.linspace(100, 140, sodium), amplitude=np.linspace(0, 20, amplitudes))


def run(population, store=None, **more):
    return population.run(STIMULUS, **(SETTINGS | more), store=store)


def same(table, other):
    pd.testing.assert_frame_equal(table, other, check_exact=True)
