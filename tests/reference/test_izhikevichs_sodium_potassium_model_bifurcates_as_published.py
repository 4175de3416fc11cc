"""Persistent sodium with potassium of a high or a low threshold bifurcates at the published currents.

Izhikevich EM (2007) Dynamical Systems in Neuroscience, MIT Press, ISBN 978-0-262-09043-8, chapters 4 and 6: C v' = I -
g_L (v - E_L) - g_Na m_inf (v - E_Na) - g_K n (v - E_K), n' = (n_inf - n)/tau, with g_L, g_Na, g_K = 8, 20, 10 mS/cm²,
E_Na = 60, E_K = -90 mV, tau = 1 ms. High threshold (half of n at -25 mV, E_L = -80 mV): a saddle-node on an invariant
circle at 4.51 µA/cm². Low threshold (-45 mV, E_L = -78 mV): a supercritical Hopf bifurcation at 14.66 µA/cm².
"""

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

import loligo as lo

HIGH, LOW = (-80.0, -25.0), (-78.0, -45.0)  # E_L and half of n [mV]


def logistic(v, half, width):
    return 1 / (1 + np.exp((half - v) / width))


def model(E_L, half):
    m = lo.Gate("m", inf="1/(1 + exp((-20 - v)/15))", instantaneous=True)
    n = lo.Gate("n", inf=f"1/(1 + exp(({half} - v)/5))", tau="1")
    channels = (
        lo.Channel("Na", g=20, E=60, open=m),
        lo.Channel("K", g=10, E=-90, open=n),
        lo.Channel("leak", g=8, E=E_L),
    )
    return lo.Membrane(*channels, C=1.0)


def steady(v, E_L, half):
    m, n = logistic(v, -20, 15), logistic(v, half, 5)
    return 8 * (v - E_L) + 20 * m * (v - 60) + 10 * n * (v + 90)


def trace(v, half):
    m, n = logistic(v, -20, 15), logistic(v, half, 5)
    return -(8 + 20 * m + 20 * m * (1 - m) / 15 * (v - 60) + 10 * n) - 1


@pytest.fixture(scope="module")
def high():
    return lo.bifurcation(model(*HIGH), "I", (0, 20))


def test_the_high_threshold_has_a_saddle_node_on_an_invariant_circle(high):
    (node,) = high.of_kind("saddle-node")
    (end,) = high.of_kind("homoclinic")
    assert round(node.value, 2) == 4.51
    assert abs(end.value - node.value) <= end.error < 1e-4
    assert end.note.startswith("saddle-node on an invariant circle")
    assert high.of_kind("Hopf") == ()


def test_the_saddle_node_is_where_the_steady_current_turns(high):
    turn = minimize_scalar(lambda v: -steady(v, *HIGH), bounds=(-65, -55), method="bounded", options={"xatol": 1e-10})
    (node,) = high.of_kind("saddle-node")
    assert node.value == pytest.approx(-turn.fun, abs=1e-10)
    assert node.v == pytest.approx(turn.x, abs=1e-5)


def test_the_low_threshold_has_a_supercritical_hopf_point():
    diagram = lo.bifurcation(model(*LOW), "I", (0, 40))
    (hopf,) = diagram.of_kind("Hopf")
    assert round(hopf.value, 2) == 14.66
    assert hopf.note == "supercritical"
    v = brentq(lambda v: trace(v, LOW[1]), -65, -50, xtol=1e-13)
    assert hopf.v == pytest.approx(v, abs=1e-9)
    assert hopf.value == pytest.approx(steady(v, *LOW), abs=1e-9)
    assert diagram.of_kind("saddle-node") == diagram.of_kind("homoclinic") == ()
