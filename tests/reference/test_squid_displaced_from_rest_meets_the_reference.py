"""A displacement of v fires from 6.50736 mV on, and peaks come when and as high as the reference says."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import loligo as lo
from reference.squid_facts import PEAKS, REST, THRESHOLD_DISPLACEMENT

SQUID = lo.models.squid()


def displaced(millivolts, duration=20.0, **settings):
    return lo.simulate(SQUID, duration=duration, initial={"v": REST["v"] + millivolts}, tolerance=1e-12, **settings)


def test_threshold_lies_between_neighbours():
    assert displaced(THRESHOLD_DISPLACEMENT - 1e-8, 60, sampling=None).spikes.size == 0
    assert displaced(THRESHOLD_DISPLACEMENT + 1e-8, 60, sampling=None).spikes.size == 1


@pytest.mark.parametrize("millivolts", PEAKS)
def test_peaks(millivolts):
    time, height = PEAKS[millivolts]

    def below(t):
        return -displaced(millivolts, sampling=[t]).v[0]

    peak = minimize_scalar(below, bracket=(time - 0.05, time + 0.01, time + 0.05), tol=1e-9)
    assert -peak.fun == pytest.approx(height, abs=1e-7)
    assert peak.x == pytest.approx(time, abs=1e-4)  # v is flat there
    slopes = np.diff(displaced(millivolts, sampling=time + np.array([-1e-3, 0.0, 1e-3])).v)
    assert slopes[0] > 0 > slopes[1]
