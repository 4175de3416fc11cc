"""What the compiled program computes of a member is what the functions say when Python runs them."""

import numpy as np
import pytest

from loligo.lanes.record import NUMBERS
from loligo.population import FEATURES
from loligo.population.features.computation import ROWS
from loligo.population.features.observed import Observed
from loligo.population.features.program import feature_program

MEMBERS, MOST = 400, 40
START, STOP = 100.0, 900.0


@pytest.fixture(scope="module")
def recorded():
    """Trains of none to 40 spikes, some in bursts, from before the stimulus to after it, some without begin or end."""
    random = np.random.default_rng(1)
    spikes = random.integers(0, MOST + 1, MEMBERS)
    intervals = random.exponential(1000 / (spikes + 1), (MOST, MEMBERS)) ** random.choice([0.2, 1.0, 1.5], MEMBERS)
    records = np.full((MOST, MEMBERS, NUMBERS), 7.0)  # beyond the spikes it means nothing
    records[:, :, 0] = intervals.cumsum(axis=0)
    records[:, :, 1] = records[:, :, 0] + random.uniform(0.1, 0.5, (MOST, MEMBERS))
    records[:, :, 2:5] = random.normal(20, 5, (MOST, MEMBERS, 3))
    records[random.random((MOST, MEMBERS)) < 0.02, 3:5] = np.nan
    cut_off = np.flatnonzero(spikes)[::5]
    records[spikes[cut_off] - 1, cut_off, 1:] = np.nan
    totals = random.normal(-60, 5, (MEMBERS, 4))
    marks = np.tile([0.0, START, STOP], (MEMBERS, 1))
    values = np.full((len(ROWS), MEMBERS), 7.0)
    feature_program()(np.zeros(1, np.int64), records, spikes, totals, marks, values)
    return records, spikes, totals, values


@pytest.mark.parametrize("name", ROWS)
def test_feature(name, recorded):
    records, spikes, totals, values = recorded
    found = [
        FEATURES[name].compute(Observed(*records[: spikes[m], m, :5].T, *totals[m, :3], START, STOP))
        for m in range(MEMBERS)
    ]
    np.testing.assert_allclose(values[ROWS[name]], found, rtol=1e-14, equal_nan=True)
    assert len(np.unique(values[ROWS[name]])) >= (4 if FEATURES[name].words else MEMBERS // 3)
