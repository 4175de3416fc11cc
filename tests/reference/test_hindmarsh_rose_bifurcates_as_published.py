"""The burster of Hindmarsh and Rose: its fast part in closed form, its Hopf points, and its way to irregular bursts.

Hindmarsh JL, Rose RM (1984) A model of neuronal bursting using three coupled first order differential equations. Proc R
Soc Lond B 221:87-102, doi:10.1098/rspb.1984.0024: x' = y - x³ + 3 x² + I - z, y' = 1 - 5 x² - y, z' = r (4 (x + 1.6) -
z). With z held, the equilibria turn round at x = -4/3 and x = 0 and the trace vanishes at x = 1 ± sqrt(2/3). With r =
0.005 the bursts at I = 3.25 are irregular. The variables have no units: times are read as ms, x as mV.
"""

import numpy as np
import pytest
from scipy.optimize import brentq

import loligo as lo

R = 0.005


def model(z):
    """Return the membrane with a formula for z, which is a state where there is none."""
    parts = [
        lo.Current("fast", f"v**3 - 3*v**2 - y + {z or 'z'}"),
        lo.State("y", "1 - 5*v**2 - y", initial=-5.0),
    ]
    if z:
        return lo.Membrane(*parts, v_scale=0.5, spike_level=1.0, constants={z: 0.0})
    slow = lo.State("z", f"{R}*(4*(v + 1.6) - z)", initial=1.0)
    return lo.Membrane(*parts, slow, v_scale=0.5, spike_level=1.0)


def held(x):
    """Return z at which x is an equilibrium of the fast part at I = 0."""
    return 1 - 2 * x**2 - x**3


def test_the_fast_part_is_its_closed_form():
    diagram = lo.bifurcation(model("held"), "held", (-3, 13))
    assert [point.value for point in diagram.of_kind("saddle-node")] == [
        pytest.approx(held(-4 / 3), abs=1e-9),
        pytest.approx(held(0.0), abs=1e-9),
    ]
    (hopf,) = diagram.of_kind("Hopf")
    assert hopf.v == pytest.approx(1 - np.sqrt(2 / 3), abs=1e-9)
    assert hopf.value == pytest.approx(held(1 - np.sqrt(2 / 3)), abs=1e-9)
    ends = diagram.of_kind("homoclinic")  # two branches of cycles end at the saddle between the turns
    assert len(ends) == 2
    assert all(held(-4 / 3) < point.value < held(0.0) for point in ends)


def routh_hurwitz(x):
    """Return what vanishes where the characteristic polynomial of the equilibrium has two imaginary roots."""
    jacobian = np.array([[6 * x - 3 * x**2, 1, -1], [-10 * x, -1, 0], [4 * R, 0, -R]])
    _, a, b, c = np.poly(jacobian)
    return a * b - c


def test_hopf_points_are_those_of_routh_and_hurwitz():
    grid = np.linspace(-1.6, 2.2, 400)
    signs = np.sign([routh_hurwitz(x) for x in grid])
    roots = [brentq(routh_hurwitz, grid[k], grid[k + 1], xtol=1e-14) for k in np.flatnonzero(signs[:-1] != signs[1:])]
    currents = [x**3 - 3 * x**2 - (1 - 5 * x**2) + 4 * (x + 1.6) for x in roots]
    diagram = lo.bifurcation(model(""), "I", (0, 30), cycles=False)
    assert len(roots) == 4
    for point, x, current in zip(diagram.of_kind("Hopf"), roots, currents, strict=True):
        assert point.v == pytest.approx(x, abs=1e-9)
        assert point.value == pytest.approx(current, abs=1e-9)


def test_tonic_firing_loses_its_stability_by_period_doubling_above_the_irregular_bursts():
    cell = model("")
    diagram = lo.bifurcation(cell, "I", (3.4, 4.2), doublings=1)
    doubling = max(diagram.of_kind("period doubling"), key=lambda point: point.value)
    assert 3.25 < doubling.value < 3.6
    assert doubling.error < 1e-8
    cycles = next(branch for branch in diagram.branches if branch.kind == "cycles")
    assert cycles.stable[cycles.values > doubling.value + 1e-6].all()
    above, below = (
        np.diff(lo.simulate(cell, lo.Step(doubling.value + step), 12_000, initial=doubling.state, sampling=None).spikes)
        for step in (0.02, -0.02)
    )
    assert np.ptp(above[-8:]) < 1e-3
    assert np.ptp(below[-8::2]) < 1e-2  # every other interval is the same
    assert abs(below[-1] - below[-2]) > 1.0
    doubled = next(branch for branch in diagram.branches if branch.marks[0] == "period doubling")
    order = np.argsort(doubled.values)
    period = np.interp(doubling.value - 0.02, doubled.values[order], doubled.periods[order])
    assert below[-1] + below[-2] == pytest.approx(period, rel=1e-3)
