"""Spikes and the final state are the same bits however the traces are sampled."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import loligo as lo
from properties.strategies import numbers, squids, stimuli

END = 45.0
SAMPLINGS = st.one_of(
    st.none(), numbers(1e-3, 60), st.lists(numbers(0, END), max_size=30).map(sorted), st.just([0.0, 0.0, END, END])
)

pytestmark = pytest.mark.filterwarnings("ignore::loligo.UnstableRestWarning")


@given(membrane=squids(), stimulus=stimuli(), sampling=SAMPLINGS, method=st.sampled_from(("auto", "rosenbrock")))
def test_same_bits(membrane, stimulus, sampling, method):
    start = lo.rest(membrane).state
    plain = lo.simulate(membrane, stimulus, END, initial=start, method=method)
    run = lo.simulate(membrane, stimulus, END, initial=start, method=method, sampling=sampling)
    assert run.spikes.tobytes() == plain.spikes.tobytes()
    assert run.final.tobytes() == plain.final.tobytes()
    assert run.settings == plain.settings


@given(interval=numbers(1e-2, 60), duration=numbers(1e-2, 60))
def test_an_interval_is_a_grid_from_zero(interval, duration):
    t = lo.simulate(lo.models.squid(), duration=duration, sampling=interval).t
    assert t[0] == 0
    assert t[-1] <= duration < t[-1] + interval * (1 + 1e-8)
    np.testing.assert_allclose(t, np.arange(t.size) * interval, rtol=1e-12)


@given(times=st.lists(numbers(0, END), min_size=1, max_size=30).map(sorted))
def test_times_are_kept_as_given(times):
    run = lo.simulate(lo.models.squid(), lo.Step(10.0), END, sampling=times)
    assert run.t.tolist() == times
    assert run.states.shape == (len(times), 4)
