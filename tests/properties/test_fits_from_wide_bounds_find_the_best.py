"""Starts from bounds of many orders of magnitude come to the best fit of random channels with two gates."""

import numpy as np
import pytest

import loligo as lo
from loligo.fitting.bounds import box_of
from loligo.fitting.clamped import ClampedMembrane
from loligo.fitting.grid import grid_of
from loligo.fitting.problem import ENOUGH, Problem

LEVELS = (-60, -40, -20, 0, 20, 40)  # mV
BOUNDS = {f"p{k}": (1e-7, 1e3) if k % 2 else (1e-7, 0.4) for k in range(1, 9)} | {"g_X": (0.1, 10)}


def steps():
    parts, begin = [lo.Step(0.0)], 10.0
    for level in LEVELS:
        for height, start, stop in ((level + 80, 0, 200), (40, 200, 300), (-40, 300, 350)):
            parts.append(lo.Step(float(height), start=begin + start, stop=begin + stop))
        begin += 450
    return sum(parts[1:], parts[0]), begin


def channel(rng):
    constants = {}
    for k, (half, slow) in enumerate(((rng.uniform(-40, 10), 2.0), (rng.uniform(-80, -20), 2.0))):
        width, tau, share = rng.uniform(8, 30), 10 ** rng.uniform(-0.4, slow), rng.uniform(0.2, 0.8)
        up, down = share / width, (1 - share) / width
        constants |= {f"p{4 * k + 1}": 0.5 / tau * np.exp(-up * half), f"p{4 * k + 2}": up}
        constants |= {f"p{4 * k + 3}": 0.5 / tau * np.exp(down * half), f"p{4 * k + 4}": down}
    opening = lo.Gate("a", alpha="p1*exp(p2*v)", beta="p3*exp(-p4*v)")
    closing = lo.Gate("r", alpha="p7*exp(-p8*v)", beta="p5*exp(p6*v)")
    return lo.Membrane(lo.Channel("X", g=1.0, E=-85.0, open=opening * closing), constants=constants, name="X")


def measured(membrane, seed):
    command, end = steps()
    made = lo.voltage_clamp(membrane, command, end, holding=-80)
    current = np.asarray(made.ionic_current)
    noise = 0.02 * np.abs(current).max()
    noisy = current + np.random.default_rng(seed).normal(0, noise, current.size)
    return lo.Sweep(made.t, current=noisy, command=command, holding=-80), noise


def test_nearly_every_start_comes_as_low_as_the_truth():
    low, total = 0, 0
    for seed in range(4):
        sweep, noise = measured(channel(np.random.default_rng(seed)), seed)
        found = lo.fit(channel(np.random.default_rng(99)), sweep, BOUNDS, starts=6, seed=seed, threads=1)
        low += sum(run.misfit < 1.01 * noise for run in found.runs)
        total += 6
    assert low >= 0.9 * total


def test_the_way_down_is_found_at_some_of_the_samples():
    membrane = channel(np.random.default_rng(3))
    sweep, noise = measured(membrane, 3)
    clamped = ClampedMembrane(membrane, [sweep], list(BOUNDS))
    problem = Problem(clamped, box_of(membrane, BOUNDS, clamped.exponents), np.array([noise]))
    truth = np.array([membrane[name] for name in BOUNDS])
    coarse = problem.coarse
    assert ENOUGH < coarse.samples < 2 * ENOUGH < problem.samples / 10
    (grid,) = coarse.clamped.grids
    ((misfit, slopes),), ((fine, steep),) = coarse.residuals(truth), problem.residuals(truth)
    assert misfit == pytest.approx(fine[grid.kept], abs=1e-12)  # exact where the command is constant
    assert slopes == pytest.approx(steep[grid.kept], rel=1e-9, abs=1e-9 * np.abs(steep).max())


def test_samples_are_close_after_jumps_and_windows():
    command = lo.Step(50.0, start=300.0) + lo.Ramp(20.0, start=500.0, stop=900.0)
    t = np.arange(0, 1000, 0.1)
    sweep = lo.Sweep(t, current=np.zeros(t.size), command=command, holding=-80, exclude=[(700, 710)])
    kept = grid_of(sweep, every=50).kept
    for begin in (0.0, 300.0, 710.0):
        k = int(np.searchsorted(t[kept], begin - 1e-9))
        assert np.diff(kept[k : k + 5]).tolist() == [1, 1, 1, 1]
    gaps = np.diff(kept)
    assert 50 <= gaps.max() <= 101 + 50  # the window itself is a gap
    assert np.median(gaps) == 50


def test_a_current_within_the_noise_is_fitted_to_all_samples():
    membrane = channel(np.random.default_rng(3))
    sweep, noise = measured(membrane, 3)
    clamped = ClampedMembrane(membrane, [sweep], list(BOUNDS))
    problem = Problem(clamped, box_of(membrane, BOUNDS, clamped.exponents), np.array([50 * noise]))
    assert problem.coarse is problem
