"""A phase plane of any membrane stands on the membrane's own equations, whatever the other variables do."""

import numpy as np
import pytest

import loligo as lo
from loligo.dynamics.planes.phase_system import PhaseSystem
from reference.every_model import EVERY_MODEL

NAMES = [name for name in EVERY_MODEL if name != "pospischil"]  # which is pospischil RS


def slow(membrane):
    return next(name for name in ("n", "w", "m_Kd") if name in membrane.variables)


@pytest.mark.parametrize("name", NAMES)
def test_fast_slow(name):
    membrane = EVERY_MODEL[name]
    y = slow(membrane)
    plane = lo.phase_plane(membrane, "v", y, cells=40)
    assert plane.residual < 1e-10
    assert all(len(line) > 30 for line in plane.nullclines)
    rest = lo.rest(membrane)
    nearest = min(plane.equilibria, key=lambda point: abs(point.x - rest.v))
    assert (nearest.x, nearest.y) == pytest.approx((rest.v, rest[y]), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_steady_others_have_the_equilibria_of_the_membrane(name):
    membrane = EVERY_MODEL[name]
    y = slow(membrane)
    plane = lo.phase_plane(membrane, "v", y, others="steady", cells=40, v=(-100, 130))
    rest = lo.rest(membrane)
    assert len(plane.equilibria) == len(rest.others) + 1
    assert min(abs(point.x - rest.v) for point in plane.equilibria) < 1e-9
    assert plane.residual < 1e-10


@pytest.mark.parametrize("name", ["squid", "connor_stevens", "stomatogastric", "pospischil LTS"])
@pytest.mark.parametrize("others", ["fast-slow", "steady", "rest"])
def test_derivatives_are_those_of_the_slopes(name, others):
    membrane = EVERY_MODEL[name]
    y = slow(membrane)
    plane = lo.phase_plane(membrane, "v", y, others=others, cells=10)
    system = PhaseSystem(membrane, "v", y, plane.others, 0.0)
    home = lo.rest(membrane)
    point = np.array([[home.v + 13.0, 0.4]])
    exact = system.jacobians(point)[0]
    for k, step in enumerate((1e-3, 1e-5)):
        move = np.eye(2)[k] * step
        difference = (system.slopes(point + move) - system.slopes(point - move))[0] / (2 * step)
        np.testing.assert_allclose(exact[:, k], difference, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("others", ["rest", {"h": 0.4, "n": 0.5}, {"h": (0.9, -0.5), "n": "rest"}])
def test_the_plane_is_the_membrane_with_the_others_as_they_are(others):
    squid = EVERY_MODEL["squid"]
    plane = lo.phase_plane(squid, "v", "m", others=others, cells=20, I=5.0)
    point = plane.field.x[7], plane.field.y[11]
    state = {"v": point[0], "m": point[1], "h": 0.0, "n": 0.0}
    for name, law in plane.others.items():
        state[name] = law[0] + law[1] * point[1] if isinstance(law, tuple) else law
    run = lo.simulate(squid, lo.Step(5.0), 1e-6, initial=state, sampling=[0.0, 1e-6], tolerance=1e-12)
    assert np.diff(run.v)[0] / 1e-6 == pytest.approx(plane.field.dx[11, 7], rel=1e-3)
    assert np.diff(run["m"])[0] / 1e-6 == pytest.approx(plane.field.dy[11, 7], rel=1e-3)


def test_a_shift_of_voltage_shifts_the_plane():
    plain, moved = (
        lo.phase_plane(lo.models.squid(rest=at), "v", "n", I=10.0, v=(-20 + at, 120 + at), cells=50)
        for at in (0.0, -65.0)
    )
    for one, other in zip(plain.nullclines, moved.nullclines, strict=True):
        np.testing.assert_allclose(other.folds, one.folds + np.array([-65.0, 0.0]), atol=1e-8)
    for one, other in zip(plain.equilibria, moved.equilibria, strict=True):
        assert (other.x + 65.0, other.y) == pytest.approx((one.x, one.y), abs=1e-10)
        np.testing.assert_allclose(other.eigenvalues, one.eigenvalues, rtol=1e-8)
