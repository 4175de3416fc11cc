"""Firing settles into the limit cycles of the reference: period, greatest and least potential."""

import numpy as np
import pytest

import loligo as lo
from reference.squid_facts import CYCLES


@pytest.mark.parametrize("current", CYCLES)
def test_cycle(current):
    period, greatest, least = CYCLES[current]
    squid = lo.models.squid().replace(spike_level=0.5 * (greatest + least))
    # the cycle at 150, near the upper Hopf current, is slow to attract
    settled = lo.simulate(squid, lo.Step(current), 400 if current < 100 else 4000, sampling=None, tolerance=1e-11)
    times = np.linspace(0, 3 * period, 60_001)
    run = lo.simulate(squid, lo.Step(current), 3 * period, initial=settled, tolerance=1e-11, sampling=times)
    assert np.diff(run.spikes) == pytest.approx(period, abs=1e-6)
    assert run.v.max() == pytest.approx(greatest, abs=1e-4)
    assert run.v.min() == pytest.approx(least, abs=1e-4)
