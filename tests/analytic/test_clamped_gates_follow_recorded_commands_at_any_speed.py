"""Gates from a microsecond to a second follow ramps, waves and recorded commands within 1e-9 of their closed forms.

With ``inf = p + r v`` and tau constant, a gate under ``v = c + s t`` is ``inf(t) - tau r s`` plus an exponential, and
under a sine the real part of a complex response plus an exponential.
"""

import math

import numpy as np
import pytest

import loligo as lo

TAUS = {"instant": 1e-6, "micro": 1e-3, "quick": 0.05, "milli": 1.0, "slow": 30.0, "second": 1000.0}
P, R = 0.5, 0.004
MEMBRANE = lo.Membrane(
    lo.Channel("leak", g=0.3, E=-60.0),
    *(
        lo.Channel(name, g=0.1, E=0.0, open=lo.Gate(name, inf=f"{P} + {R}*v", tau=f"{tau}"))
        for name, tau in TAUS.items()
    ),
    name="gates of many speeds",
)
TAU = np.array(list(TAUS.values()))
RANDOM = np.random.default_rng(20)


def after(x, v, slope, t):
    """Return the gates t ms after a stretch began with x at the potential v."""
    settled = P + R * (v - TAU * slope)
    return settled + R * slope * t + (x - settled) * np.exp(-t / TAU)


def followed(values, dt, times, held, *, hold):
    """Return the gates at increasing times under values at equal intervals, which begin at 0 ms."""
    x, expected, k = np.full(TAU.size, P + R * held), [], 0
    for t in times:
        while (k + 1) * dt <= t:
            slope = 0.0 if hold else (values[k + 1] - values[k]) / dt
            x, k = after(x, held + values[k], slope, dt), k + 1
        slope = 0.0 if hold else (values[k + 1] - values[k]) / dt
        expected.append(after(x, held + values[k], slope, t - k * dt))
    return np.array(expected)


@pytest.mark.parametrize("between", ["line", "hold"])
@pytest.mark.parametrize(("dt", "spread"), [(0.02, 5.0), (0.02, 40.0), (1.0, 30.0), (50.0, 30.0)])
def test_recorded_commands(dt, spread, between):
    values = RANDOM.normal(0, spread, 400)
    times = np.sort(RANDOM.uniform(0, 399 * dt * (1 - 1e-12), 150))
    run = lo.voltage_clamp(
        MEMBRANE, lo.Samples(values, dt=dt, between=between), 399 * dt, holding=-50.0, sampling=times
    )
    expected = followed(values, dt, times, -50.0, hold=between == "hold")
    np.testing.assert_allclose(run.states[:, 1:], expected, rtol=0, atol=1e-9)
    np.testing.assert_allclose(run.v, -50.0 + run.stimulus(times), rtol=0, atol=1e-11)
    assert run.settings.tolerance == (0.0 if between == "hold" else 1e-10)


@pytest.mark.parametrize("stretch", [1e-3, 1.0, 1e3])
def test_a_ramp_that_jumps_back(stretch):
    times = np.linspace(0, 3 * stretch, 61)[:-1]
    command = lo.Ramp(80.0, start=stretch, stop=2 * stretch)
    run = lo.voltage_clamp(MEMBRANE, command, 3 * stretch, holding=-40.0, sampling=times)
    rest = np.full(TAU.size, P - 40 * R)
    end = after(rest, -40.0, 80.0 / stretch, stretch)
    expected = [
        rest
        if t < stretch
        else after(rest, -40.0, 80.0 / stretch, t - stretch)
        if t < 2 * stretch
        else after(end, -40.0, 0.0, t - 2 * stretch)
        for t in times
    ]
    np.testing.assert_allclose(run.states[:, 1:], expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("frequency", [1e-3, 0.1, 5.0, 300.0])
def test_a_sine(frequency):
    omega, phase = 2 * math.pi * frequency, 0.7
    times = np.sort(RANDOM.uniform(0, 20, 80))
    run = lo.voltage_clamp(MEMBRANE, lo.Sine(30.0, frequency=frequency, phase=phase), 20, holding=-20.0, sampling=times)
    response = R * 30.0 * np.exp(1j * (omega * times[:, None] + phase)) / (1 + 1j * omega * TAU)
    begin = R * 30.0 * np.exp(1j * phase) / (1 + 1j * omega * TAU)
    expected = P - 20 * R + response.imag - begin.imag * np.exp(-times[:, None] / TAU)
    np.testing.assert_allclose(run.states[:, 1:], expected, rtol=0, atol=1e-9)
