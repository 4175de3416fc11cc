"""Error scales are multiples of `v_scale`, and the scale of a further state does not come from its guess."""

import numpy as np
import pytest

import loligo as lo
from loligo.simulation.engine import scales


def fitzhugh(guess=0.0, **own):
    """FitzHugh's equations with v between -2 and 2."""
    return lo.Membrane(
        lo.Current("cubic", "v**3/3 - v + w"),
        lo.State("w", "0.08*(v + 0.7 - 0.8*w)", initial=guess),
        spike_level=1.0,
        **own,
    )


def test_a_run_in_other_units_takes_the_same_steps():
    small = fitzhugh(v_scale=10 / 64)
    large = lo.Membrane(
        lo.Current("cubic", "64*((v/64)**3/3 - v/64 + w)"),
        lo.State("w", "0.08*(v/64 + 0.7 - 0.8*w)", initial=0.0),
        spike_level=64.0,
    )
    runs = [
        lo.simulate(membrane, lo.Step(0.5 * unit), 200, initial=[-1.25 * unit, -0.625], sampling=1.0)
        for membrane, unit in ((small, 1.0), (large, 64.0))  # a power of two, so that roundings are the same
    ]
    assert runs[0].settings == runs[1].settings
    assert runs[0].spikes.size >= 4
    np.testing.assert_array_equal(runs[1].v, 64 * runs[0].v)


def test_the_scale_is_kept_and_positive():
    squid = lo.models.squid()
    assert squid.v_scale == 10.0
    assert squid.replace(v_scale=2.0).replace(g_Na=100).v_scale == 2.0
    assert scales(squid.replace(v_scale=2.0))[0].tolist() == [2.0, 0.1, 0.1, 0.1]
    for wrong in (0.0, -1.0, float("nan")):
        with pytest.raises(lo.ArgumentError, match="v_scale"):
            squid.replace(v_scale=wrong)


@pytest.mark.parametrize("guess", [-1.0, 0.01, 0.7, 30.0])
def test_the_guess_of_a_state_is_not_its_scale(guess):
    assert scales(fitzhugh(guess, v_scale=0.1))[0][1] == scales(fitzhugh(v_scale=0.1))[0][1] == 2.0**-5
