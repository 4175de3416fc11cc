"""Rests of published membranes are the roots that four methods of SciPy find from 50 random starts."""

import warnings

import numpy as np
import pytest
from scipy.optimize import root

import loligo as lo
from reference.literal import DOUBLES, Literal, python_slopes
from reference.published import PUBLISHED

STARTS = 50
METHODS = ("hybr", "lm", "broyden1", "df-sane")
MEMBRANES = {name: published.make() for name, published in PUBLISHED.items()}


@pytest.mark.parametrize("name", PUBLISHED)
def test_fast_reader_agrees_with_the_literal_one(name):
    membrane = MEMBRANES[name]
    state = lo.rest(membrane).state * 1.01
    literal = Literal(membrane, DOUBLES).slope(state.tolist(), 0.3)
    np.testing.assert_allclose(python_slopes(membrane)(state.tolist(), 0.3), literal, rtol=1e-9, atol=1e-15)


def roots(membrane, search, current):
    """Return what SciPy finds, each checked by its residual and its domain."""
    slopes, random, found = python_slopes(membrane), np.random.default_rng(5), []
    gates, first = len(membrane.variables) - 1 - len(membrane.states), 1
    last = first + gates
    minimum = np.array([state.minimum for state in membrane.states])
    for k in range(STARTS):
        sizes = np.array([abs(state.initial) or 1.0 for state in membrane.states])
        start = np.concatenate(
            [random.uniform(*search, 1), random.uniform(0, 1, gates), sizes * 10 ** random.uniform(-1, 1.5, sizes.size)]
        )
        method = METHODS[k % 4] if k % 8 > 5 else METHODS[k % 2]  # the last two find little
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                answer = root(lambda y: np.array(slopes(y.tolist(), current)), start, method=method, tol=1e-13)
            except (ValueError, OverflowError, np.linalg.LinAlgError):  # NaN on its way
                continue
            y = np.asarray(answer.x)
            residual = np.abs(slopes(y.tolist(), current)) / np.maximum(np.abs(y), 1e-6)
        inside = (y[first:last] >= -1e-12).all() and (y[first:last] <= 1 + 1e-12).all() and (y[last:] >= minimum).all()
        inside = inside and abs(y[0]) <= 20 * membrane.v_scale  # where `rest` looks
        if np.isfinite(y).all() and residual.max() < 1e-9 and inside:
            found.append(y)
    return found


@pytest.mark.parametrize("name", PUBLISHED)
def test_rest_and_others_are_the_roots(name):
    membrane, published = MEMBRANES[name], PUBLISHED[name]
    for current in (0.0, published.currents[-1]):
        rest = lo.rest(membrane, current)
        known = np.array([rest.state, *(other.state for other in rest.others)])
        found = roots(membrane, published.search, current)
        assert found, "else nothing is shown"
        for state in found:
            nearest = known[np.abs(known[:, 0] - state[0]).argmin()]
            np.testing.assert_allclose(nearest, state, rtol=2e-5, atol=2e-6 * membrane.v_scale)
        slopes = np.array([python_slopes(membrane)(state.tolist(), current) for state in known])
        assert (np.abs(slopes) <= 1e-8 * np.maximum(np.abs(known), 1e-6)).all()
