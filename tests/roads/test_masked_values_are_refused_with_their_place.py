"""A masked value is never played: the message says which it is."""

import numpy as np
import pandas as pd
import pint
import pytest

import loligo as lo

SQUID = lo.models.squid()
MASKED = np.ma.array([0.0, 99.0, 2.0], mask=[0, 1, 0])


@pytest.mark.parametrize(
    ("door", "where"),
    [
        (lambda: lo.Samples(MASKED, dt=1.0), r"\[1\] is masked"),
        (lambda: lo.Samples(pint.Quantity(MASKED, "uA/cm**2"), dt=1.0), r"\[1\] is masked"),
        (lambda: lo.Population(SQUID, g_K=MASKED), r"g_K\[1\] is masked"),
        (lambda: lo.Population(SQUID, {"g_K": MASKED}), r"g_K\[1\] is masked"),
        (lambda: lo.Population(SQUID, {"g_K": pd.array([1.0, 2.0, None], dtype="Float64")}), r"g_K\[2\] is masked"),
        (lambda: lo.Population(SQUID, {"g_K": pd.Series([None, None, 3], dtype="Int64")}), r"g_K\[0\] is masked, as"),
        (lambda: lo.Population(SQUID, g_K=[36.0, np.ma.masked]), r"g_K\[1\] is masked"),
        (lambda: lo.Population(SQUID, g_K=[36.0, pd.NA]), r"g_K\[1\] is masked"),
        (lambda: lo.Step(np.ma.masked), "amplitude of Step is masked"),
        (lambda: SQUID.replace(g_K=pd.NA), "g_K.* is masked"),
        (lambda: lo.rates(SQUID, np.ma.array([[1.0, 2.0], [3.0, 4.0]], mask=[[0, 0], [1, 0]])), r"\[1, 0\] is masked"),
        (lambda: lo.simulate(SQUID, lo.Step(1.0), 5, sampling=MASKED), r"sampling.*\[1\] is masked"),
        (lambda: lo.simulate(SQUID, lo.Step(1.0), 5, initial=np.ma.masked_equal([0, 9, 0, 0], 9)), r"\[1\] is m"),
        (lambda: lo.fi_curve(SQUID, MASKED), r"amplitudes\[1\] is masked"),
        (lambda: lo.strength_duration(SQUID, MASKED), r"durations\[1\] is masked"),
        (lambda: lo.Pulses(1.0, onsets=MASKED, width=0.5), "onset 1 of Pulses is masked"),
    ],
)  # fmt: skip
def test_masked_values_are_named(door, where):
    with pytest.raises(lo.ArgumentError, match=where):
        door()


def test_an_array_with_an_empty_mask_is_an_array():
    whole = np.ma.array([0.0, 1.0, 2.0], mask=[0, 0, 0])
    assert lo.Samples(whole, dt=1.0) == lo.Samples([0, 1, 2], dt=1.0)
    assert lo.Step(np.ma.array(3.0)) == lo.Step(3.0)
    column = pd.array([100.0, 120.0], dtype="Float64")
    assert lo.Population(SQUID, {"g_Na": column}).member(1) == {"g_Na": 120.0}
