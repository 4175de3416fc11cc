"""Whatever the numbers: a run has no NaN, and no gate leaves [0, 1] by more than ten times the tolerance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import loligo as lo
from loligo.integrate import METHODS
from properties.strategies import SQUID, fibres, numbers, squids, stimuli

pytestmark = pytest.mark.filterwarnings("ignore::loligo.UnstableRestWarning")


def check(membrane, run):
    assert np.isfinite(run.states).all()
    assert np.isfinite(run.final).all()
    for gate in (*run.gates.values(), run.final[1:]):
        assert gate.min() >= -10 * run.settings.tolerance
        assert gate.max() <= 1 + 10 * run.settings.tolerance
    assert (np.diff(run.spikes) > 0).all()
    assert np.isfinite(run.ionic_current).all()
    assert membrane is run.membrane


@pytest.mark.parametrize("method", METHODS)
@given(membrane=squids(), stimulus=stimuli(), tolerance=st.sampled_from((1e-2, 1e-4, 1e-6, 1e-9)))
def test_squids(method, membrane, stimulus, tolerance):
    rest = lo.rest(membrane).state  # some of these membranes are pacemakers, and a start at "rest" warns of it
    settings = {"initial": rest, "method": method, "tolerance": tolerance, "sampling": 0.25}
    check(membrane, lo.simulate(membrane, stimulus, 45, **settings))


@given(membrane=fibres(), stimulus=stimuli(), v=numbers(-80, 60), w=numbers(0, 1))
def test_fibres(membrane, stimulus, v, w):
    check(membrane, lo.simulate(membrane, stimulus, 200, initial={"v": v, "w": w}, sampling=0.5))


@given(amplitude=numbers(-300, 3000), width=numbers(1e-9, 20))
def test_strong_currents(amplitude, width):
    # far from the squid's own range gates become so fast that the method must change
    check(SQUID, lo.simulate(SQUID, lo.Step(amplitude, 1, 1 + width), 25))


@given(membrane=squids(), current=numbers(-20, 100))
def test_rests(membrane, current):
    rest = lo.rest(membrane, current)
    assert np.isfinite(rest.state).all()
    assert ((rest.state[1:] >= 0) & (rest.state[1:] <= 1)).all()
    assert rest.residual < 1e-10


@given(membrane=squids(), v=st.lists(numbers(-200, 200), min_size=1, max_size=20))
def test_rates(membrane, v):
    rates = lo.rates(membrane, v)
    for gate in rates:
        for kind in ("alpha", "beta", "tau"):
            assert (getattr(rates[gate], kind) > 0).all()
            assert np.isfinite(getattr(rates[gate], kind)).all()
        assert ((rates[gate].inf >= 0) & (rates[gate].inf <= 1)).all()
