"""The five answers agree with SciPy's solve_ivp on equations written out here: what fires there fires here."""

from functools import cache

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from loligo.course import ExerciseAnswers, answer_exercise

STEP, RAMP = (20.0, 180.0, 200.0), (30.0, 270.0, 300.0)


def rates(v: float) -> tuple[tuple[float, float], ...]:
    """Return alpha and beta of m, h, n."""
    return (
        (0.1 * (25 - v) / np.expm1((25 - v) / 10), 4 * np.exp(-v / 18)),
        (0.07 * np.exp(-v / 20), 1 / (np.exp((30 - v) / 10) + 1)),
        (0.01 * (10 - v) / np.expm1((10 - v) / 10), 0.125 * np.exp(-v / 80)),
    )


def derivative(y: np.ndarray, current: float, g_Na: float, held: int | None) -> list[float]:
    v, m, h, n = y
    ionic = g_Na * m**3 * h * (v - 115) + 36 * n**4 * (v + 12) + 0.3 * (v - 10.6)
    gates = [a * (1 - x) - b * x for (a, b), x in zip(rates(v), (m, h, n), strict=True)]
    if held is not None:
        gates[held] = 0.0
    return [current - ionic, *gates]


@cache
def rest(g_Na: float) -> tuple[float, ...]:
    def at(v: float) -> np.ndarray:
        return np.array([v, *(a / (a + b) for a, b in rates(v))])

    v = brentq(lambda v: derivative(at(v), 0.0, g_Na, None)[0], -5, 5, xtol=1e-14)
    return tuple(at(v))


def spikes(pieces: list, g_Na: float = 120.0) -> list[float]:
    """Integrate piece by piece: (start, stop, current(t), gate held at rest, gate reset to rest at the start)."""
    y, found = np.array(rest(g_Na)), []

    def level(_t: float, y: np.ndarray) -> float:
        return y[0] - 50

    level.direction = 1
    for start, stop, current, held, reset in pieces:
        for gate in (held, reset):
            if gate is not None:
                y[gate + 1] = rest(g_Na)[gate + 1]
        run = solve_ivp(
            lambda t, y, current=current, held=held: derivative(y, current(t), g_Na, held),
            (start, stop), y, method="DOP853", rtol=1e-9, atol=1e-11, max_step=5.0, events=level,
        )  # fmt: skip
        y = run.y[:, -1].copy()
        found += run.t_events[0].tolist()
    return found


def step(amplitude: float, g_Na: float = 120.0, held: int | None = None, reset: int | None = None) -> list[float]:
    start, stop, end = STEP
    on, off = (lambda _t: amplitude), (lambda _t: 0.0)
    pieces = [(0.0, start, off, None, None), (start, stop, on, held, None), (stop, end, off, None, reset)]
    return spikes(pieces, g_Na)


def ramp(amplitude: float) -> list[float]:
    start, stop, end = RAMP

    def off(_t: float) -> float:
        return 0.0

    def on(t: float) -> float:
        return amplitude * (t - start) / (stop - start)

    return spikes([(0.0, start, off, None, None), (start, stop, on, None, None), (stop, end, off, None, None)])


def repetitive(times: list[float]) -> bool:
    inside = [t for t in times if STEP[0] <= t <= STEP[1]]
    return len(inside) >= 3 and STEP[1] - inside[-1] < 1.5 * (inside[-1] - inside[-2])


@pytest.fixture(scope="module")
def answers() -> ExerciseAnswers:
    return answer_exercise()


def test_one_spike(answers: ExerciseAnswers) -> None:
    answer = answers.one_spike
    assert answer.coarse == 2.3
    assert answer.trials[-1].spikes == len(step(2.3)) == 1
    assert step(2.2) == []
    assert answer.lowest.value == pytest.approx(2.240945853952748, abs=1e-6)  # by two integrators, see hh1952.json
    assert step(answer.lowest.value + 1e-5)
    assert not step(answer.lowest.value - 1e-5)


def test_repetitive_firing(answers: ExerciseAnswers) -> None:
    value = answers.repetitive.lowest.value
    assert repetitive(step(value + 1e-5))
    assert not repetitive(step(value - 1e-5))
    (upper,) = answers.repetitive.lowest.others
    assert repetitive(step(upper - 1e-3))
    assert not repetitive(step(upper + 1e-3))


def test_rebound(answers: ExerciseAnswers) -> None:
    strong, weak = answers.rebound.responses
    assert strong.spikes == pytest.approx(step(-5.0), abs=1e-3)
    assert len(strong.spikes) == 1
    assert weak.spikes == ()
    assert step(-1.0) == []
    for index, gate in enumerate("mhn"):
        for what, times in (
            ("held at rest during the step", step(-5.0, held=index)),
            ("reset to rest at its end", step(-5.0, reset=index)),
        ):
            assert strong.spikes_when(gate, what) == pytest.approx(times, abs=1e-3)
            assert bool(times) == (gate != "n")
    assert strong.causes == strong.enough == ("n",)
    assert "The cause is n" in answers.rebound.text()


def test_slow_ramp(answers: ExerciseAnswers) -> None:
    answer = answers.slow_ramp
    value = answer.ramp.lowest.value
    assert not ramp(value - 1e-4)
    after = ramp(value + 1e-4)
    assert after[0] > RAMP[1]
    assert answer.ramp.spike > 0
    assert min(ramp(answer.during.value + 1e-4)) < RAMP[1] < min(ramp(answer.during.value - 1e-4))
    assert value > 5 * answer.step.value


def test_more_sodium(answers: ExerciseAnswers) -> None:
    answer = answers.more_sodium
    value = answer.changed.value
    assert answer.conductances == (120.0, 180.0)
    assert answer.original == answers.repetitive.lowest
    assert repetitive(step(value + 1e-5, g_Na=180.0))
    assert step(value - 1e-5, g_Na=180.0) == []
    assert answer.once.value == pytest.approx(value, abs=2e-6)
