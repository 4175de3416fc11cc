"""A rest whose unstable directions v does not act on is left, whoever asks: an oscillator of states drives a current.

A displacement of v alone dies out there, and the run stays at the rest for ever.
"""

import re

import numpy as np
import pytest

import loligo as lo
from loligo.resting import departure, start_at_rest

pytestmark = pytest.mark.filterwarnings("ignore::loligo.UnstableRestWarning")
RATE = 0.01  # 1/ms
MEMBRANES = 8  # of each kind


def membrane(current, states, numbers, **settings):
    return lo.Membrane(
        lo.Channel("leak", g=0.1, E=-60.0), lo.Current("drive", f"-6.0*{current}"),
        *(lo.State(name, f"{RATE}*({law})", initial=initial, minimum=least) for name, law, initial, least in states),
        C=1.0, constants=numbers, **settings,
    )  # fmt: skip


BRUSSELATOR = membrane(
    "x**2/(x**2 + 4)",
    [("x", "A - (B + 1)*x + x**2*y", 0.5, 0.0), ("y", "B*x - x**2*y", 2.5, 0.0)],
    {"A": 1.0, "B": 3.0}, spike_level=-30.0, name="Brusselator",
)  # fmt: skip
SCHNAKENBERG = membrane(
    "x", [("x", "A - x + x**2*y", 0.5, 0.0), ("y", "B - x**2*y", 2.5, 0.0)],
    {"A": 0.08, "B": 0.6}, spike_level=-10.0, name="Schnakenberg",
)  # fmt: skip
RING = membrane(
    "x",
    [(a, f"A/(1 + {b}**B) - {a}", 1.0 + k, 0.0) for k, (a, b) in enumerate([("x", "y"), ("y", "z"), ("z", "x")])],
    {"A": 8.0, "B": 4.0}, spike_level=30.0, name="ring of repressors",
)  # fmt: skip
DRAWN = {  # numbers beyond the Hopf bifurcation, and the equilibrium in closed form
    "Brusselator": (
        BRUSSELATOR,
        lambda u, w: (0.7 + 0.6 * u, 1.5 + (0.7 + 0.6 * u) ** 2 + w),
        lambda a, b: {"x": a, "y": b / a},
    ),
    "Schnakenberg": (
        SCHNAKENBERG,
        lambda u, w: (0.04 + 0.08 * u, 0.5 + 0.2 * w),
        lambda a, b: {"x": a + b, "y": b / (a + b) ** 2},
    ),
    "ring": (RING, lambda u, w: (6.0 + 4.0 * u, 4.0 + 2.0 * w), lambda a, b: {}),
}


def drawn(kind, seed):
    base, numbers, where = DRAWN[kind]
    a, b = numbers(*np.random.default_rng(seed).uniform(size=2))
    return base.replace(A=a, B=b), where(a, b)


def ticks(run):
    """Return how often v rises through its middle in the last half of a run, from traces at every ms."""
    v = run.v[run.v.size // 2 :]
    above = v > 0.5 * (v.min() + v.max())
    return np.count_nonzero(above[1:] & ~above[:-1]) if np.ptp(v) > 1.0 else 0


@pytest.mark.parametrize("seed", range(MEMBRANES))
@pytest.mark.parametrize("kind", DRAWN)
def test_runs_leave_it_and_end_where_runs_from_afar_end(kind, seed):
    firing, where = drawn(kind, seed)
    rest = lo.rest(firing)
    assert not rest.stable
    for name, value in where.items():
        assert rest[name] == pytest.approx(value, rel=1e-9)
    run = lo.simulate(firing, None, 20_000, sampling=1.0)
    afar = lo.simulate(firing, None, 20_000, initial={name: 1.2 * rest[name] for name in ("x", "y")}, sampling=1.0)
    assert ticks(run) > 2
    assert abs(ticks(run) - ticks(afar)) <= 1


def as_long_as_the_ring(membrane):
    """Return a membrane with as many variables as the ring, so that lanes are compiled once: one that stays at 0."""
    if len(membrane.states) == 3:
        return membrane
    constants = {name: (constant.value, constant.unit) for name, constant in membrane.constants}
    still = lo.State("still", f"-{RATE}*still", initial=0.0)
    return lo.Membrane(
        *membrane.parts, still, C=1.0, constants=constants, spike_level=membrane.spike_level, name=membrane.name
    )


@pytest.mark.parametrize("kind", DRAWN)
def test_members_and_curves_agree_with_runs(kind):
    firing = as_long_as_the_ring(DRAWN[kind][0])
    spikes = lo.simulate(firing, None, 10_000, sampling=None).spikes
    assert spikes.size > 5
    for columns, stimulus in (({"C": [1.0, 1.0]}, lo.Step(0.0)), ({"amplitude": [0.0]}, lo.Step(1.0))):
        table = lo.Population(firing, **columns).run(stimulus, 10_000, features=["spike_count"], progress=False)
        assert (np.abs(table.spike_count - spikes.size) <= 1).all()
        assert set(table.reason) == {"began just above its rest, which is unstable"}
    curve = lo.fi_curve(firing, [0.0, 0.01], cycles=False)
    for branch in (curve.step, curve.up):
        np.testing.assert_allclose(branch.steady, 1e3 / np.diff(spikes)[-1], rtol=1e-3)


def test_an_oscillator_beside_a_pacemaker_leaves_its_rest_too():
    # v leaves its rest by itself, and does not act on x and y
    squid = lo.models.squid().replace(g_Na=240.0)
    both = lo.Membrane(*squid.parts, *BRUSSELATOR.parts[1:], C=squid.C, constants={"A": 1.0, "B": 3.0}, name="both")
    rest = lo.rest(both)
    assert np.count_nonzero(rest.eigenvalues.real > 0) >= 3
    run = lo.simulate(both, None, 6000, sampling=1.0)
    assert run.spikes.size > 10
    assert np.ptp(run["x"][3000:]) > 1.0


def test_a_rest_at_the_minimum_of_a_state_is_left_inwards():
    growing = lo.Membrane(
        lo.Channel("leak", g=0.1, E=-60.0), lo.Current("drive", "-2.0*x"),
        lo.State("x", "0.01*x*(1 - x)", initial=0.0, minimum=0.0), name="logistic",
    )  # fmt: skip
    rest = next(one for one in (lo.rest(growing), *lo.rest(growing).others) if one["x"] == 0.0)
    beside = departure(growing, 0.0, rest.state)
    assert beside[0] == rest.v + 1.0
    assert beside[1] > 0.0


def test_the_warning_about_a_given_start_names_what_to_displace():
    rest = lo.rest(BRUSSELATOR)
    with pytest.warns(lo.UnstableRestWarning, match=r"give v = .* mV, x = .*, y = .* in initial") as caught:
        lo.simulate(BRUSSELATOR, None, 2.0, initial=rest)
    told = re.findall(r"(\w) = (-?[\d.]+)", str(caught[0].message).split("give ")[1])
    start = {name: rest[name] for name in rest.membrane.variables} | {name: float(x) for name, x in told}
    assert lo.simulate(BRUSSELATOR, None, 10_000, initial=start, sampling=None).spikes.size > 5


@pytest.mark.parametrize("name", ["AB/PD 1", "AB/PD 2", "AB/PD 3"])
def test_where_v_acts_on_what_grows_it_alone_is_displaced(name):
    membrane = lo.models.stomatogastric(name)
    rest = lo.rest(membrane)
    assert not rest.stable
    moved = start_at_rest(membrane) - rest.state
    assert moved[0] != 0.0
    assert not moved[1:].any()
