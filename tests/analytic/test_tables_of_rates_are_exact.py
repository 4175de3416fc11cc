"""A table of rates, where explicit methods use one, gives the slopes of the formulas, on and off its range."""

import numpy as np
import pytest

import loligo as lo
from loligo.kernel import compiled
from loligo.kernel.compiled import tabulated
from reference.every_model import EVERY_MODEL

PLACES = np.concatenate(
    [
        np.random.default_rng(5).uniform(-200, 200, 400),
        np.arange(-200.0, 200.5, 1.0),  # where cells meet
        np.nextafter(np.arange(-199.0, 200.0), -np.inf),
        [25.0, 10.0, -29.7, -45.7, -35.0, -34.0, -40.0],  # holes of the formulas
        [-1000.0, -200.0000001, 200.0000001, 1000.0],  # off the table
    ]
)


@pytest.mark.parametrize("model", EVERY_MODEL)
def test_slopes_of_gates(model):
    membrane = EVERY_MODEL[model]
    kernel, q = compiled(membrane)
    with_table = tabulated(membrane)
    first, last = 1, len(membrane.variables) - len(membrane.states)
    for fill in (0.0, 0.3, 1.0):
        states = np.full((PLACES.size, len(membrane.variables)), fill)
        states[:, 0] = PLACES
        states[:, last:] = [state.initial for state in membrane.states]
        with np.errstate(all="ignore"):  # far off the table some rates overflow, in both alike
            formulas, table = (np.array([kernel.rhs(0.0, y, values) for y in states]) for values in (q, with_table))
            speed = np.abs(kernel.linear_parts(states, q)[1][:, first:last])
        gates = slice(first, last)
        # the error of alpha (1 - x) - beta x is that of its terms
        close = np.abs(table[:, gates] - formulas[:, gates]) <= 1e-11 * speed
        assert (close | (table[:, gates] == formulas[:, gates]) | ~np.isfinite(formulas[:, gates])).all()


def test_the_squid_has_a_table():
    # otherwise the test above compares formulas with themselves
    squid = EVERY_MODEL["squid"]
    assert tabulated(squid).size > 6 * 400 * 6


def test_a_gate_too_steep_for_a_table_has_none():
    steep = lo.Gate("x", inf="1/(1 + exp(-(v + 40.3)/0.05))", tau="1 + 5/cosh((v + 40.3)/0.1)")
    membrane = lo.Membrane(lo.Channel("K", g=3, E=-80, open=steep), lo.Channel("leak", g=0.3, E=-50))
    kernel, q = compiled(membrane)
    with_table = tabulated(membrane)
    for v in np.linspace(-41, -39.5, 31):
        y = np.array([v, 0.4])
        np.testing.assert_allclose(kernel.rhs(0.0, y, with_table), kernel.rhs(0.0, y, q), rtol=1e-11)


def test_a_changed_parameter_changes_the_table():
    squid, v = lo.models.squid(), 33.3
    kernel, _ = compiled(squid)
    y = np.array([v, 0.2, 0.3, 0.4])
    cold, warm = (kernel.rhs(0.0, y, tabulated(squid.replace(celsius=celsius))) for celsius in (6.3, 16.3))
    np.testing.assert_allclose(warm[1:], 3 * cold[1:], rtol=1e-11)
