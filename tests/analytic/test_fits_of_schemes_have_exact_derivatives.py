"""Currents of kinetic schemes in a fit are those of the voltage clamp, derivatives those of differences."""

import numpy as np
import pytest

import loligo as lo
from loligo.fitting.clamped_states import ClampedStates

RATES = {"k1": 0.6, "k2": 0.03, "k3": 0.15, "k4": 0.02, "k5": 0.4, "k6": 0.05}
NAMES = [*RATES, "g_X", "E_X", "g_leak", "kn"]
COMMAND = lo.Step(70.0, start=2.03, stop=9.4) + lo.Step(20.0, start=11.0) + lo.Step(0.0)


def membrane(**changes):
    scheme = lo.Scheme(
        "K",
        states=["C", "O", "I"],
        transitions=[
            ("C", "O", "k1*exp(k2*(v + 30))", "k3*exp(-k4*(v + 30))"),
            ("O", "I", "k5", "k6"),
        ],
        open="O",
    )
    gate = lo.Gate("n", alpha="kn", beta="0.1*exp(-v/40)")
    own = lo.Membrane(
        lo.Channel("X", g=20.0, E=-85.0, open=scheme * gate), lo.Channel("leak", g=0.3, E=-55.0),
        constants=RATES | {"kn": 0.2}, celsius=16.3, reference_celsius=6.3, q10=1.5, name="scheme",
    )  # fmt: skip
    return own.replace(**changes)


def swept(own, t, noise=None):
    made = lo.voltage_clamp(own, COMMAND, float(t[-1]), holding=-70.0, sampling=t)
    current = np.asarray(made.ionic_current)
    return lo.Sweep(t, current=current if noise is None else current + noise, command=COMMAND, holding=-70.0)


def test_currents_and_derivatives():
    rng = np.random.default_rng(1)
    for _ in range(2):
        own = membrane(**{name: value * 10 ** rng.uniform(-0.5, 0.5) for name, value in RATES.items()})
        sweep = swept(own, np.sort(rng.uniform(0, 18, 20)))
        fitted = ClampedStates(own, [sweep], NAMES)
        values = np.array([own[name] for name in NAMES])
        ((current, slopes),) = fitted(values)
        assert np.abs(current - sweep.current).max() < 1e-7 * np.ptp(current)
        for k, name in enumerate(NAMES):
            around = []
            for step in (2e-4, 1e-4):
                ends = [values.copy(), values.copy()]
                ends[0][k] *= 1 - step
                ends[1][k] *= 1 + step
                (low, _), (high, _) = (fitted(end)[0] for end in ends)
                around.append((high - low) / (2 * step * values[k]))
            expected = (4 * around[1] - around[0]) / 3
            assert np.abs(slopes[:, k] - expected).max() < 1e-7 * (np.abs(expected).max() + 1e-12), name


def test_random_schemes_are_found_within_their_errors():
    rng, away = np.random.default_rng(2), []
    t = np.arange(0, 18, 0.05)
    bounds = {name: (value / 10, value * 10) for name, value in RATES.items()} | {"g_X": (1, 200)}
    for _ in range(2):
        truth = {name: value * 10 ** rng.uniform(-0.3, 0.3) for name, value in RATES.items()}
        found = lo.fit(membrane(), swept(membrane(**truth), t, rng.normal(0, 1.0, t.size)), bounds, starts=2, threads=1)
        assert found.misfit == pytest.approx(1.0, rel=0.1)
        away += [(found.values[name] - value) / found.errors[name] for name, value in truth.items()]
    assert np.abs(away).max() < 5


def test_commands_that_move_and_further_states_are_refused():
    sweep = lo.Sweep([0.0, 1, 2, 3], current=np.ones(4), command=lo.Ramp(50.0, start=1, stop=3), holding=-70)
    with pytest.raises(lo.ModelError, match="commands of steps"):
        lo.fit(membrane(), sweep, {"g_X": (1, 200)})
