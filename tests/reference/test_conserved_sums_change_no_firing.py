"""A membrane with conserved sums fires as the same membrane with one variable fewer for each sum does."""

from functools import cache

import numpy as np
import pytest

import loligo as lo
from reference.conserving import PAIRS

AMPLITUDES = {
    "squid of two states": [4.0, 6.5, 12.0],
    "sodium of three states": [-6.4, -4.5, 3.0],
    "calcium in two compartments": [10.0, 13.4, 20.0],
}
WAYS = ("up", "down", "step")


@cache
def curve_of_whole(name):
    return lo.fi_curve(PAIRS[name].whole, AMPLITUDES[name])


@pytest.mark.parametrize("name", PAIRS)
def test_frequencies_reached_in_three_ways(name):
    pair, amplitudes = PAIRS[name], AMPLITUDES[name]
    whole, reduced = curve_of_whole(name), lo.fi_curve(pair.reduced, amplitudes)
    for way in WAYS:
        one, other = whole.branches[way], reduced.branches[way]
        assert one.settled.all()
        np.testing.assert_allclose(one.steady, other.steady, rtol=1e-6)
        np.testing.assert_allclose(one.own, other.own, rtol=1e-6)
    assert (whole.down.steady > whole.up.steady).any()  # the membrane can do two things somewhere
    if name == "squid of two states":
        np.testing.assert_allclose(whole.down.steady, [0.0, 55.0217, 72.9110], atol=1e-3)


@pytest.mark.parametrize("name", PAIRS)
def test_answers_do_not_depend_on_one_another(name):
    membrane, amplitudes = PAIRS[name].whole, AMPLITUDES[name]
    every = curve_of_whole(name)
    for k in (1, 2):
        alone = lo.fi_curve(membrane, amplitudes[k])
        for way in ("up", "step"):
            np.testing.assert_array_equal(alone.branches[way].steady, every.branches[way].steady[k : k + 1])
        np.testing.assert_allclose(alone.down.steady, every.down.steady[k : k + 1], rtol=1e-6)


@pytest.mark.parametrize("name", ["squid of two states", "calcium in two compartments"])
def test_firing_lasts_from_the_same_current(name):
    step = lo.Step(1.0, start=20, stop=180)
    whole, reduced = (
        lo.threshold(one, step, fires="repetitively", duration=200, resolution=1e-3)
        for one in (PAIRS[name].whole, PAIRS[name].reduced)
    )
    assert whole.lasting == pytest.approx(reduced.lasting, abs=1e-8)
    assert "fold of cycles" in whole.lasting_note
    if name == "squid of two states":
        assert whole.lasting == pytest.approx(6.264221, abs=1e-6)
