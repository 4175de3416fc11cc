"""Minima, peaks, spikes and their times of random linear membranes are within 10 tolerances of closed forms."""

import numpy as np
import pytest

import loligo as lo
from analytic.linear_crowds import KINDS, TWO, Crowd

FEATURES = ("minimum_voltage", "peak_voltage", "spike_count")
MEMBERS = 16


@pytest.mark.parametrize(
    ("method", "precision", "tolerance", "fastest"),
    [
        ("explicit", "double", 1e-3, 30.0),
        ("auto", "double", 1e-4, 1e7),
        ("rosenbrock", "double", 1e-3, 1e7),
        ("rosenbrock", "double", 1e-6, 1e5),
        ("explicit", "single", 1e-4, 30.0),
    ],
)
def test_every_feature_of_v(method, precision, tolerance, fastest):
    rng = np.random.default_rng(round(-10 * np.log10(tolerance) + fastest))
    for kind in KINDS:
        crowd = Crowd.of(kind, MEMBERS, rng, fastest=fastest, tolerance=tolerance)
        table = lo.Population.table(TWO, crowd.columns).run(
            crowd.stimulus, crowd.duration, features=FEATURES, tolerance=tolerance, method=method,
            precision=precision, spike_times=100, progress=False,
        )  # fmt: skip
        assert crowd.faults(table, tolerance, rounding=1e-5 * (precision == "single")) == [], kind


@pytest.mark.parametrize(("method", "fastest"), [("explicit", 30.0), ("rosenbrock", 1e7)])
def test_spikes_alone_can_be_requested(method, fastest):
    rng = np.random.default_rng(7)
    for kind in KINDS:
        crowd = Crowd.of(kind, MEMBERS, rng, fastest=fastest, tolerance=1e-4)
        table = lo.Population.table(TWO, crowd.columns).run(
            crowd.stimulus, crowd.duration, features="spike_count", method=method, progress=False
        )
        levels = -crowd.columns["E_leak"]
        expected = [trace.spikes(level, 1e-2) for trace, level in zip(crowd.traces, levels, strict=True)]
        for true, counted in zip(expected, table.spike_count, strict=True):
            assert true in (-1, counted), kind
