"""The f-I curve of a membrane in another time, amount or potential is the same curve in those units."""

import numpy as np
import pytest

import loligo as lo
from properties.invariances import rescaled, slower, smaller
from reference.published import PUBLISHED

MODELS = {
    "squid": (lo.models.squid(rest=-65.0), [-2.0, 5.0, 7.0, 9.0, 11.0, 12.0, 100.0, 160.0]),
    "Morris-Lecar": (lo.models.morris_lecar(), [80.0, 90.0, 105.0, 210.0, 220.0]),
    "Wang-Buzsáki": (lo.models.wang_buzsaki(), [0.1, 0.162, 1.0, 3.0]),
    "AB/PD 1": (lo.models.stomatogastric(), [-0.1, 0.0]),
}
CHANGES = {
    "time": (slower, 30.0, 1.0, 1.0),
    "amount": (smaller, 1.0, 1e-3, 1.0),
    "potential": (rescaled, 1.0, 1.0, 0.01),
}


CASES = [
    *(("squid", change) for change in CHANGES),
    *(("Morris-Lecar", change) for change in CHANGES),
    ("Wang-Buzsáki", "time"),
    ("Wang-Buzsáki", "amount"),
    ("AB/PD 1", "amount"),
]


@pytest.fixture(scope="module")
def plain():
    return {name: lo.fi_curve(membrane, amplitudes, cycles=False) for name, (membrane, amplitudes) in MODELS.items()}


@pytest.mark.parametrize(("model", "change"), CASES)
def test_one_curve_in_other_units(plain, model, change):
    (membrane, amplitudes), (changed, time, amount, potential) = MODELS[model], CHANGES[change]
    other = lo.fi_curve(changed(membrane), np.array(amplitudes) * amount, cycles=False)
    for name, one in plain[model].branches.items():
        found = other.branches[name]
        np.testing.assert_array_equal(found.settled, one.settled)
        np.testing.assert_array_equal(found.spikes_per_burst, one.spikes_per_burst)
        np.testing.assert_allclose(found.steady * time, one.steady, rtol=1e-6)
        np.testing.assert_allclose(found.own * time, one.own, rtol=1e-6)
        np.testing.assert_allclose(found.swing / potential, one.swing, rtol=1e-4, atol=1e-4)
    assert max(one.steady.max() for one in plain[model].branches.values()) > 1


@pytest.mark.parametrize("change", ["time", "amount"])
def test_with_the_cycles_of_the_diagram(change):
    membrane, (changed, time, amount, _) = lo.models.squid(), CHANGES[change]
    one, other = (
        lo.fi_curve(membrane, [6.3, 7.0, 9.0]),
        lo.fi_curve(changed(membrane), np.array([6.3, 7.0, 9.0]) * amount),
    )
    assert not one.up.steady.any()
    assert (one.down.steady > 40).all()
    np.testing.assert_allclose(other.down.steady * time, one.down.steady, rtol=1e-6)


SLOW = {  # currents at which a cycle is approached slowly
    "squid": (lo.models.squid(rest=-65.0), [9.9, 60.0]),
    "Hindmarsh-Rose": (PUBLISHED["Hindmarsh-Rose"].make(), [1.5, 2.0, 2.5, 4.0]),
    "INap + IK + M": (PUBLISHED["INap + IK + M"].make(), [6.0, 8.0, 8.44, 8.5]),
}


@pytest.mark.parametrize("model", list(SLOW))
def test_all_ways_to_one_cycle_have_one_rate_in_all_units(model):
    membrane, amplitudes = SLOW[model]
    changes = [(lambda one: one, 1.0, 1.0), *((changed, time, amount) for changed, time, amount, _ in CHANGES.values())]
    rates = []
    for changed, time, amount in changes:
        found = lo.fi_curve(changed(membrane), np.array(amplitudes) * amount, cycles=False)
        rates += [branch.steady * time for branch in found.branches.values()]
    assert min(rates[0]) > 1
    np.testing.assert_allclose(rates, np.broadcast_to(rates[0], np.shape(rates)), rtol=1e-7)
