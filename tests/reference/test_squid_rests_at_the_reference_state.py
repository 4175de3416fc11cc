"""The rest of the squid is that of the reference to machine precision, and nothing is left to change there."""

import numpy as np
import pytest
from scipy.optimize import brentq

import loligo as lo
from reference.squid_by_hand import rates, slope
from reference.squid_facts import REST


@pytest.mark.parametrize("name", REST)
def test_state(name):
    assert lo.rest(lo.models.squid())[name] == pytest.approx(REST[name], rel=0, abs=1e-13)  # 1e-15 of 100 mV


def test_nothing_changes_there():
    rest = lo.rest(lo.models.squid())
    assert rest.residual < 1e-13
    assert np.abs(slope(rest.state)).max() < 1e-13
    assert rest.stable
    assert rest.others == ()


@pytest.mark.parametrize("current", [-20.0, 5.0, 50.0, 200.0])
def test_rest_at_a_current(current):
    def balance(v):
        return slope([v, *(a / (a + b) for a, b in rates(v))], current)[0]

    assert lo.rest(lo.models.squid(), current=current).v == pytest.approx(
        brentq(balance, -100, 100, xtol=1e-14), abs=1e-11
    )


def test_a_run_at_rest_stays_there():
    run = lo.simulate(lo.models.squid(), duration=1000, sampling=10.0, tolerance=1e-9)
    np.testing.assert_allclose(run.v, REST["v"], rtol=0, atol=1e-8)  # tolerance times the scale of v, 10 mV
    np.testing.assert_allclose(run.states[:, 1:], np.tile(list(REST.values())[1:], (101, 1)), rtol=0, atol=1e-9)
    assert run.spikes.size == 0
