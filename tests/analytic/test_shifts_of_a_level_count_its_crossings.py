"""The least shift of a level at which a trace crosses it a number of times is that of brute force."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from loligo.analysis.nearness import shift_for


def crossings(v, level):
    return np.count_nonzero((v[:-1] < level) & (v[1:] >= level))


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=14), st.integers(1, 4))
def test_it_is_the_least_that_brute_force_finds(values, count):
    v, level = np.array(values) + 0.5, 0.0
    shifts = np.arange(-40, 41) / 4.0
    enough = [abs(shift) for shift in shifts if crossings(v, level + shift) >= count]
    found = shift_for(count, v, level)
    if not enough:
        assert math.isnan(found)
        return
    assert abs(found) <= min(enough) <= abs(found) + 0.25  # a trough must lie below a level
    beyond = found + 0.25 * np.sign(found) * (found > 0)
    assert crossings(v, level + beyond) >= count


def test_low_peaks_and_high_troughs_have_different_signs():
    assert shift_for(2, np.array([-9.0, 5, -5, -2, -9]), 0.0) == -2.0
    assert shift_for(2, np.array([-9.0, 5, 3, 6, -9]), 0.0) == 3.0
    assert math.isnan(shift_for(2, np.array([-9.0, 5, -9]), 0.0))
    assert shift_for(1, np.array([-9.0, 5, -9]), 0.0) == 0.0
