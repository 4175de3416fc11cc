"""The Connor-Stevens axon rests where Dayan and Abbott say, and is of class I because of its A-current."""

import numpy as np
import pytest

import loligo as lo


def rate(membrane, amplitude, duration):
    """Return the last interval between spikes as a rate [1/s]; 0 when there is at most one spike."""
    spikes = lo.simulate(membrane, lo.Step(amplitude), duration=duration, sampling=None).spikes
    return 1000 / np.diff(spikes)[-1] if len(spikes) > 1 else 0.0


@pytest.mark.parametrize(
    ("variable", "printed", "last_digit"),
    [("v", -68.0, 1.0), ("m", 0.0101, 1e-4), ("h", 0.9659, 1e-4), ("n", 0.1559, 1e-4), ("a", 0.5404, 1e-4)],
)
def test_rest_is_the_state_that_the_exercise_of_dayan_and_abbott_begins_with(variable, printed, last_digit):
    # Dayan & Abbott (2001), exercises of chapter 6: V = -68, m = 0.0101, h = 0.9659, n = 0.1559, a = 0.5404.
    assert lo.rest(lo.models.connor_stevens())[variable] == pytest.approx(printed, abs=last_digit / 2 + 1e-12)


def test_b_at_rest_is_that_of_the_exercise_within_their_rounded_rates():
    # Printed: 0.2885, which is b at -67.975 mV, the rest of the 1977 form of the rates; theirs give 0.2887.
    assert lo.rest(lo.models.connor_stevens())["b"] == pytest.approx(0.2885, abs=2e-4)


def test_rate_of_firing_grows_from_zero():
    # Dayan & Abbott, figure 6.1A. SciPy, from the printed formulas: the rest vanishes at 8.114 µA/cm², the
    # fold of the steady current-voltage curve; rates by LSODA at 1e-8.
    axon = lo.models.connor_stevens()
    assert rate(axon, 8.11, 3000) == 0.0
    assert rate(axon, 8.12, 3000) < 1.0
    assert rate(axon, 8.15, 3000) == pytest.approx(2.046, abs=0.001)
    assert rate(axon, 9.0, 1000) == pytest.approx(18.547, abs=0.001)


def test_rate_of_firing_jumps_when_the_a_current_is_removed():
    # Dayan & Abbott, figure 6.1C; the leak is moved so that the rest stays.
    without = lo.models.connor_stevens().replace(g_A=0, E_leak=-67.8)
    assert lo.rest(without).v == pytest.approx(lo.rest(lo.models.connor_stevens()).v, abs=0.1)
    rates = np.array([rate(without, amplitude, 500) for amplitude in np.arange(6.8, 7.6, 0.1)])
    assert rates[0] == 0.0
    assert rates[rates > 0].min() > 50
