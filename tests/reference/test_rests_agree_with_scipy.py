"""Every root that SciPy finds from random starts is among the equilibria of `rest`, for every published membrane."""

import warnings

import numpy as np
import pytest
from scipy.optimize import root

import loligo as lo
from reference.every_model import EVERY_MODEL
from reference.literal import DOUBLES, Literal

STARTS = 24


def roots(membrane, current):
    """Return what Powell's hybrid method finds in the literal equations, checked by its residual."""
    literal, random, found = Literal(membrane, DOUBLES), np.random.default_rng(3), []
    gates = len(membrane.variables) - 1 - len(membrane.states)
    for _ in range(STARTS):
        start = np.concatenate(
            [
                random.uniform(-90, 20, 1) + (65 if membrane.spike_level > 20 else 0),
                random.uniform(0, 1, gates),
                [abs(state.initial) * 10 ** random.uniform(-1, 3) for state in membrane.states],
            ]
        )

        def slopes(y):
            with np.errstate(all="ignore"):
                try:
                    return np.array(literal.slope(y.tolist(), current))
                except (ValueError, OverflowError, ZeroDivisionError):
                    return np.full(y.size, np.nan)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = root(slopes, start, method="hybr", tol=1e-13)
        scale = np.maximum(np.abs(answer.x), 1e-6)
        sound = answer.success and np.isfinite(answer.x).all() and np.abs(slopes(answer.x) / scale).max() < 1e-8
        inside = ((answer.x[1 : 1 + gates] >= 0) & (answer.x[1 : 1 + gates] <= 1)).all()
        if sound and inside and all(answer.x[1 + gates + k] >= s.minimum for k, s in enumerate(membrane.states)):
            found.append(answer.x)
    return found


@pytest.mark.parametrize("current", [0.0, 0.2])
@pytest.mark.parametrize("model", EVERY_MODEL)
def test_no_root_is_missed(model, current):
    membrane = EVERY_MODEL[model]
    rest = lo.rest(membrane, current)
    known = np.array([rest.state, *(other.state for other in rest.others)])
    found = roots(membrane, current)
    assert found, "else nothing is shown"
    for state in found:
        nearest = known[np.abs(known[:, 0] - state[0]).argmin()]
        np.testing.assert_allclose(nearest, state, rtol=1e-5, atol=1e-6)
