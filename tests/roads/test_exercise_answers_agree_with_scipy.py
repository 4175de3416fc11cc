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


def step(
    amplitude: float,
    g_Na: float = 120.0,
    held: int | None = None,
    reset: int | None = None,
    window: tuple[float, float, float] = STEP,
) -> list[float]:
    start, stop, end = window
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
    text = answers.repetitive.text()
    assert "6.254 µA/cm² for this step of 160 ms" in text
    assert "From 89.9 µA/cm² on" in text
    assert "1e-06" not in answers.text()


def test_the_window_of_repetitive_firing(answers: ExerciseAnswers) -> None:
    found = answers.repetitive.window
    assert [f"{value:.4f}" for _, value in found.thresholds] == ["6.2538", "6.2618", "6.2632", "6.2640"]
    for length, value in found.thresholds[1:3]:
        for amplitude, fires in ((value + 1e-4, True), (value - 1e-4, False)):
            times = step(amplitude, window=(20.0, 20.0 + length, 40.0 + length))
            inside = [t for t in times if t <= 20 + length]
            assert (20 + length - inside[-1] < 1.5 * (inside[-1] - inside[-2])) is fires
    # the fold of cycles and the two Hopf points, by two other programs: see hh1952.json
    assert found.lasting == pytest.approx(6.264221274513723, abs=1e-8)
    assert found.rest_ends == pytest.approx(9.779337995393126, abs=1e-6)
    assert found.swings_to == pytest.approx(154.526333665808, abs=1e-3)
    assert found.frequency == pytest.approx(1e3 / 19.895240712521932, rel=1e-4)


def test_beyond_the_last_spikes_v_swings_less_and_less() -> None:
    # from 89.9 on the crests stay below 50 mV, but v swings on, and no longer beyond 154.5
    swings = {current: crests(current) for current in (85.0, 95.0, 130.0, 150.0, 160.0)}
    assert swings[85.0][1] > 50 > swings[95.0][1]
    sizes = [high - low for low, high in swings.values()]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-2] > 5
    assert sizes[-1] < 0.1


def crests(current: float) -> tuple[float, float]:
    """Return the range of v after a long time under a constant current."""
    run = solve_ivp(
        lambda _t, y: derivative(y, current, 120.0, None), (0, 400), rest(120.0), method="DOP853", rtol=1e-8, atol=1e-10
    )
    late = run.y[0][run.t > 340]
    return float(late.min()), float(late.max())


def euler(amplitude: float, dt: float) -> list[float]:
    """Integrate a step by exponential Euler in steps of dt: what the original package does, at 0.1 ms."""
    y, found = list(rest(120.0)), []
    for k in range(round(STEP[2] / dt)):
        v, *gates = y
        m, h, n = gates
        current = amplitude if STEP[0] <= k * dt < STEP[1] - 1e-9 else 0.0
        g_Na, g_K = 120 * m**3 * h, 36 * n**4
        total = g_Na + g_K + 0.3
        aim = (g_Na * 115 - g_K * 12 + 0.3 * 10.6 + current) / total
        y = [aim + (v - aim) * np.exp(-total * dt)]
        for x, (a, b) in zip(gates, rates(v), strict=True):
            y.append(a / (a + b) + (x - a / (a + b)) * np.exp(-(a + b) * dt))
        if v < 50 <= y[0]:
            found.append(k * dt)
    return found


def test_answers_of_other_programs_are_explained() -> None:
    assert not euler(2.3, 0.1)
    assert euler(2.4, 0.1)
    assert not repetitive(euler(6.3, 0.1))
    assert repetitive(euler(6.4, 0.1))
    assert not euler(2.2, 0.02)
    assert euler(2.3, 0.02)
    assert not repetitive(euler(6.2, 0.02))
    assert repetitive(euler(6.3, 0.02))


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
    assert "At this amplitude the cause is n" in answers.rebound.text()
    assert weak.experiments == ()
    assert answers.text().count("-1 µA/cm²:") == 1


def test_which_gate_abolishes_the_rebound(answers: ExerciseAnswers) -> None:
    for one in answers.rebound.map:
        assert bool(step(one.amplitude)) is one.spike
        for index, gate in enumerate("mhn"):
            assert (not step(one.amplitude, held=index)) is (gate in one.by), (one.amplitude, gate)
    assert {one.amplitude: "".join(one.by) for one in answers.rebound.map} == {
        -2.8: "mhn", -3.0: "mhn", -3.2: "mhn", -3.5: "mn",
        -4.0: "n", -5.0: "n", -6.0: "n", -7.0: "", -10.0: "", -20.0: "",
    }  # fmt: skip


def test_slow_ramp(answers: ExerciseAnswers) -> None:
    answer = answers.slow_ramp
    value = answer.ramp.lowest.value
    assert not ramp(value - 1e-4)
    after = ramp(value + 1e-4)
    assert after[0] > RAMP[1]
    assert answer.ramp.spike > 0
    assert min(ramp(answer.during.value + 1e-4)) < RAMP[1] < min(ramp(answer.during.value - 1e-4))
    assert value > 5 * answer.step.value
    # what counts as a spike, 20 or 60 mV, makes no difference that is printed
    assert [level for level, _ in answer.levels] == [20.0, 60.0]
    assert max(abs(other - value) for _, other in answer.levels) < 5e-5
    assert "depends on the level" not in answer.text()
    assert "Accommodation" in answers.physiology["3.2.1"]


def test_more_sodium(answers: ExerciseAnswers) -> None:
    answer = answers.more_sodium
    value = answer.changed.value
    assert answer.conductances == (120.0, 180.0)
    assert answer.original == answers.repetitive.lowest
    assert repetitive(step(value + 1e-5, g_Na=180.0))
    assert step(value - 1e-5, g_Na=180.0) == []
    assert answer.once.value == pytest.approx(value, abs=2e-6)
