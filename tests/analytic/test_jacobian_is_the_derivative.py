"""The symbolic Jacobian of every shipped model is the derivative of its formulas, in the holes of its rates too."""

import mpmath
import numpy as np
import pytest

from loligo.kernel import compiled
from reference.every_model import EVERY_MODEL
from reference.literal import DIGITS_50, Literal

IN_A_HOLE = {"squid": (25.0, 10.0), "connor_stevens": (-29.7, -45.7), "wang_buzsaki": (-35.0, -34.0)}


def differences(literal, y):
    """Return the matrix of central differences of the literal right-hand side, steps of 1e-20 at 80 digits."""
    step, columns = mpmath.mpf("1e-20"), []
    for j in range(len(y)):
        above, below = list(y), list(y)
        above[j] += step
        below[j] -= step
        rows = zip(literal.slope(above), literal.slope(below), strict=True)
        columns.append([(a - b) / (2 * step) for a, b in rows])
    return np.array(columns, dtype=float).T


@pytest.mark.parametrize("model", EVERY_MODEL)
def test_jacobian_is_the_matrix_of_differences(model):
    membrane = EVERY_MODEL[model]
    kernel, q = compiled(membrane)
    literal = Literal(membrane, DIGITS_50)
    random = np.random.default_rng(2)
    with mpmath.workdps(80):
        for v in (*IN_A_HOLE.get(model, ()), *random.uniform(-100, 100, 4)):
            states = [state.initial * random.uniform(0.5, 2) for state in membrane.states]
            gates = random.uniform(0.01, 1, len(membrane.variables) - 1 - len(states))
            y = np.array([v, *gates, *states])
            beside = [mpmath.mpf(x) for x in y.tolist()]
            beside[0] += mpmath.mpf("1e-35")  # literally, a hole has no value
            expected, found = differences(literal, beside), kernel.jacobian(y, q)
            size = np.abs(expected).max(axis=1, keepdims=True)
            assert np.isfinite(expected).all()
            assert (np.abs(found - expected) <= 1e-12 * size).all(), f"at v = {v}"
