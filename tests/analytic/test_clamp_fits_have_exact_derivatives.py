"""Currents of a fit are those of the voltage clamp, and their derivatives those of closed forms and of differences."""

import mpmath as mp
import numpy as np
import pytest

import loligo as lo
from loligo.fitting.clamped import ClampedMembrane

GATES = [
    {"alpha": "k1*exp(k2*v)", "beta": "k3*exp(-k4*v)"},
    {"alpha": "k1*(v + 40)/(1 - exp(-(v + 40)*k2))", "beta": "k3*exp(-k4*v)"},
    {"inf": "1/(1 + exp(-(v + 30)*k2))", "tau": "1/k1 + 10*k3*exp(-(k4*(v + 40))**2)"},
]
NAMES = ["k1", "k2", "k3", "k4", "g_X", "E_X", "g_leak"]


def membrane(form, values, q10=1.0):
    gate = lo.Gate("x", **form)
    own = dict(zip(NAMES, values, strict=True))
    return lo.Membrane(
        lo.Channel("X", g=own["g_X"], E=own["E_X"], open=gate**2),
        lo.Channel("leak", g=own["g_leak"], E=-60.0),
        constants={name: own[name] for name in NAMES[:4]}, celsius=16.3, reference_celsius=6.3, q10=q10,
    )  # fmt: skip


def drawn(rng):
    rates = [10 ** rng.uniform(-2, 1), rng.uniform(0.01, 0.12), 10 ** rng.uniform(-2, 1), rng.uniform(0.01, 0.08)]
    return np.array([*rates, rng.uniform(1, 100), rng.uniform(-90, 60), rng.uniform(0.01, 1)])


COMMANDS = {
    "steps": lambda rng: lo.Step(rng.uniform(-60, 90), start=2.03, stop=9.4) + lo.Step(20.0, start=11.0),
    "ramp": lambda rng: lo.Ramp(rng.uniform(-60, 100), start=2.03, stop=15.4),
    "sines": lambda rng: lo.Sine(30.0, frequency=rng.uniform(0.02, 0.6), start=1.7, stop=14.0) + lo.Step(15.0, start=5),
}


@pytest.mark.parametrize("form", range(len(GATES)))
@pytest.mark.parametrize("command", COMMANDS)
def test_currents_and_derivatives(form, command):
    rng = np.random.default_rng([form, len(command)])
    for _ in range(8):
        values, q10 = drawn(rng), rng.choice([1.0, 2.5])
        own, played = membrane(GATES[form], values, q10), COMMANDS[command](rng)
        t = np.sort(rng.uniform(0, 18, 200))
        sweep = lo.Sweep(t, current=np.zeros(t.size), command=played, holding=-70.0)
        refinement = 1 if command == "steps" else 4
        fitted = ClampedMembrane(own, [sweep], NAMES, refinement)
        ((current, slopes),) = fitted(values)
        clamp = lo.voltage_clamp(own, played, float(t[-1]), holding=-70.0, sampling=t)
        assert np.abs(current - clamp.ionic_current).max() < (1e-11 if command == "steps" else 1e-8) * np.ptp(current)

        for k, name in enumerate(NAMES):
            around = []
            for step in (2e-4, 1e-4):
                ends = [values.copy(), values.copy()]
                ends[0][k] *= 1 - step
                ends[1][k] *= 1 + step
                around.append((fitted(ends[1])[0][0] - fitted(ends[0])[0][0]) / (ends[1][k] - ends[0][k]))
            difference = (4 * around[1] - around[0]) / 3
            rounding = 1e-11 * np.abs(current).max() / abs(values[k])
            assert np.abs(difference - slopes[:, k]).max() < 1e-6 * np.abs(slopes[:, k]).max() + rounding, name


def test_steps_of_a_moving_command_are_of_order_four():
    rng = np.random.default_rng(3)
    for form in GATES * 4:
        for kind in ("ramp", "sines"):
            values, played = drawn(rng), COMMANDS[kind](rng)
            t = np.arange(0, 18, 0.25)
            sweep = lo.Sweep(t, current=np.zeros(t.size), command=played, holding=-70.0)
            runs = [ClampedMembrane(membrane(form, values), [sweep], NAMES, n)(values)[0] for n in (1, 2, 32)]
            missed, halved = (np.abs(run[0] - runs[2][0]).max() / np.ptp(runs[2][0]) for run in runs[:2])
            assert missed < 2e-6
            assert halved < missed / 8 + 1e-12
            assert np.abs(runs[0][1] - runs[2][1]).max() < 2e-6 * np.abs(runs[2][1]).max()


def test_one_gate_at_one_potential_is_its_closed_form():
    def exact(k1, k2, k3, k4, v, t):
        def rates(u):
            a, b = k1 * mp.exp(k2 * u), k3 * mp.exp(-k4 * u)
            return a / (a + b), a + b

        (begun, _), (end, speed) = rates(mp.mpf(-80)), rates(v)
        return 2 * (end + (begun - end) * mp.exp(-speed * t)) * (v - 10)

    gate = lo.Gate("x", alpha="k1*exp(k2*v)", beta="k3*exp(-k4*v)")
    own = lo.Membrane(lo.Channel("X", g=2.0, E=10.0, open=gate), constants=dict.fromkeys(NAMES[:4], 0.1))
    rng = np.random.default_rng(5)
    with mp.workdps(40):
        for _ in range(200):
            values = [10 ** rng.uniform(-4, 2), rng.uniform(0, 0.2), 10 ** rng.uniform(-4, 2), rng.uniform(0, 0.2)]
            step, t = rng.uniform(-50, 130), 10 ** rng.uniform(-3, 3)
            sweep = lo.Sweep([0.0, t], current=[0.0, 0.0], command=lo.Step(step), holding=-80.0)
            ((current, slopes),) = ClampedMembrane(own, [sweep], NAMES[:4])(np.array(values))
            given = [*map(mp.mpf, values)]
            at = mp.mpf(-80) + mp.mpf(step), mp.mpf(t)
            scale = abs(2 * (at[0] - 10))
            assert abs(current[1] - exact(*given, *at)) < 1e-13 * scale
            for k in range(4):
                slope = mp.diff(lambda x, k=k, given=given, at=at: exact(*given[:k], x, *given[k + 1 :], *at), given[k])
                assert abs(slopes[1, k] * values[k] - slope * given[k]) < 1e-11 * scale
