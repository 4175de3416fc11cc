"""The state of the squid at 10 µA/cm² is that of the reference, at every time that the reference gives."""

import numpy as np
import pytest

import loligo as lo
from loligo.integrate import METHODS
from reference.squid_facts import STATES_AT_10

TIMES = np.array(list(STATES_AT_10))
STATES = np.array(list(STATES_AT_10.values()))


@pytest.mark.parametrize("method", METHODS)
def test_states_between_steps(method):
    run = lo.simulate(lo.models.squid(), lo.Step(10.0), 100, method=method, tolerance=1e-12, sampling=TIMES)
    np.testing.assert_allclose(run.states[:, 0], STATES[:, 0], rtol=0, atol=1e-7)
    np.testing.assert_allclose(run.states[:, 1:], STATES[:, 1:], rtol=0, atol=1e-8)


@pytest.mark.parametrize("time", STATES_AT_10)
def test_states_at_the_end_of_a_run(time):
    final = lo.simulate(lo.models.squid(), lo.Step(10.0), time, tolerance=1e-12).final
    np.testing.assert_allclose(final, STATES_AT_10[time], rtol=1e-9, atol=1e-9)


def test_the_default_is_good_to_a_tenth_of_a_millivolt():
    run = lo.simulate(lo.models.squid(), lo.Step(10.0), 100, sampling=TIMES)
    np.testing.assert_allclose(run.states[:, 0], STATES[:, 0], rtol=0, atol=0.1)
