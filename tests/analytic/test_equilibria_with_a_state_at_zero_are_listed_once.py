"""An equilibrium at which a further state is zero, whatever v is, stands once among those of `rest`."""

import numpy as np
import pytest

import loligo as lo
from loligo import Channel, Current, Membrane, State


def growing(rate):
    """Return a membrane whose u settles at 0 or where its rate is zero."""
    return Membrane(Channel("leak", g=0.3, E=-55), Current("slow", "0.5*u"), State("u", f"u*({rate})/50", initial=0.5))


def found(membrane):
    rest = lo.rest(membrane)
    return sorted((one.v, one["u"]) for one in (rest, *rest.others))


def test_two_ways_that_cross_have_two_equilibria():
    v = -(0.5 + 0.3 * 55) / (0.3 + 0.5 / 60)  # 0.3 (v + 55) + 0.5 (1 + v/60) = 0
    np.testing.assert_allclose(found(growing("1 + v/60 - u")), [(v, 1 + v / 60), (-55.0, 0.0)], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("rate", ["0.2 - u", "0.2 - u**2", "0.02 + u"])
def test_two_ways_side_by_side(rate):
    u = {"0.2 - u": [0.2], "0.2 - u**2": [0.2**0.5, -(0.2**0.5)], "0.02 + u": [-0.02]}[rate]
    expected = sorted((-55 - one * 0.5 / 0.3, one) for one in (0.0, *u))
    np.testing.assert_allclose(found(growing(rate)), expected, rtol=1e-9, atol=1e-12)


def test_nothing_but_decay_has_one():
    np.testing.assert_allclose(found(growing("-1 - u**2")), [(-55.0, 0.0)], atol=1e-12)
