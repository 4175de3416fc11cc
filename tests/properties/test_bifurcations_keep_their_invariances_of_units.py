"""Slower in time, of a smaller amount, in another potential: a membrane has the same bifurcations in other units."""

import numpy as np
import pytest

import loligo as lo
from properties.invariances import UNIT, rescaled, rescaled_potential, slower, smaller

# the changed membrane; by what times and currents are multiplied; and what a potential becomes
CHANGES = {
    "time": (slower, 30.0, 1.0, lambda v: v),
    "amount": (smaller, 1.0, 1e-3, lambda v: v),
    "potential": (rescaled, 1.0, 1.0, rescaled_potential),
}
MEMBRANES = {
    "squid": (lo.models.squid(), (5.0, 30.0)),
    "morris_lecar": (lo.models.morris_lecar("snic"), (30.0, 130.0)),
    "wang_buzsaki": (lo.models.wang_buzsaki(), (0.0, 2.0)),
    "pool": (
        lo.Membrane(
            lo.Channel("Ca", g=4.4, E=120, open=lo.Gate("m", inf="0.5*(1 + tanh((v + 1.2)/18))", instantaneous=True)),
            lo.Channel("K", g=8, E=-84, open=lo.Gate("w", inf="0.5*(1 + tanh((v - 2)/30))", tau="25/cosh((v - 2)/60)")),
            lo.Current("KCa", "0.25*ca/(ca + 10)*(v + 84)"),
            lo.Channel("leak", g=2, E=-60),
            lo.State("ca", "0.005*(-0.2*I_Ca - ca)", initial=1.0, unit="µM"),
            C=20,
        ),
        (40.0, 110.0),
    ),
}


@pytest.fixture(scope="module")
def plain():
    return {name: lo.bifurcation(membrane, "I", span) for name, (membrane, span) in MEMBRANES.items()}


@pytest.mark.parametrize("name", MEMBRANES)
@pytest.mark.parametrize("change", CHANGES)
def test_points_agree_within_the_sum_of_their_errors(plain, name, change):
    changed, time, amount, potential = CHANGES[change]
    membrane, span = MEMBRANES[name]
    diagram = plain[name]
    other = lo.bifurcation(changed(membrane), "I", (span[0] * amount, span[1] * amount))
    assert [point.kind for point in other.points] == [point.kind for point in diagram.points]
    assert len(other.branches) == len(diagram.branches)
    for one, here in zip(diagram.points, other.points, strict=True):
        error = one.error + here.error / amount
        if one.kind in ("Hopf", "saddle-node"):
            error = min(error, 1e-9 * (span[1] - span[0]))
            assert here.v == pytest.approx(potential(one.v), abs=1e-6 * (np.ptp([potential(0.0), potential(100.0)])))
        assert abs(here.value / amount - one.value) <= error
        assert here.note.split(":")[0].split(",")[0] == one.note.split(":")[0].split(",")[0]
        if np.isfinite(one.period):
            assert here.period / time == pytest.approx(one.period, rel=1e-6)


def test_the_transformations_are_distinguished():
    assert pytest.approx(1.65) == rescaled_potential(UNIT)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("y", "others"), [("n", "steady"), ("h", "fast-slow")])
def test_planes_of_the_squid(change, y, others):
    changed, _, amount, potential = CHANGES[change]
    squid = lo.models.squid()
    plane = lo.phase_plane(squid, "v", y, others=others, I=7.0)
    other = lo.phase_plane(changed(squid), "v", y, others=others, I=7.0 * amount)
    assert len(plane.equilibria) == len(other.equilibria)
    for one, here in zip(plane.equilibria, other.equilibria, strict=True):
        assert here.kind == one.kind
        assert (here.x - potential(0.0)) / (potential(100.0) - potential(0.0)) == pytest.approx(one.x / 100, abs=1e-6)
        assert here.y == pytest.approx(one.y, abs=1e-6)
    for one, here in zip(plane.nullclines, other.nullclines, strict=True):
        assert len(here.folds) == len(one.folds)
        np.testing.assert_allclose(here.folds[:, 0], potential(one.folds[:, 0]), atol=1e-6 * potential(100.0))
