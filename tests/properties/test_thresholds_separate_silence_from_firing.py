"""Whatever the numbers: at a threshold's value the membrane fires, at the other end of its bracket it is silent."""

import math

from hypothesis import assume, given
from hypothesis import strategies as st

import loligo as lo
from properties.strategies import SQUID, numbers


def squids():
    """Squid axons that rest and can fire."""
    return st.builds(
        SQUID.replace, g_Na=numbers(100, 200), g_K=numbers(25, 50), C=numbers(0.7, 1.5), celsius=numbers(3, 15)
    )


@given(
    membrane=squids(),
    width=numbers(0.3, 15),
    sign=st.sampled_from((-1.0, 1.0)),
    resolution=st.sampled_from((1e-1, 1e-4)),
)
def test_bracket(membrane, width, sign, resolution):
    stimulus = lo.Step(sign, start=1, stop=1 + width)
    assume(lo.rest(membrane).stable)
    try:
        found = lo.threshold(membrane, stimulus, resolution=resolution)
    except lo.ThresholdError:
        assert sign < 0  # not every membrane has an anode break
        return
    silent, firing = found.bracket
    assert firing == found.value
    assert math.copysign(1, firing) == sign
    assert abs(silent) < abs(firing) <= abs(silent) + resolution
    for amplitude, spikes in ((silent, False), (firing, True)):
        played, settings = stimulus.with_amplitude(amplitude), {"tolerance": found.tolerance, "sampling": None}
        run = lo.simulate(membrane, played, found.duration, **settings)
        assert (run.spikes.size > 0) is spikes


@given(factor=numbers(0.2, 5), width=numbers(0.5, 15))
def test_the_amplitude_given_does_not_matter(factor, width):
    one = lo.threshold(SQUID, lo.Step(1.0, stop=width), resolution=1e-3)
    assert lo.threshold(SQUID, lo.Step(factor, stop=width), resolution=1e-3) == one


@given(width=numbers(0.5, 15))
def test_a_sum_is_scaled_as_a_whole(width):
    alone = lo.threshold(SQUID, lo.Step(1.0, stop=width), resolution=1e-6)
    halves = lo.Step(2.0, stop=width) + lo.Step(3.0, stop=width)
    both = lo.threshold(SQUID, halves, resolution=1e-6)
    assert abs(5 * both.value - alone.value) < 1e-5
    assert (both.unit, alone.unit) == ("", "µA/cm²")
