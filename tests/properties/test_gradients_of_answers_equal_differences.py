"""Derivatives of rests and bifurcations equal extrapolated differences of the answers."""

import numpy as np
import pytest

import loligo as lo
from differences import extrapolated

SQUID = lo.models.squid()
SMALL = lo.models.morris_lecar("snic")


@pytest.mark.parametrize(("membrane", "names"), [(SQUID, ["g_Na", "E_leak", "g_K"]), (SMALL, ["V_3", "g_Ca", "E_K"])])
def test_of_a_rest(membrane, names):
    gradient = lo.rest(membrane, 1.0).gradient([*names, "I"])
    for name in names:
        reference = extrapolated(
            lambda x, name=name: lo.rest(membrane.replace(**{name: x}), 1.0).state,
            membrane[name],
            1e-3 * abs(membrane[name]),
        )
        assert [*gradient[name].values()] == pytest.approx(reference.tolist(), rel=1e-6)
    reference = extrapolated(lambda x: lo.rest(membrane, x).state, 1.0, 0.1)
    assert [*gradient["I"].values()] == pytest.approx(reference.tolist(), rel=1e-6)


@pytest.mark.parametrize(
    ("membrane", "span", "kind", "names"),
    [(SQUID, (5, 20), "Hopf", ["g_Na", "celsius", "C"]), (SMALL, (30, 60), "saddle-node", ["V_3", "g_Ca", "E_K", "C"])],
)
def test_of_bifurcations_of_equilibria(membrane, span, kind, names):
    def value(name, x):
        return lo.bifurcation(membrane.replace(**{name: x}), "I", span, cycles=False).of_kind(kind)[0].value

    gradient = lo.bifurcation(membrane, "I", span, cycles=False).of_kind(kind)[0].gradient(names)
    for name in names:
        step = 2e-3 * abs(membrane[name])
        reference = extrapolated(lambda x, name=name: value(name, x), membrane[name], step, levels=3)
        assert gradient[name] == pytest.approx(reference, rel=1e-6, abs=1e-9)


def test_every_bifurcation_of_the_squid_moves_with_the_leak():
    # E_leak stands in the product g_leak E_leak alone, beside the current
    points = lo.bifurcation(SQUID, "I", (5, 8.5)).of_kind("fold of cycles")
    points += lo.bifurcation(SQUID, "I", (0, 200), cycles=False).points
    assert len(points) >= 3
    for point in points:
        assert point.gradient(["E_leak"])["E_leak"] == pytest.approx(-SQUID["g_leak"], abs=1e-9)


def test_of_a_threshold():
    stimulus = lo.Step(1.0, start=5, stop=6)
    found = lo.threshold(SQUID, stimulus)
    gradient = found.gradient(["celsius"])["celsius"]
    reference = extrapolated(
        lambda x: (
            lo.threshold(
                SQUID.replace(celsius=x), stimulus, resolution=1e-9, tolerance=1e-12, duration=found.duration
            ).value
        ),
        SQUID["celsius"],
        0.2,
        levels=3,
    )
    assert gradient == pytest.approx(reference, rel=1e-6)
    with pytest.raises(lo.ArgumentError, match="once"):
        lo.threshold(SQUID, lo.Step(1.0, stop=60), fires=2, resolution=1e-2).gradient(["celsius"])


def test_along_another_parameter():
    # the current that makes up for a change of g_Na at the Hopf point, and the reverse
    hopf = lo.bifurcation(SQUID, "I", (5, 20), cycles=False).points[0]
    other = lo.bifurcation(SQUID, "g_Na", (100, 140), I=hopf.value, cycles=False).of_kind("Hopf")[0]
    assert other.value == pytest.approx(SQUID["g_Na"], rel=1e-6)
    assert other.gradient(["I"])["I"] == pytest.approx(1 / hopf.gradient(["g_Na"])["g_Na"], rel=1e-6)


def test_missing_derivatives_are_reported():
    hopf = lo.bifurcation(SQUID, "I", (5, 20), cycles=False).points[0]
    with pytest.raises(lo.ArgumentError, match="the diagram is over I"):
        hopf.gradient(["I"])
    with pytest.raises(lo.UnknownNameError, match="g_Na"):
        hopf.gradient(["g_na"])
    with pytest.raises(lo.UnknownNameError, match="g_Na"):
        lo.rest(SQUID).gradient(["g_na"])
    with pytest.raises(lo.UnknownNameError, match="g_Na"):
        lo.simulate(SQUID, lo.Step(10.0), 1, sensitivities=["g_na"])
    with pytest.raises(lo.UnknownNameError, match="sensitivities"):
        lo.simulate(SQUID, lo.Step(10.0), 1).sensitivity("g_Na")
    assert np.isfinite(hopf.gradient("g_Na")["g_Na"])


def test_gradients_where_conserved_sums_move_are_refused():
    pools = lo.Membrane(  # ratio*c2 + c1 is conserved
        lo.Channel("leak", g=0.1, E=-65.0),
        lo.Current("pump", "0.5*c1 - 1"),
        lo.State("c1", "0.3*(c2 - c1)", initial=1.0),
        lo.State("c2", "0.3*(c1 - c2)/ratio", initial=1.5),
        constants={"ratio": 2.0},
    )
    assert lo.rest(pools).gradient(["g_leak"])["g_leak"]["c1"] == pytest.approx(0.0, abs=1e-12)
    with pytest.raises(lo.ArgumentError, match=r"sums of .* depend on ratio"):
        lo.rest(pools).gradient(["g_leak", "ratio"])
    with pytest.raises(lo.ArgumentError, match=r"sums of .* depend on ratio"):
        lo.simulate(pools, lo.Step(0.0), 1.0, sensitivities=["ratio"])
