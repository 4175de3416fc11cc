"""A run of a membrane in another time, amount or potential is the same run in those units."""

import numpy as np
import pytest

import loligo as lo
from properties.invariances import rescaled, rescaled_potential, slower, smaller

MODELS = {
    "squid": (lo.models.squid(rest=-65.0), 10.0),
    "Morris-Lecar": (lo.models.morris_lecar(), 100.0),
    "LP 2": (lo.models.stomatogastric("LP 2"), 5.0),
}
CHANGES = {  # of the membrane; of times, currents and potentials
    "time": (slower, 30.0, 1.0, lambda v: v),
    "amount": (smaller, 1.0, 1e-3, lambda v: v),
    "potential": (rescaled, 1.0, 1.0, rescaled_potential),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("model", MODELS)
def test_one_run_in_other_units(model, change):
    (membrane, amplitude), (changed, time, amount, potential) = MODELS[model], CHANGES[change]
    step, start = lo.Step(amplitude, start=1, stop=20), dict.fromkeys(membrane.variables[1:], 0.3) | {"v": -60.0}
    plain = lo.simulate(membrane, step, 40, initial=start, sampling=1.0, tolerance=1e-9)
    other = lo.simulate(
        changed(membrane),
        lo.Step(amplitude * amount, start=time, stop=20 * time),
        40 * time,
        initial=start | {"v": potential(-60.0)},
        sampling=time,
        tolerance=1e-9,
    )
    assert np.ptp(plain.v) > 5
    size = np.ptp([potential(v) for v in plain.v])
    np.testing.assert_allclose(other.v, potential(plain.v), rtol=0, atol=1e-6 * size)
    np.testing.assert_allclose(other.states[:, 1:], plain.states[:, 1:], rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(other.spikes, plain.spikes * time, rtol=1e-6)
