"""The steps of a fit are made at once, however many pieces a recorded command has; they end where v or samples do."""

import sys

import numpy as np
import pytest

import loligo as lo
from loligo.fitting.grid import grid_of


def recorded(knots, between):
    rng = np.random.default_rng(knots)
    command = lo.Samples(rng.normal(0, 10, knots), dt=0.1, between=between) + lo.Sine(5, frequency=0.1, start=1, stop=3)
    t = np.arange(knots) * 0.1
    return lo.Sweep(t, current=np.zeros(knots), command=command, holding=-70, exclude=[(2, 4)])


def python_calls(function):
    count = 0

    def called(frame, event, arg):
        nonlocal count
        count += event == "call"

    sys.setprofile(called)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("between", ["line", "hold"])
def test_python_calls_do_not_grow_with_pieces(between):
    calls = []
    for knots in (100, 3000):
        sweep = recorded(knots, between)
        pieces = python_calls(lambda sweep=sweep: sweep.command.joined(float(sweep.t[-1])))
        calls.append(python_calls(lambda sweep=sweep: grid_of(sweep)) - pieces)
    assert calls[1] < calls[0] + 20


@pytest.mark.parametrize("between", ["line", "hold"])
def test_steps_reach_every_sample_at_the_commanded_potential(between):
    sweep = recorded(200, between)
    grid = grid_of(sweep)
    ends = np.cumsum(grid.lengths)
    at = np.flatnonzero(grid.sampled >= 0)
    assert grid.sampled[at].tolist() == list(range(grid.kept.size))
    assert ends[at] == pytest.approx(sweep.t[grid.kept], abs=1e-9)
    inner = at[:-1]  # the last sample ends the last piece
    assert grid.potentials[grid.sample_nodes[inner]] == pytest.approx(sweep.played[grid.kept][:-1], abs=1e-9)
    moved = np.abs(np.diff(grid.potentials[grid.nodes[:, [0, 2]]]))
    assert moved.max() <= 0.5 + 1e-9
