"""The compiled right-hand side of every shipped model is what its formulas say, taken literally in 50 digits."""

import mpmath
import numpy as np
import pytest

from loligo.kernel import compiled
from reference.every_model import EVERY_MODEL
from reference.literal import DIGITS_50, Literal


@pytest.mark.parametrize("model", EVERY_MODEL)
def test_slopes_are_those_of_the_text(model):
    membrane = EVERY_MODEL[model]
    kernel, q = compiled(membrane)
    literal = Literal(membrane, DIGITS_50)
    random = np.random.default_rng(1)
    with mpmath.workdps(50):
        for _ in range(12):
            states = [state.initial * random.uniform(0.5, 2) for state in membrane.states]
            gates = random.uniform(0, 1, len(membrane.variables) - 1 - len(states))
            y = np.array([random.uniform(-110, 110), *gates, *states])
            stimulus = random.uniform(-50, 50)
            expected = literal.slope([mpmath.mpf(x) for x in y.tolist()], mpmath.mpf(stimulus))
            # a sum of currents may cancel: what its largest term is exact to is what can be asked of it
            names = dict(zip(membrane.variables, map(mpmath.mpf, y.tolist()), strict=True))
            names |= {g.name: literal.rates(g, names)[2] for g in membrane.gates if g.instantaneous}
            largest = max(abs(current) for current in literal.currents(names).values()) + abs(stimulus)
            scale = [largest / literal.numbers["C"], *(abs(x) + 1 for x in expected[1:])]
            for found, exact, size in zip(kernel.rhs(stimulus, y, q).tolist(), expected, scale, strict=True):
                assert abs(mpmath.mpf(found) - exact) <= 1e-13 * size
