"""Ramps and waves of potential, and calcium under a clamp, are what SciPy makes of the equations."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import loligo as lo
from reference.literal import DOUBLES, Literal
from reference.squid_by_hand import rates

TIMES = np.linspace(0, 25, 251)

COMMANDS = {
    "ramp": (lo.Ramp(80.0, start=0, stop=25), lambda t: 80.0 * t / 25),
    "sine": (
        lo.Sine(30.0, frequency=0.1, offset=10.0, phase=0.5, start=0),
        lambda t: 10 + 30 * math.sin(0.2 * math.pi * t + 0.5),
    ),
}


@pytest.mark.parametrize("kind", COMMANDS)
def test_gates_of_the_squid(kind):
    command, displacement = COMMANDS[kind]
    recording = lo.voltage_clamp(SQUID := lo.models.squid(), command, 25, holding=-5.0, sampling=TIMES[:-1])
    start = [a / (a + b) for a, b in rates(-5.0)]

    def slope(t, x):
        return [a * (1 - y) - b * y for (a, b), y in zip(rates(displacement(t) - 5.0), x, strict=True)]

    expected = solve_ivp(slope, (0, 25), start, method="Radau", t_eval=TIMES[:-1], rtol=1e-9, atol=1e-11).y
    np.testing.assert_allclose([recording[name] for name in "mhn"], expected, rtol=0, atol=1e-8)
    np.testing.assert_allclose(recording.v, [displacement(t) - 5 for t in TIMES[:-1]], rtol=1e-12, atol=1e-12)
    assert SQUID.variables == ("v", "m", "h", "n")


def test_a_ramp_that_ends_and_a_hold_after_it():
    command = lo.Ramp(60.0, start=5, stop=15)
    recording = lo.voltage_clamp(lo.models.squid(), command, 25, holding=0.0, sampling=TIMES)

    def slope(t, x):
        v = 60.0 * (t - 5) / 10 if 5 <= t < 15 else 0.0
        return [a * (1 - y) - b * y for (a, b), y in zip(rates(v), x, strict=True)]

    state, expected = np.array([a / (a + b) for a, b in rates(0.0)]), []
    for a, b in ((0, 5), (5, 15), (15, 25)):
        own = TIMES[(a <= TIMES) & (b > TIMES)]
        inside = math.nextafter(b, 0)
        found = solve_ivp(slope, (a, inside), state, method="LSODA", t_eval=[*own, inside], rtol=1e-11, atol=1e-13)
        state = found.y[:, -1]
        expected.append(found.y[:, :-1])
    expected = np.concatenate(expected, axis=1)
    np.testing.assert_allclose([recording[name][:-1] for name in "mhn"], expected, rtol=0, atol=1e-8)


def test_calcium_follows_its_current_under_a_step():
    membrane = lo.models.pospischil("LTS")
    recording = lo.voltage_clamp(membrane, lo.Step(50.3, start=5), 25, holding=-90.0, sampling=TIMES[:-1])
    literal = Literal(membrane, DOUBLES)

    def slope(t, x):
        return literal.slope([-39.7, *x])[1:]

    start = recording.states[TIMES[:-1] < 5][-1][1:]
    own = TIMES[(TIMES >= 5) & (TIMES < 25)]
    expected = solve_ivp(slope, (5, 25), start, method="LSODA", t_eval=own, rtol=1e-11, atol=1e-15).y
    found = recording.states[(TIMES >= 5)[:-1], 1:]
    np.testing.assert_allclose(found, expected.T, rtol=1e-7)
    assert recording["ca"].max() > 1.2 * recording["ca"][0]  # calcium did come in
    # before the step everything has settled
    np.testing.assert_allclose(literal.slope([-90.0, *start])[1:], 0.0, atol=1e-13)


def test_a_membrane_without_gates_follows_a_ramp():
    leak = lo.Membrane(lo.Channel("leak", g=0.3, E=-54.0))
    recording = lo.voltage_clamp(leak, lo.Ramp(10.0, start=0, stop=10), 9, holding=-54.0, sampling=[0.0, 3.0, 9.0])
    np.testing.assert_allclose(recording.current("leak"), [0.0, 0.9, 2.7], atol=1e-12)
