"""Tied parameters follow their formulas, and each sweep has its own value of a parameter where a bound says so."""

import numpy as np
import pytest
import sympy as sp

import loligo as lo
from loligo.fitting.bounds import box_of
from loligo.fitting.current_clamp import CurrentClamped
from loligo.fitting.formula_values import Valued, valued
from loligo.fitting.links import Links, ties_of
from loligo.fitting.shooting import ShootingProblem
from loligo.kernel.symbolic import symbol, symbolic
from loligo.membrane.expression import FUNCTIONS, expression

STEPS = sum([lo.Step(v, start=4 * k + 1, stop=4 * k + 4) for k, v in enumerate([20, 35, 50, 80, 120])], lo.Step(0.0))
SQUID = lo.models.squid(rest=-65)


def measured(membrane, noise, rng):
    made = lo.voltage_clamp(membrane, STEPS, 21, holding=-70.0, sampling=0.1)
    current = made.ionic_current + noise * rng.normal(size=made.t.size)
    return lo.Sweep(made.t, current=current, command=STEPS, holding=-70)


@pytest.mark.parametrize(
    "text", [*(f"{name}(a*b)/b + a" for name in FUNCTIONS), "a**b - b**2", "-a/b*3 - +b", "a*2 if a < b else b**3/a"]
)
def test_formulas_have_exact_derivatives(text):
    rng = np.random.default_rng(1)
    for _ in range(20):
        a, b = rng.uniform(0.2, 2, 2)
        value, slopes = valued(expression(text).tree, {"a": Valued(a, np.eye(2)[0]), "b": Valued(b, np.eye(2)[1])})
        exact, place = symbolic(text), {symbol("a"): sp.Float(a, 30), symbol("b"): sp.Float(b, 30)}
        assert value == pytest.approx(float(exact.evalf(30, subs=place)), rel=1e-13)
        expected = [sp.diff(exact, symbol(name)).evalf(30, subs=place) for name in "ab"]
        assert slopes == pytest.approx([float(one) for one in expected], rel=1e-11, abs=1e-14)


def test_a_formula_without_a_value_is_nan():
    for text in ("log(a)", "1/(a + 1)", "exp(a*-1e4)", "a**0.5"):
        value, slopes = valued(expression(text).tree, {"a": Valued(-1.0, np.ones(1))})
        assert np.isnan(value)
        assert np.isnan(slopes).all()


def test_a_tie_is_the_same_as_its_formula_in_the_membrane():
    rng = np.random.default_rng(2)
    gate = lo.Gate("n", inf="1/(1 + exp(-(v + 40)*slope))", tau="2.0")
    constants = {"slope": 0.1, "speed": 0.5}
    potassium = lo.Channel("K", g=20.0, E=-85.0, open=gate)
    written = lo.Membrane(potassium, lo.Current("leak", "g_K*slope/8*(v + 55)"), constants=constants)
    tied = lo.Membrane(potassium, lo.Channel("leak", g=9.9, E=-55.0), constants=constants)
    sweep = measured(written, 1.0, rng)
    bounds = {"g_K": (1, 100), "slope": (0.01, 0.5)}
    one = lo.fit(written, sweep, bounds, starts=3)
    other = lo.fit(tied, sweep, bounds, tied={"g_leak": "g_K*slope/8"}, starts=3)
    for name in bounds:
        assert other.values[name] == pytest.approx(one.values[name], rel=1e-6)
        assert other.errors[name] == pytest.approx(one.errors[name], rel=1e-4)
    value, error = other.tied["g_leak"]
    g, s = other.values.values()
    assert value == other.membrane["g_leak"] == pytest.approx(g * s / 8)
    slopes = np.array([s / 8, g / 8])
    assert error == pytest.approx(np.sqrt(slopes @ other.covariance @ slopes), rel=1e-9)
    assert other.derived("g_K*slope/8") == pytest.approx((value, error))
    assert "= g_K * slope / 8" in str(other)
    assert other.described()["tied"]["g_leak"]["value"] == value


def test_each_sweep_has_its_own_value_as_in_separate_regressions():
    rng = np.random.default_rng(3)
    sweeps = [measured(lo.Membrane(lo.Channel("leak", g=0.3, E=at)), 0.5, rng) for at in (-50.0, -60.0, -75.0)]
    leak = lo.Membrane(lo.Channel("leak", g=1.0, E=0.0))
    own = lo.Bound(-90, -20, per="sweep")
    found = lo.fit(leak, sweeps, {"g_leak": (0.01, 10), "E_leak": own}, noise=0.5, starts=3)
    assert found.names == ("g_leak", "E_leak[0]", "E_leak[1]", "E_leak[2]")
    blocks = [np.stack([s.played, *(-np.ones(s.t.size) * (j == k) for j in range(3))], 1) for k, s in enumerate(sweeps)]
    design = np.concatenate(blocks)
    solution = np.linalg.lstsq(design, np.concatenate([sweep.current for sweep in sweeps]))[0]
    expected = [solution[0], *(solution[1:] / solution[0])]
    assert list(found.values.values()) == pytest.approx(expected, rel=1e-7)
    bends = np.column_stack([design[:, 0] + design[:, 1:] @ (solution[1:] / solution[0]), design[:, 1:] * solution[0]])
    assert found.covariance == pytest.approx(0.25 * np.linalg.inv(bends.T @ bends), rel=1e-5)
    assert [one["E_leak"] for one in found.membranes] == list(found.values.values())[1:]
    assert found.membranes[0] == found.membrane
    assert found.unit("E_leak[2]") == "mV"
    assert found.derived("E_leak", 2)[0] == found.values["E_leak[2]"]
    assert found.derived("2*g_leak") == found.derived("2*g_leak", 1)
    with pytest.raises(lo.ArgumentError, match=r"E_leak has its own value in each of the 3 sweeps.*sweep=k"):
        found.derived("g_leak*E_leak")
    with pytest.raises(lo.ExpressionError, match=r"E_leak\[1\]: write E_leak, and choose the sweep by .*sweep=1\)"):
        found.derived("2*E_leak[1]")
    with pytest.raises(lo.ExpressionError, match=r"E_leak\[1\]: write E_leak, which stands for the value of the sweep"):
        lo.fit(leak, sweeps, {"E_leak": own}, tied={"g_leak": "-E_leak[1]/100"})
    tied = lo.fit(leak, sweeps, {"E_leak": own}, tied={"g_leak": "-E_leak/100"}, starts=1)
    assert tied.derived("g_leak", 1)[0] == pytest.approx(-tied.values["E_leak[1]"] / 100)
    with pytest.raises(lo.ArgumentError, match="g_leak has its own value in each"):
        tied.derived("g_leak")

    tight = lo.fit(leak, sweeps, {"g_leak": (0.01, 10), "E_leak": own}, noise=0.5, starts=3,
                   priors={"E_leak": (-61.0, 1e-4), "g_leak": (0.3, 0.1)})  # fmt: skip
    assert list(tight.values.values())[1:] == pytest.approx([-61.0] * 3, abs=0.01)
    shifted = lo.fit(leak, sweeps, {"E_leak": own}, tied={"g_leak": "exp(E_leak/-50 - 2)"}, starts=2)
    assert set(shifted.tied) == {"g_leak[0]", "g_leak[1]", "g_leak[2]"}
    assert shifted.membranes[1]["g_leak"] == shifted.tied["g_leak[1]"][0]


def test_a_number_fixes_a_parameter():
    sweep = measured(SQUID, 2.0, np.random.default_rng(4))
    bounds = {"g_Na": (20, 500), "g_K": (5, 200)}
    fixed = lo.fit(SQUID, sweep, bounds, tied={"E_Na": 45}, starts=2)
    plain = lo.fit(SQUID.replace(E_Na=45), sweep, bounds, starts=2)
    assert fixed.values == pytest.approx(plain.values, rel=1e-7)
    assert fixed.membrane["E_Na"] == 45
    assert fixed.tied == {"E_Na": (45.0, 0.0)}


def test_values_that_a_membrane_refuses_are_not_taken():
    leak = lo.Membrane(lo.Channel("leak", g=0.3, E=-55.0), lo.Channel("other", g=0.1, E=0.0))
    sweep = measured(leak.replace(g_other=0.0), 0.1, np.random.default_rng(5))
    found = lo.fit(leak, sweep, {"g_leak": (0.01, 1)}, tied={"g_other": "g_leak - 0.25"}, starts=5)
    assert found.membrane["g_other"] >= 0


@pytest.fixture(scope="module")
def traces():
    found = []
    for k, leak in enumerate((-54.4, -50.0)):
        made = lo.simulate(SQUID.replace(E_leak=leak), lo.Step(10.0, start=2, stop=20), duration=25, sampling=0.1)
        noisy = made.v + np.random.default_rng(k).normal(0, 1.0, made.t.size)
        found.append(lo.Sweep(made.t, v=noisy, stimulus=lo.Step(10.0, start=2, stop=20)))
    return found


TRACED = {"g_Na": (40, 360), "E_leak": lo.Bound(-60, -45, per="sweep")}


def test_ties_under_current_clamp_have_exact_derivatives(traces):
    box = box_of(SQUID, TRACED, (), 2)
    links = Links(SQUID, 2, box.names, ties_of(SQUID, tuple(TRACED), {"g_K": "0.3*g_Na*exp((E_leak + 54.4)/50)"}))
    problem = ShootingProblem(CurrentClamped(SQUID, traces, box.names, links), box, np.array([1.0, 2.0]))
    random = np.random.default_rng(6)
    size = 3 + sum(4 * len(own) for own in problem.stretches)
    point, way = random.uniform(0.3, 0.7, size), random.normal(size=size)
    step = 1e-6 * way
    ends = [problem.tied(point + side * step, problem.stretches, 0.1).cost for side in (1, -1)]
    expected = 2.0 * problem.tied(point, problem.stretches, 0.1).gradient @ step
    assert 0.5 * (ends[0] - ends[1]) == pytest.approx(expected, rel=1e-3)


def test_ties_under_current_clamp_are_found(traces):
    found = lo.fit(SQUID, traces, TRACED, tied={"g_K": "0.3*g_Na"}, starts=[[100.0, -53.0, -53.0]], threads=1)
    for name, value in (("g_Na", 120.0), ("E_leak[0]", -54.4), ("E_leak[1]", -50.0)):
        assert abs(found.values[name] - value) < 4 * found.errors[name]
        assert found.errors[name] < 0.1 * abs(value)
    assert found.membranes[1]["g_K"] == pytest.approx(0.3 * found.values["g_Na"])


SWEEP = measured(SQUID, 2.0, np.random.default_rng(7))


@pytest.mark.parametrize(
    ("tied", "kind", "said"),
    [
        ({"g_leek": "g_K"}, lo.UnknownNameError, "Did you mean 'g_leak'"),
        ({"g_leak": "g_k"}, lo.UnknownNameError, "in the formula of g_leak"),
        ({"g_K": "g_Na"}, lo.ArgumentError, "is both varied within bounds and tied"),
        ({"g_leak": "C", "C": "g_K"}, lo.ArgumentError, "also tied"),
        ({"g_leak": "open('x')"}, lo.ExpressionError, "not a function"),
        (["g_leak"], lo.ArgumentError, "must map parameters to formulas"),
    ],
)
def test_wrong_ties_end_in_a_sentence(tied, kind, said):
    with pytest.raises(kind, match=said):
        lo.fit(SQUID, SWEEP, {"g_K": (5, 200)}, tied=tied)


def test_wrong_bounds_of_sweeps_end_in_a_sentence():
    with pytest.raises(lo.ArgumentError, match="per must be 'sweep'"):
        lo.Bound(1, 2, per="cell")
    found = lo.fit(SQUID, SWEEP, {"g_K": (5, 200)}, starts=1)
    with pytest.raises(lo.UnknownNameError, match="Did you mean"):
        found.derived("g_k")
    with pytest.raises(lo.ArgumentError, match="sweep must be 0"):
        found.derived("g_K", 1)
