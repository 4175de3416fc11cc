"""Where v has its zero makes no difference: squid(rest=-65) spikes when squid() does."""

import numpy as np
import pytest

import loligo as lo
from reference.squid_facts import RHEOBASE, SPIKES

ABSOLUTE = lo.models.squid(rest=-65)


@pytest.mark.parametrize("current", SPIKES)
def test_spikes(current):
    spikes = lo.simulate(ABSOLUTE, lo.Step(current), duration=100).spikes
    np.testing.assert_allclose(spikes, SPIKES[current], rtol=0, atol=1e-4)
    tight = lo.simulate(ABSOLUTE, lo.Step(current), duration=100, tolerance=1e-10).spikes
    np.testing.assert_allclose(tight, SPIKES[current], rtol=0, atol=1e-8)


def test_traces_are_65_mv_lower():
    low, high = (lo.simulate(m, lo.Step(10.0), 50, tolerance=1e-12) for m in (ABSOLUTE, lo.models.squid()))
    np.testing.assert_allclose(low.v + 65, high.v, rtol=0, atol=1e-7)
    for name in ("m", "h", "n"):
        np.testing.assert_allclose(low[name], high[name], rtol=0, atol=1e-9)
    for name in ("Na", "K", "leak"):
        np.testing.assert_allclose(low.current(name), high.current(name), rtol=0, atol=1e-5)


def test_threshold():
    assert lo.threshold(ABSOLUTE, lo.Step(1.0, stop=200)).value == pytest.approx(RHEOBASE, abs=1e-6)


def test_all_potentials_move():
    parameters = {name: ABSOLUTE[name] - lo.models.squid()[name] for name in ("E_Na", "E_K", "E_leak")}
    assert parameters == pytest.approx(dict.fromkeys(parameters, -65.0))
    assert ABSOLUTE.spike_level == -15.0
    assert lo.rest(ABSOLUTE).v == pytest.approx(lo.rest(lo.models.squid()).v - 65, abs=1e-12)
