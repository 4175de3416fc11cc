"""E_leak enters only through I + g_leak E_leak: from one state, a threshold moves by -g_leak times the shift."""

import numpy as np
import pytest

import loligo as lo
from reference.squid_facts import REST, RHEOBASE, SPIKES

STATE = list(REST.values())


@pytest.mark.parametrize("shift", [-7.0, 0.013, 4.0])
def test_threshold(shift):
    squid = lo.models.squid().replace(E_leak=10.6 + shift)
    found = lo.threshold(squid, lo.Step(1.0, stop=200), duration=200, initial=STATE)
    assert found.value == pytest.approx(RHEOBASE - 0.3 * shift, abs=1e-6)


@pytest.mark.parametrize("shift", [-7.0, 0.013, 4.0])
def test_spikes(shift):
    squid = lo.models.squid().replace(E_leak=10.6 + shift)
    spikes = lo.simulate(squid, lo.Step(10 - 0.3 * shift), 100, initial=STATE, tolerance=1e-10).spikes
    np.testing.assert_allclose(spikes, SPIKES[10], rtol=0, atol=1e-8)
