"""The line of a sum is the exact sum of its terms' lines, rounded once: here once more in fractions."""

import math
import random
from fractions import Fraction

import numpy as np
import pytest

import loligo as lo

END = 70.0
UNEVEN = [
    *(lo.Step(0.1 * k, start=k / 7, stop=k / 7 + 9.1) for k in range(1, 40)),
    lo.Ramp(1e9, start=1 / 3, stop=50),
    lo.Ramp(-1e-9, start=0.7, stop=50),
    lo.Step(1e-300, start=3),
    lo.Noise(2.0, tau=3, seed=1, dt=0.7, start=0.2, stop=55),
    lo.Samples([0.1, 1e16, -3.0, 5e-324], dt=2.3, start=11),
    lo.Pulses(0.3, onsets=(1, 2, 2.5), width=1.1),
]


def exact(terms, t):
    """Return the value and the slope just after t."""
    value = slope = Fraction(0)
    for term in terms:
        own = term.joined(END)
        k = np.searchsorted(own.edges[:-1], t, side="right") - 1
        steepness = Fraction(float(own.slope[k]))
        value += Fraction(float(own.constant[k])) + steepness * (Fraction(float(t)) - Fraction(float(own.edges[k])))
        slope += steepness
    return float(value), float(slope)


def test_every_value_and_slope_is_the_nearest_number():
    total = lo.Sum(UNEVEN).joined(END)
    assert set(total.edges) == {float(t) for term in UNEVEN for t in term.joined(END).edges}
    for t, value, slope in zip(total.edges, total.constant, total.slope, strict=False):
        assert (value, slope) == exact(UNEVEN, t)


def test_the_order_changes_no_bit():
    mixed = random.Random(1).sample(UNEVEN, len(UNEVEN))
    for one, other in zip(lo.Sum(UNEVEN).joined(END), lo.Sum(mixed).joined(END), strict=True):
        np.testing.assert_array_equal(one, other)


def test_ended_terms_leave_nothing():
    draw = random.Random(2).uniform
    steps = [lo.Step(draw(-9, 9), t := draw(0, 50), t + draw(0.1, 9)) for _ in range(1000)]
    ramps = [lo.Ramp(draw(-9, 9), t := draw(0, 50), t + draw(0.1, 9)) for _ in range(1000)]
    total = sum(steps + ramps)
    assert total.stop < 60
    after = total.joined(END)
    assert (after.constant[-1], after.slope[-1]) == (0.0, 0.0)
    assert not np.any(total(np.linspace(total.stop, END, 50)))


def test_subtracting_a_stimulus_removes_it_exactly():
    a, b = lo.Ramp(1 / 3, start=1, stop=40), lo.Sum(UNEVEN[:40])
    times = np.linspace(0, END, 3000)
    np.testing.assert_allclose((a + b - b)(times), a(times), rtol=0, atol=1e-15)
    assert not np.any((b - b)(times))
    assert not np.any((lo.Sine(3.0, 0.1) - lo.Sine(3.0, 0.1))(times))


def test_waves_keep_their_phase_where_other_terms_begin():
    sine, chirp = lo.Sine(3.0, frequency=0.21, phase=0.4, start=2, stop=60), lo.Chirp(2.0, last=0.3, start=5, stop=50)
    total, times = lo.Sum([*UNEVEN[:5], sine, chirp], factor=-2.0), np.linspace(0, END, 700)
    waves = np.where((times >= 2) & (times < 60), 3 * np.sin(math.tau * 0.21 * (times - 2) + 0.4), 0.0)
    turns = 0.001 * (times - 5) + 0.299 / 90 * (times - 5) ** 2
    waves += np.where((times >= 5) & (times < 50), 2 * np.sin(math.tau * turns), 0.0)
    expected = -2 * (np.sum([step(times) for step in UNEVEN[:5]], axis=0) + waves)
    np.testing.assert_allclose(total(times), expected, rtol=0, atol=1e-11)
    assert total.joined(END).offsets[-1] == len(total.joined(END).waves) > 0


@pytest.mark.parametrize(
    "make",
    [
        lambda: lo.Step(1e308, 1) + lo.Step(1e308, 2),
        lambda: lo.Sum([lo.Step(1e308)], factor=10),
        lambda: lo.Ramp(1e300, stop=1e-200) + lo.Step(1.0),
    ],
)
def test_overflow_is_an_error(make):
    with pytest.raises(lo.StimulusError, match="overflows"), np.errstate(over="ignore"):
        make().joined(END)
