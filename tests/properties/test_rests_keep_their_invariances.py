"""The rest of a membrane in another time, amount or unit of v is the same rest, and so are the other equilibria."""

from functools import cache

import numpy as np
import pytest

import loligo as lo
from properties.invariances import rescaled, rescaled_potential, slower, smaller

MODELS = {
    "squid": (lo.models.squid(rest=-65.0), 5.0),
    "Morris-Lecar, three": (lo.models.morris_lecar("snic"), 10.0),
    "Wang-Buzsáki, three": (lo.models.wang_buzsaki(), 0.0),
    "AB/PD 1": (lo.models.stomatogastric("AB/PD 1"), 0.0),
    "LTS, three": (lo.models.pospischil("LTS"), 0.1),
}
CHANGES = {  # of the membrane; of rates, currents and potentials
    "time": (slower, 1 / 30, 1.0, lambda v: v),
    "amount": (smaller, 1.0, 1e-3, lambda v: v),
    "potential": (rescaled, 1.0, 1.0, rescaled_potential),
}


@cache  # each is compared with three changes
def plain_rest(model):
    return lo.rest(*MODELS[model])


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("model", MODELS)
def test_the_same_equilibria(model, change):
    (membrane, current), (changed, rate, amount, potential) = MODELS[model], CHANGES[change]
    plain, other = plain_rest(model), lo.rest(changed(membrane), current * amount)
    assert (other.stable, other.complete, len(other.others)) == (plain.stable, plain.complete, len(plain.others))
    assert model.endswith("three") == (len(plain.others) == 2)
    size = potential(50.0) - potential(-50.0)
    for one, same in zip((plain, *plain.others), (other, *other.others), strict=True):
        assert same.v == pytest.approx(potential(one.v), abs=1e-11 * size)
        np.testing.assert_allclose(same.state[1:], one.state[1:], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(same.eigenvalues, one.eigenvalues * rate, rtol=1e-5, atol=1e-9)
