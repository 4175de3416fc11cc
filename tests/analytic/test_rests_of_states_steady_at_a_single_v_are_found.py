"""Equilibria are found where a further state settles at one v alone: it sums up v or a state, or grows in proportion.

Closed forms, with SciPy's roots of one equation where there is no formula; random numbers.
"""

import numpy as np
import pytest
from scipy.optimize import brentq

import loligo as lo

DRAWS = 50  # of each kind
SPAN = (-200.0, 200.0)  # mV
LEAK = lo.Channel("leak", g=0.1, E=-50.0)
CA = lo.Channel("Ca", g=0.02, E=120.0, open=lo.Gate("s", inf="1/(1+exp(-(v+30)/8))"))
POOL = lo.State("ca", "0.01*(0.05 - ca) - 0.02*I_Ca", initial=0.1, unit="µM")


FOLLOWING = lo.State("ca", "0.02*(1/(1+exp(-(v+40)/8)) - ca)", initial=0.1, unit="µM")


def regulated(law, name, pool=POOL):
    """Return a membrane whose potassium conductance follows calcium until that reaches its target."""
    gk = lo.State("gk", law, initial=0.01, minimum=0.0)
    return lo.Membrane(LEAK, CA, lo.Current("K", "gk*(v + 90)"), pool, gk, constants={"goal": 0.3}, name=name)


GROWING = {
    "in proportion": regulated("0.001*(ca - goal)*gk", "in proportion"),
    "in proportion, saturating": regulated("0.001*(ca - goal)/(ca + goal)*gk", "saturating"),
    "steadily": regulated("0.001*(ca - goal)", "steadily"),
    "after a pool that follows v": regulated("0.001*(ca - goal)*gk", "after a pool that follows v", FOLLOWING),
}
CUBIC = lo.Current("cubic", "v**3/3 - v")
NUMBERS = {"a": 0.5, "b": 1.0, "k": 0.05}
SUMMING = {  # and v, and the other variables, at rest
    "van der Pol": (
        lo.Membrane(CUBIC, lo.Current("w", "w"), lo.State("w", "k*(v + a)", initial=0.0), C=1.0,
                    constants=NUMBERS, v_scale=0.1, spike_level=0.5, name="van der Pol"),
        lambda a, b, k: (-a, {"w": a**3 / 3 - a}),
    ),
    "a sum of a sum": (
        lo.Membrane(CUBIC, lo.Current("w", "w"), lo.State("u", "k*(v + a) - k*u + 2*k*b", initial=0.0),
                    lo.State("w", "k*(u - b)", initial=0.0), C=1.0, constants=NUMBERS, v_scale=0.1, name="two sums"),
        lambda a, b, k: (-a - b, {"u": b, "w": (a + b) ** 3 / 3 - a - b}),
    ),
    "a chain": (
        lo.Membrane(CUBIC, lo.Current("w", "w + b*u"), lo.State("u", "k*(v + a)", initial=0.0),
                    lo.State("w", "k*(u - b)", initial=0.0), C=1.0, constants=NUMBERS, v_scale=0.1, name="a chain"),
        lambda a, b, k: (-a, {"u": b, "w": a**3 / 3 - a - b**2}),
    ),
}  # fmt: skip


def calcium(v):
    return 0.02 / (1 + np.exp(-(v + 30) / 8)) * (v - 120)


def roots(function):
    grid = np.linspace(*SPAN, 4001) + 0.0137
    signs = np.flatnonzero(np.diff(np.sign(function(grid))))
    return [brentq(function, grid[k], grid[k + 1], xtol=1e-13) for k in signs]


def by_scipy(goal, kind):
    """Return v and gk of all equilibria, from low v to high."""
    leaking = lambda v: 0.1 * (v + 50) + calcium(v)  # noqa: E731
    follows = kind == "after a pool that follows v"
    held = roots(lambda v: (1 / (1 + np.exp(-(v + 40) / 8)) if follows else 0.05 - 2.0 * calcium(v)) - goal)
    found = [(v, -leaking(v) / (v + 90)) for v in held]
    found = [one for one in found if one[1] >= 0]
    found += [] if kind == "steadily" else [(v, 0.0) for v in roots(leaking)]
    return sorted(found)


@pytest.mark.parametrize("kind", GROWING)
def test_conductances_regulated_by_calcium(kind):
    random = np.random.default_rng(3)
    for _ in range(DRAWS):
        goal = float(0.06 * 50.0 ** random.uniform())
        membrane = GROWING[kind].replace(goal=goal)
        expected = by_scipy(goal, kind)
        if not expected:
            with pytest.raises(lo.RestError):
                lo.rest(membrane)
            continue
        rest = lo.rest(membrane)
        found = sorted([(rest.v, rest["gk"]), *((one.v, one["gk"]) for one in rest.others)])
        np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-9, err_msg=f"goal = {goal}")
        assert not (rest.complete and goal < 0.99)
        assert rest.stable == any(one.stable for one in (rest, *rest.others))


@pytest.mark.parametrize("kind", SUMMING)
def test_states_that_sum_up(kind):
    base, form = SUMMING[kind]
    random = np.random.default_rng(4)
    for _ in range(DRAWS):
        a, b = random.uniform(-1.8, 1.8, 2).tolist()
        k = float(10.0 ** random.uniform(-4, 1))
        rest = lo.rest(base.replace(a=a, b=b, k=k))
        v, others = form(a, b, k)
        assert rest.v == pytest.approx(v, rel=1e-9)
        for name, value in others.items():
            assert rest[name] == pytest.approx(value, rel=1e-7, abs=1e-9)
        assert rest.others == ()
        assert not rest.complete


def test_a_state_that_settles_at_three_potentials():
    base = lo.Membrane(
        LEAK, CA, lo.Current("w", "w"), lo.State("w", "k*(v - a)*(v - b)*(v - c)", initial=0.0),
        constants={"a": -60.0, "b": -50.0, "c": -40.0, "k": 1e-4}, name="three",
    )  # fmt: skip
    random = np.random.default_rng(1)
    for _ in range(DRAWS):
        where = np.sort(random.uniform(-150, 100, 3))
        numbers = dict(zip("abc", where.tolist(), strict=True))
        rest = lo.rest(base.replace(k=float(10.0 ** random.uniform(-8, 0)), **numbers))
        found = sorted((one.v, one["w"]) for one in (rest, *rest.others))
        np.testing.assert_allclose(found, [(v, -0.1 * (v + 50) - calcium(v)) for v in where], rtol=1e-7, atol=1e-9)
        assert not rest.complete


@pytest.mark.parametrize("a", [0.0, 1.0, -1.0, 3.0, -12.5])
def test_any_potential_will_do(a):
    rest = lo.rest(SUMMING["van der Pol"][0].replace(a=a))
    assert rest.v == pytest.approx(-a, abs=1e-12)
    assert rest["w"] == pytest.approx(a**3 / 3 - a, rel=1e-9, abs=1e-12)


def test_the_hopf_points_of_van_der_pol():
    membrane = SUMMING["van der Pol"][0]
    for k in (0.01, 0.05, 0.3):
        found = lo.bifurcation(membrane.replace(k=k), "a", (-2.0, 2.0), cycles=False)
        assert [point.kind for point in found.points] == ["Hopf", "Hopf"]
        np.testing.assert_allclose([point.value for point in found.points], [-1.0, 1.0], atol=1e-9)
        np.testing.assert_allclose([point.period for point in found.points], 2 * np.pi / np.sqrt(k), rtol=1e-9)
        assert found.notes == ()
        (branch,) = found.branches
        np.testing.assert_allclose(branch.v_min, -branch.values, atol=1e-9)
    # w takes up any current: over I there is a branch at one v, without a bifurcation
    (branch,) = lo.bifurcation(membrane, "I", (-1.0, 1.0), cycles=False).branches
    np.testing.assert_allclose(branch.v_min, -0.5, atol=1e-12)


def test_cycles_of_van_der_pol_begin_there():
    membrane = SUMMING["van der Pol"][0]
    found = lo.bifurcation(membrane, "a", (-2.0, 2.0))
    assert any(branch.kind == "cycles" for branch in found.branches)
    firing = membrane.replace(a=0.0)
    with pytest.warns(lo.UnstableRestWarning):
        run = lo.simulate(firing, None, 1000, sampling=None)
    assert run.spikes.size > 10
    population = lo.Population(membrane.replace(a=1.5), a=[0.0, 0.5, 1.5])
    table = population.run(lo.Step(0.0), 1000, features=["spike_count"], progress=False)
    assert abs(table.spike_count[0] - run.spikes.size) <= 1
    assert table.spike_count[1] > 10
    assert table.spike_count[2] == 0
    assert table.status.tolist() == ["ok"] * 3


@pytest.mark.parametrize(
    "law",
    ["0.001", "0.001*(1 + v**2)", "-0.001*I_Ca", "0.01*(ca + 1)*exp(-v/20)"],
    ids=["clock", "v", "inflow", "growth"],
)
def test_a_diagram_without_a_branch_explains_why(law):
    membrane = lo.Membrane(CA, LEAK, lo.State("ca", law, initial=0.1, minimum=0.0))
    found = lo.bifurcation(membrane, "I", (-2.0, 2.0), cycles=False)
    assert found.branches == ()
    assert found.notes[0].startswith(
        "No branch of equilibria: none was found at 5 values of I. No equilibrium of membrane"
    )
    assert "note: No branch of equilibria" in str(found)


def test_a_state_at_its_minimum_is_not_below_it():
    found = lo.bifurcation(GROWING["in proportion"], "I", (-0.5, 2.0), cycles=False)
    assert found.notes == ()
    assert sorted(float(branch.states[:, -1].max()) > 1e-6 for branch in found.branches) == [False, True]
    for branch in found.branches:
        assert (branch.values[0], branch.values[-1]) in ((-0.5, 2.0), (2.0, -0.5))
