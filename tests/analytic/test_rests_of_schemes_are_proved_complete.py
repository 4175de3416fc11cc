"""Bounds of steady occupancies hold, narrow with the rates, and show which rests of kinetic schemes are all of them."""

import numpy as np
import pytest
from scipy.optimize import brentq

import loligo as lo
from loligo.kernel.markov import steady_occupancies
from loligo.resting.bounds import Cells, SteadySlope
from loligo.resting.chains import Chains
from reference.schemes import random_generator, ring, squid


def chain(random, spread, states=None):
    """Return rates, where they lead, and slopes of their logarithms, of a random connected chain."""
    states = int(random.integers(2, 9)) if states is None else states
    q = random_generator(random, states, spread)
    begin, end = np.nonzero(q)
    return (
        q[begin, end],
        list(zip(begin.tolist(), end.tolist(), strict=True)),
        random.uniform(-1, 1, begin.size),
        states,
    )


def at(rates, slopes, ways, states, x):
    """Return steady occupancies of chains whose rates are exponentials of x."""
    q = np.zeros((x.size, states, states))
    for k, (a, b) in enumerate(ways):
        q[:, a, b] = rates[k] * np.exp(slopes[k] * x)
    return steady_occupancies(q)


@pytest.mark.parametrize("spread", [0.5, 2.0, 5.0])
@pytest.mark.parametrize("seed", range(25))
def test_occupancies_and_their_derivatives_lie_within_bounds(seed, spread):
    random = np.random.default_rng(seed)
    rates, ways, slopes, states = chain(random, spread)
    widths = []
    for half in (0.1, 0.01, 0.001):
        x = np.linspace(-half, half, 41)
        low, high = rates * np.exp(-np.abs(slopes) * half), rates * np.exp(np.abs(slopes) * half)
        chains = Chains(ways, states, (low[None], high[None]))
        least, most = chains.occupancies
        found = at(rates, slopes, ways, states, x)
        assert (found >= least).all()
        assert (found <= most).all()
        ends = np.stack([slopes * low, slopes * high])
        first, last = chains.derivatives((ends.min(axis=0)[None], ends.max(axis=0)[None]))
        step = 1e-5
        slope = (at(rates, slopes, ways, states, x + step) - at(rates, slopes, ways, states, x - step)) / (2 * step)
        slack = 1e-9 + 1e-6 * np.abs(slope)
        assert (slope >= first - slack).all()
        assert (slope <= last + slack).all()
        widths.append([(most - least).max(), (last - first).max()])
    widths = np.array(widths)
    assert np.isfinite(widths[1:]).all()
    assert (widths[2] < 0.15 * widths[1] + 1e-9).all()
    assert widths[2].max() < 0.1


def test_chains_without_a_unique_steady_state_have_no_bounds():
    low = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, np.nan], [1.0, -1.0, 1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    high = np.array([[1.0, 3.0, 1.0], [1.0, 1.0, np.nan], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [1.0, np.inf, 1.0]])
    chains = Chains([(0, 1), (1, 0), (1, 2)], 3, (low, high))
    least, most = chains.occupancies
    assert (least[1:] == 0).all()
    assert (most[1:] == 1).all()
    first, last = chains.derivatives((low * 0, low * 0))
    assert np.isinf(first[1:]).all()
    assert np.isinf(last[1:]).all()


@pytest.mark.parametrize("current", [-20.0, 0.0, 6.0, 150.0])
def test_rests_of_schemes_are_as_complete_as_those_of_gates(current):
    rest, other = lo.rest(squid(), current), lo.rest(lo.models.squid(), current)
    assert rest.complete
    assert other.complete
    assert rest.v == pytest.approx(other.v, abs=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_where_they_are_shown_there_are_no_others(seed):
    random = np.random.default_rng(seed)
    rates, ways, slopes, states = chain(random, 1.0, states=int(random.integers(2, 6)))
    names = [f"s{k}" for k in range(states)]
    given = {
        (a, b): f"{r!r}*exp({s!r}*v/6)" for (a, b), r, s in zip(ways, rates.tolist(), slopes.tolist(), strict=True)
    }
    pairs = sorted({tuple(sorted(way)) for way in ways})
    transitions = [(names[a], names[b], given.get((a, b)), given.get((b, a))) for a, b in pairs]
    transitions = [(a, b, way, back) if way else (b, a, back, None) for a, b, way, back in transitions]
    scheme = lo.Scheme("S", names, transitions, open=names[0])
    membrane = lo.Membrane(
        lo.Channel("S", g=2, E=random.uniform(0, 60), open=scheme),
        lo.Channel("leak", g=0.2, E=random.uniform(-90, -40)),
    )
    rest = lo.rest(membrane)
    assert rest.complete
    v = np.linspace(-150, 150, 60_001)
    channel, leak = membrane.parts
    drive = 2 * lo.rates(membrane, v)["S"].open * (v - channel.E) + 0.2 * (v - leak.E)
    assert np.count_nonzero(drive[:-1] * drive[1:] < 0) == 1 + len(rest.others)


def test_a_rest_that_hides_beside_another_is_not_denied():
    """Where the current just touches the one that is injected, no bounds tell two rests from none."""
    scheme = lo.Scheme("S", ["C", "O"], [("C", "O", "exp(v/10)", "exp(-v/10)")], open="O")
    membrane = lo.Membrane(lo.Channel("S", g=1, E=40, open=scheme), lo.Channel("leak", g=0.2, E=-40))

    def drive(v):
        return (v - 40) / (1 + np.exp(-v / 5)) + 0.2 * (v + 40)

    def slope(v):
        opened = 1 / (1 + np.exp(-v / 5))
        return opened + (v - 40) * opened * (1 - opened) / 5 + 0.2

    top = drive(brentq(slope, -30, -5, xtol=1e-14))
    assert not lo.rest(membrane, top).complete
    for beside, count in ((-1e-4, 3), (1e-4, 1)):
        rest = lo.rest(membrane, top + beside)
        assert (1 + len(rest.others), rest.complete) == (count, True)


def test_the_slope_of_the_squid_lies_within_its_bounds():
    membrane = squid()
    slope = SteadySlope(membrane, 3.0)
    low = np.linspace(-60, 100, 80)
    cells = Cells(low, low + 0.05, np.empty((low.size, 2, 0)), 1.0)
    values, steep = slope.values(cells), slope.derivatives(cells)
    gates = SteadySlope(lo.models.squid(), 3.0)
    for part in np.linspace(0, 0.05, 7):
        points = Cells(low + part, low + part, cells.x, 1.0)
        for own, exact in ((values, gates.values(points)), (steep, gates.derivatives(points))):
            middle = 0.5 * (exact[0] + exact[1])
            slack = 1e-8 * (1 + np.abs(middle))
            assert (own[0] <= middle + slack).all()
            assert (own[1] >= middle - slack).all()
    assert np.isfinite(steep).all()


def test_nothing_is_proved_where_schemes_have_no_steady_state():
    membrane = ring()
    with pytest.raises(lo.RestError, match="has no equilibrium between"):
        lo.rest(membrane, 1e6)
