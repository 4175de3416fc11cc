"""A conserved sum of further states keeps its value: at rest, in runs, under a voltage clamp, in populations."""

import numpy as np
import pytest

import loligo as lo

A, B, C, D = "0.1*exp(v/20)", "0.2*exp(-v/25)", "0.3", "0.05*exp(-v/40)"
LEAK = lo.Channel("leak", g=0.3, E=-60)


def chain(closed=0.8, inactivated=0.1, opened=0.1):
    """Return a scheme closed - open - inactivated with all its occupancies written."""
    return lo.Membrane(
        LEAK,
        lo.Current("M", "5*O*(v + 80)"),
        lo.State("Cl", f"-{A}*Cl + {B}*O", initial=closed),
        lo.State("I", f"{C}*O - {D}*I", initial=inactivated),
        lo.State("O", f"{A}*Cl - {B}*O - {C}*O + {D}*I", initial=opened),
    )


def exchange(bound=2.0, free=1.0, other=0.5):
    """Return calcium that a buffer with two sites binds: free + 2 bound is conserved, and ``z`` never changes."""
    return lo.Membrane(
        LEAK,
        lo.Channel("K", g=0.1, E=-90, open=lo.Gate("q", inf="ca/(ca + 1 + 0*v)")),
        lo.State("bca", "0.2*ca**2 - 0.1*exp(-(v + 60)/50)*bca", initial=bound, unit="µM"),
        lo.State("ca", "-2*(0.2*ca**2 - 0.1*exp(-(v + 60)/50)*bca)", initial=free, unit="µM"),
        lo.State("z", "0*v", initial=other),
    )


def two_schemes():
    """Return two schemes beside one another: two sums of one."""
    return lo.Membrane(
        LEAK,
        lo.Current("M", "O*(v + 80)"),
        lo.Current("N", "0.2*P*v"),
        lo.State("Cl", f"-{A}*Cl + {B}*O", initial=1.0),
        lo.State("O", f"{A}*Cl - {B}*O", initial=0.0),
        lo.State("Q", f"-{A}*Q + {D}*P", initial=0.25),
        lo.State("P", f"{A}*Q - {D}*P", initial=0.75),
    )


CASES = {
    "chain": (chain, {"Cl": 1.0, "I": 1.0, "O": 1.0}, 1.0),
    "exchange": (exchange, {"bca": 2.0, "ca": 1.0}, 5.0),
    "unchanging": (exchange, {"z": 1.0}, 0.5),
    "first of two": (two_schemes, {"Cl": 1.0, "O": 1.0}, 1.0),
    "second of two": (two_schemes, {"Q": 1.0, "P": 1.0}, 1.0),
}


@pytest.mark.parametrize("case", CASES)
def test_at_rest(case):
    make, weights, level = CASES[case]
    rest = lo.rest(make())
    assert sum(weight * rest[name] for name, weight in weights.items()) == pytest.approx(level, rel=1e-13)
    assert rest.residual < 1e-13
    assert rest.stable  # a displacement that keeps the sums dies out
    assert (rest.eigenvalues.real < -1e-6).all()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("method", ["explicit", "rosenbrock"])
def test_in_a_run(case, method):
    make, weights, level = CASES[case]
    run = lo.simulate(make(), lo.Step(3.0, start=1, stop=20), 40, method=method, sampling=0.5)
    total = sum(weight * run[name] for name, weight in weights.items())
    np.testing.assert_allclose(total, level, rtol=1e-10)
    assert np.ptp(run.v) > 1


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("holding", [-80.0, -60.0])
def test_under_a_voltage_clamp(case, holding):
    make, weights, level = CASES[case]
    clamp = lo.voltage_clamp(make(), lo.Step(-holding, start=5, stop=200), 210, holding=holding)
    total = sum(weight * clamp[name] for name, weight in weights.items())
    np.testing.assert_allclose(total, level, rtol=1e-10)


def test_the_occupancies_at_0_mv_follow():
    # at 0 mV: O/Cl = 0.1/0.2 and I/O = 0.3/0.05, so O = 1/9
    clamp = lo.voltage_clamp(chain(), lo.Step(80.0, start=5, stop=900), 910, holding=-80.0, sampling=1.0)
    assert clamp.current("M")[890] == pytest.approx(5 / 9 * 80, rel=1e-9)


@pytest.mark.parametrize("guesses", [(0.8, 0.1, 0.1), (0.0, 0.0, 1.0), (0.2, 0.7, 0.1)])
def test_guesses_determine_only_the_sum(guesses):
    np.testing.assert_allclose(lo.rest(chain(*guesses)).state, lo.rest(chain()).state, rtol=1e-12)
    twice = lo.rest(chain(*(2 * guess for guess in guesses)))
    assert twice["Cl"] + twice["I"] + twice["O"] == pytest.approx(2.0, rel=1e-13)


def test_a_clamp_may_start_elsewhere():
    start = {"Cl": 0.1, "I": 0.2, "O": 0.4}
    clamp = lo.voltage_clamp(chain(), lo.Step(20.0, start=5, stop=20), 30, holding=-60.0, initial=start)
    np.testing.assert_allclose(clamp["Cl"] + clamp["I"] + clamp["O"], 0.7, rtol=1e-10)
    assert [clamp[name][0] for name in ("v", *start)] == [-60.0, 0.1, 0.2, 0.4]
    went_on = lo.voltage_clamp(chain(), lo.Step(0.0, stop=1), 5, holding=-60.0, initial=clamp)
    assert went_on["O"][0] == clamp["O"][-1]
    for wrong in ({"v": 1.0}, "rest", [1.0], {"x": 1.0}):
        with pytest.raises((lo.ArgumentError, lo.UnknownNameError, lo.UnitError)):
            lo.voltage_clamp(chain(), lo.Step(20.0, stop=20), 30, initial=wrong)


def test_some_by_name_and_the_others_settled():
    squid = lo.models.squid()
    clamp = lo.voltage_clamp(squid, lo.Step(50.0, start=1, stop=9), 10, initial={"h": 0.2})
    plain = lo.voltage_clamp(squid, lo.Step(50.0, start=1, stop=9), 10)
    assert clamp["h"][0] == 0.2
    np.testing.assert_array_equal(clamp["m"], plain["m"])
    tau = lo.rates(squid, plain.v[0])["h"].tau
    expected = plain["h"][0] + (0.2 - plain["h"][0]) * np.exp(-clamp.t[:20] / tau)
    np.testing.assert_allclose(clamp["h"][:20], expected, rtol=1e-12)


def test_every_member_of_a_population():
    still = lo.Channel("K", g=0.0, E=-80, open=lo.Gate("n", inf="0.5", tau="1"))  # the program of other tests
    membrane = lo.Membrane(*chain().parts, still)
    table = lo.Population(membrane, g_leak=[0.1, 0.3, 1.0]).run(lo.Step(0.0), 50, features=["minimum_voltage"])
    rests = [lo.rest(chain().replace(g_leak=g)).v for g in (0.1, 0.3, 1.0)]
    np.testing.assert_allclose(table.minimum_voltage, rests, rtol=0, atol=2e-3)


@pytest.mark.parametrize("sodium", [5.0, 10.0, 30.0])
def test_a_sum_with_v_leaves_a_continuum(sodium):
    """Where every ion that carries a current is counted, v and the ions keep a sum of which v has no initial value."""
    membrane = lo.Membrane(
        lo.Channel("Na", g=0.02, E="26.7*log(145/Nai)"),
        lo.Channel("K", g=0.3, E="26.7*log(4/Ki)"),
        lo.State("Nai", "-0.001*I_Na", initial=sodium, unit="mM"),
        lo.State("Ki", "-0.001*I_K", initial=140.0, unit="mM"),
    )
    with pytest.raises(lo.RestError, match="keeps all charge in v and Nai, Ki, so it has a continuum of equilibria"):
        lo.rest(membrane)
    with pytest.raises(lo.RestError, match="no equilibrium under a constant current"):
        lo.rest(membrane, 1.0)
    run = lo.simulate(membrane, None, 100, initial=[-70.0, sodium, 140.0], sampling=1.0)
    total = 0.001 * run.v - run["Nai"] - run["Ki"]
    np.testing.assert_allclose(total, total[0], rtol=1e-9)
