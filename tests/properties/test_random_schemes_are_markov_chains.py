"""Random chains: steady states are those of exact arithmetic, propagators those of SciPy, and no occupancy is lost."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm, null_space

import loligo as lo
from loligo.kernel.markov import propagators, steady_occupancies, time_constants
from reference.schemes import random_generator

seeds = st.integers(0, 2**32 - 1)


def whole(q):
    return q - np.diag(q.sum(axis=1))


def exact_steady(q):
    """Return the steady occupancies by elimination in fractions, which round nothing."""
    n = len(q)
    rows = [[Fraction(float(q[j, i])) for j in range(n)] for i in range(n)]
    for i in range(n):
        rows[i][i] = -sum(Fraction(float(x)) for x in q[i])
    rows[-1] = [Fraction(1)] * n
    right = [Fraction(0)] * (n - 1) + [Fraction(1)]
    for i in range(n):
        pivot = next(k for k in range(i, n) if rows[k][i])
        rows[i], rows[pivot], right[i], right[pivot] = rows[pivot], rows[i], right[pivot], right[i]
        for k in range(n):
            if k != i and rows[k][i]:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=True)]
                right[k] -= factor * right[i]
    return [right[i] / rows[i][i] for i in range(n)]


@settings(max_examples=80)
@given(seeds, st.integers(2, 7), st.sampled_from([1.0, 4.0, 12.0]))
def test_each_steady_occupancy_has_its_own_digits(seed, states, spread):
    q = random_generator(np.random.default_rng(seed), states, spread)
    found = steady_occupancies(q[None])[0]
    for own, exact in zip(found.tolist(), exact_steady(q), strict=True):
        assert abs(Fraction(own) - exact) <= exact * Fraction(1, 10**14)


@pytest.mark.parametrize("states", range(2, 13))
def test_bursts_of_chains_agree_with_scipy(states):
    random = np.random.default_rng(states)
    chains = np.array([random_generator(random, states, 1.5) for _ in range(400)])
    times = 10.0 ** random.uniform(-3, 1.5, len(chains))
    steady, moved, slow = steady_occupancies(chains), propagators(chains, times), time_constants(chains)
    assert np.abs(steady.sum(axis=1) - 1).max() < 1e-15 * states
    assert np.abs(moved.sum(axis=2) - 1).max() < 1e-15 * states
    assert min(moved.min(), steady.min()) >= 0
    for k, q in enumerate(chains):
        assert np.abs(moved[k] - expm(whole(q) * times[k])).max() < 1e-9  # SciPy's own error grows with the norm
        flow = steady[k] @ whole(q)
        assert np.abs(flow).max() < 1e-14 * np.abs(whole(q)).max()
        if k < 40:
            kernel = null_space(whole(q).T, rcond=1e-13)[:, 0]
            assert np.abs(steady[k] - kernel / kernel.sum()).max() < 1e-9
            assert slow[k, 0] == pytest.approx(-1 / np.sort(np.linalg.eigvals(whole(q)).real)[-2], rel=1e-6)


@settings(max_examples=60)
@given(seeds, st.integers(2, 8))
def test_long_times_end_in_the_steady_state_whatever_the_stiffness(seed, states):
    q = random_generator(np.random.default_rng(seed), states, 6.0)
    moved = propagators(q[None], np.array([1e30]))[0]
    assert np.abs(moved - steady_occupancies(q[None])[0]).max() < 1e-13


@settings(max_examples=60)
@given(seeds, st.integers(2, 8))
def test_two_times_are_one_after_the_other(seed, states):
    random = np.random.default_rng(seed)
    q = random_generator(random, states, 3.0)
    s, t = 10.0 ** random.uniform(-4, 3, 2)
    one, two, both = propagators(np.tile(q, (3, 1, 1)), np.array([s, t, s + t]))
    assert np.abs(one @ two - both).max() < 1e-13


def test_a_part_that_is_never_left_takes_all():
    q = np.zeros((4, 4))
    q[0, 1], q[1, 2], q[2, 3], q[3, 2] = 1.0, 2.0, 3.0, 5.0
    assert steady_occupancies(q[None])[0].tolist() == pytest.approx([0.0, 0.0, 0.625, 0.375], rel=1e-15)


def test_two_closed_parts_have_no_unique_steady_state():
    q = np.zeros((3, 3))
    q[0, 1] = q[0, 2] = 1.0
    assert np.isnan(steady_occupancies(q[None])).all()
    q[1, 0] = np.inf
    assert np.isnan(propagators(q[None], np.array([1.0]))).any()


def random_transitions(random, spread, steepest):
    """Return a random generator at 0 mV, the slopes of its rates over v, names of states, and their transitions."""
    states = int(random.integers(2, 6))
    q, slopes = random_generator(random, states, spread), random.uniform(-steepest, steepest, (states, states))
    names = [f"s{k}" for k in range(states)]
    pairs = [(a, b) for a in range(states) for b in range(a) if q[a, b] or q[b, a]]

    def rate(a, b):
        return f"{float(q[a, b])!r}*exp({float(slopes[a, b])!r}*v)" if q[a, b] else None

    return q, slopes, names, [(names[a], names[b], rate(a, b), rate(b, a)) for a, b in pairs]


@pytest.mark.parametrize("seed", range(6))
def test_random_membranes_hold_and_step_as_scipy_says(seed):
    random = np.random.default_rng(seed)
    q, slopes, names, transitions = random_transitions(random, 1.0, 0.02)
    opened = names[int(random.integers(len(names)))]
    scheme = lo.Scheme("S", names, transitions, open=opened)
    membrane = lo.Membrane(lo.Channel("S", g=1, E=0, open=scheme), lo.Channel("leak", g=0.1, E=-70))
    run = lo.voltage_clamp(membrane, lo.Step(70, start=2, stop=7), 15, holding=-60, sampling=0.5)

    def at(v):
        return whole(q * np.exp(slopes * v))

    p = null_space(at(-60.0).T)[:, 0]
    p /= p.sum()
    for t, row in zip(run.t, np.array([run[f"S_{name}"] for name in names]).T, strict=True):
        parts = np.diff(np.clip([0, 2, 7, 15], 0, t))
        moved = p @ expm(at(-60.0) * parts[0]) @ expm(at(10.0) * parts[1]) @ expm(at(-60.0) * parts[2])
        assert np.abs(row - moved).max() < 1e-12
        assert abs(row.sum() - 1) < 1e-15
    moving = lo.voltage_clamp(
        membrane, lo.Step(70, start=2, stop=7) + lo.Ramp(1e-12, start=0, stop=15), 15, holding=-60
    )
    still = lo.voltage_clamp(membrane, lo.Step(70, start=2, stop=7), 15, holding=-60)
    assert np.abs(moving[f"S_{opened}"] - still[f"S_{opened}"]).max() < 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_random_membranes_rest_where_their_current_vanishes(seed):
    random = np.random.default_rng(seed)
    _, _, names, transitions = random_transitions(random, 2.0, 0.15)
    scheme = lo.Scheme("S", names, transitions, open=names[-1])
    membrane = lo.Membrane(lo.Channel("S", g=1, E=30, open=scheme), lo.Channel("leak", g=0.3, E=-70))
    v = np.linspace(-75, 35, 20_001)
    current = lo.rates(membrane, v)["S"].open * (v - 30) + 0.3 * (v + 70)
    zeros = v[:-1][current[:-1] * current[1:] <= 0]
    rest = lo.rest(membrane)
    found = sorted([rest.v, *(other.v for other in rest.others)])
    assert found == pytest.approx(zeros.tolist(), abs=0.01)
    for one in (rest, *rest.others):
        steady = lo.rates(membrane, one.v)["S"].inf
        assert [one[f"S_{name}"] for name in names] == pytest.approx([steady[name] for name in names], abs=1e-12)
