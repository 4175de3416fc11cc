"""After a step, published membranes fire as in SciPy's runs of 5 s, and of minutes where they are slow."""

import numpy as np
import pytest
from scipy.integrate import odeint

import loligo as lo
from reference.literal import python_slopes
from reference.published import PUBLISHED

CHUNK = 10_000.0  # ms
SPACING = 0.1  # ms, of the samples between which SciPy's spikes are interpolated
MEMBRANES = {name: published.make() for name, published in PUBLISHED.items()}


def spikes(membrane, current, duration, start):
    """Return the spike times of SciPy's LSODA [ms]."""
    slopes, found, state = python_slopes(membrane), [], start
    tolerances = {"rtol": 1e-9, "atol": 1e-10 * min(membrane.v_scale, 1.0), "mxstep": 100_000}
    for begin in np.arange(0.0, duration, CHUNK):
        times = begin + np.arange(0.0, min(CHUNK, duration - begin) + SPACING / 2, SPACING)
        states = odeint(lambda y, _: slopes(y.tolist(), current), state, times, **tolerances)
        state, v = states[-1], states[:, 0] - membrane.spike_level
        k = np.flatnonzero((v[:-1] < 0) & (v[1:] >= 0))
        found.append(times[k] - v[k] * SPACING / (v[k + 1] - v[k]))
    return np.concatenate(found)


def rate(times):
    """Return spikes a second over whole cycles, and whether they repeat themselves."""
    if times.size < 3:
        return 0.0, times.size == 0
    intervals = np.diff(times)
    for k in range(1, intervals.size // 2 + 1):
        if (np.abs(intervals[k:] - intervals[:-k]) < 1e-3 * intervals[k:] + 4e-3).all():
            cycles = intervals.size // k
            return 1e3 * cycles * k / (times[cycles * k] - times[0]), True
    return 1e3 * intervals.size / (times[-1] - times[0]), False


@pytest.mark.parametrize("name", PUBLISHED)
def test_step_fires_as_a_long_run_does(name):
    membrane, published = MEMBRANES[name], PUBLISHED[name]
    step = lo.fi_curve(membrane, published.currents, cycles=False).step
    assert list(step.amplitude) == sorted(published.currents)
    start = lo.rest(membrane).state.copy()
    start[0] += 0 if lo.rest(membrane).stable else 0.1 * membrane.v_scale
    for current, steady, settled in zip(step.amplitude, step.steady, step.settled, strict=True):
        duration = published.seconds * 1e3
        times = spikes(membrane, current, duration, start)
        truth, repeats = rate(times[times > duration * (1 - published.share)])
        assert settled == repeats, current
        assert steady == pytest.approx(truth, rel=2e-4 if settled else 0.05), current
