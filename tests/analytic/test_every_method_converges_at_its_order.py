"""Halving the step divides the error of every method by two to its order, at the ends of steps and between them.

The steps are made equal by edges: a current of zero with as many knots as there shall be steps.
"""

import math
from itertools import pairwise

import numpy as np
import pytest

import loligo as lo
from analytic.closed_forms import SMALL, TANGENT, TANGENT_START, WAVE, tangent
from loligo.integrate import METHODS

END = 16.0
FINEST = 1e-12  # smaller errors are those of rounding


def error(method, steps, times):
    """Return the largest relative error of a run in so many equal steps."""
    edges = lo.Samples(np.zeros(steps + 1), dt=END / steps)
    recording = lo.simulate(
        TANGENT, WAVE + edges, END, initial=TANGENT_START, method=method, tolerance=1e-2, sampling=times
    )
    assert (recording.settings.steps, recording.settings.rejected) == (steps, 0)
    return float((np.abs(recording.states - tangent(times)) / [TANGENT_START["v"], SMALL]).max())


def order(method, times_of):
    """Return the order that is seen in the finest halving above the noise."""
    errors = [error(method, steps, times_of(steps)) for steps in (8, 16, 32, 64, 128, 256)]
    return [math.log2(coarse / fine) for coarse, fine in pairwise(errors) if fine > FINEST][-1]


@pytest.mark.parametrize("method", METHODS)
def test_at_the_ends_of_steps(method):
    assert order(method, lambda steps: END / steps * np.arange(1, steps + 1)) == pytest.approx(
        METHODS[method].order, abs=0.25
    )


@pytest.mark.parametrize("method", METHODS)
def test_between_steps(method):
    assert order(method, lambda steps: np.linspace(0, END, 2003)) == pytest.approx(METHODS[method].order, abs=0.25)


@pytest.mark.parametrize("method", METHODS)
def test_the_error_of_a_run_keeps_pace_with_the_tolerance(method):
    # v of the squid changes by 400 mV/ms in a spike: 1e4 mV for a tolerance of 1 are 2.5 µs for one of 1e-7
    times, squid = np.linspace(0, 100, 701), lo.models.squid()
    exact = lo.simulate(squid, lo.Step(10.0), 100, tolerance=1e-13, sampling=times).states
    for tolerance in (1e-4, 1e-6, 1e-8, 1e-10):
        recording = lo.simulate(squid, lo.Step(10.0), 100, method=method, tolerance=tolerance, sampling=times)
        assert np.abs(recording.states - exact).max() < 1e4 * tolerance
