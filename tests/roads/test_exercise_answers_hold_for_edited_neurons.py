"""What the exercise says of a neuron with other parameters agrees with SciPy's solve_ivp, and it says no more."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from loligo.course.changes import changes
from loligo.course.classroom import classroom_file, neuron_in
from loligo.course.digits import apart, decimal
from loligo.course.firing import Lowest, lowest
from loligo.course.protocol import RAMP, RAMP_DURATION
from loligo.course.ramps import DURATIONS, SlowRamp, ramp_of, slow_ramp
from loligo.course.rebound import Rebound, rebound
from loligo.course.steps import OneSpike, Repetitive, more_sodium, one_spike, repetitive
from loligo.course.window import Window
from loligo.membrane import Channel, Membrane
from loligo.simulation import simulate

ORIGINAL = neuron_in(classroom_file())
SQUID = {"g_Na": 120.0, "g_K": 36.0, "g_leak": 0.3, "E_Na": 115.0, "E_K": -12.0, "E_leak": 10.6, "C": 1.0}
Edit = tuple[str, float]
LEAKY, FAST, MORE_SODIUM, LESS_SODIUM = ("g_leak", 1.0), ("C", 0.5), ("g_Na", 180.0), ("g_Na", 60.0)
LATE, LESS_POTASSIUM = ("E_leak", 40.0), ("g_K", 20.0)


def neuron(edit: Edit) -> Membrane:
    return ORIGINAL.replace(**dict([edit]))


@cache
def steps(edit: Edit) -> tuple[OneSpike, Repetitive]:
    return one_spike(neuron(edit)), repetitive(neuron(edit))


@cache
def ramps(edit: Edit) -> SlowRamp:
    return slow_ramp(neuron(edit), one_spike(neuron(edit)).lowest, lambda _: None)


@cache
def rebounds(edit: Edit) -> Rebound:
    return rebound(neuron(edit))


def spikes(edit: Edit, *pieces: tuple[float, float, Callable[[float], float]], reset: bool = False) -> list[float]:
    """Integrate piece by piece (start, stop, current(t)); ``reset`` puts all gates to rest before the last."""
    p = SQUID | dict([edit])

    def gates(v: float) -> list[tuple[float, float]]:
        return [
            (0.1 * (25 - v) / np.expm1((25 - v) / 10), 4 * np.exp(-v / 18)),
            (0.07 * np.exp(-v / 20), 1 / (np.exp((30 - v) / 10) + 1)),
            (0.01 * (10 - v) / np.expm1((10 - v) / 10), 0.125 * np.exp(-v / 80)),
        ]

    def slope(y: np.ndarray, current: float) -> list[float]:
        v, m, h, n = y
        ionic = (
            p["g_Na"] * m**3 * h * (v - p["E_Na"]) + p["g_K"] * n**4 * (v - p["E_K"]) + p["g_leak"] * (v - p["E_leak"])
        )
        return [
            (current - ionic) / p["C"],
            *(a * (1 - x) - b * x for (a, b), x in zip(gates(v), (m, h, n), strict=True)),
        ]

    def at(v: float) -> np.ndarray:
        return np.array([v, *(a / (a + b) for a, b in gates(v))])

    def level(_t: float, y: np.ndarray) -> float:
        return y[0] - 50

    level.direction = 1
    start = at(brentq(lambda v: slope(at(v), 0.0)[0], -9, 9, xtol=1e-14))
    y, found = start.copy(), []
    for begin, end, current in pieces:
        if reset and (begin, end, current) == pieces[-1]:
            y[1:] = start[1:]
        run = solve_ivp(
            lambda t, y, current=current: slope(y, current(t)), (begin, end), y,
            method="DOP853", rtol=1e-9, atol=1e-11, max_step=5.0, events=level,
        )  # fmt: skip
        y = run.y[:, -1].copy()
        found += run.t_events[0].tolist()
    return found


def off(_t: float) -> float:
    return 0.0


def step(edit: Edit, amplitude: float, stop: float = 180.0, end: float = 200.0, *, reset: bool = False) -> list[float]:
    return spikes(edit, (0.0, 20.0, off), (20.0, stop, lambda _: amplitude), (stop, end, off), reset=reset)


def ramp(edit: Edit, amplitude: float) -> list[float]:
    return spikes(edit, (0.0, 30.0, off), (30.0, 270.0, lambda t: amplitude * (t - 30) / 240), (270.0, 300.0, off))


def test_an_earlier_window_of_firing_is_found() -> None:
    found = ramps(LEAKY)
    value, (ends, again, *_) = found.ramp.lowest.value, found.ramp.lowest.others
    assert value <= found.during.value
    for amplitude, fires in ((value, True), ((value + ends) / 2, True), ((ends + again) / 2, False), (again, True)):
        assert bool(ramp(LEAKY, amplitude + (1e-2 if fires else 0.0))) is fires  # graded: a narrow peak at first
    assert not any(ramp(LEAKY, value - below) for below in (1e-4, 0.1, 1.0))
    for (_, one), (_, other) in zip(found.levels, found.levels[1:], strict=False):
        assert one <= value <= other


@pytest.mark.parametrize("duration", DURATIONS)
def test_every_threshold_is_one_of_the_runs_that_are_shown(duration: float) -> None:
    stimulus, end = ramp_of(duration)
    found = lowest(neuron(FAST), stimulus, end)
    fired = [
        simulate(neuron(FAST), stimulus.with_amplitude(x), end, sampling=None, tolerance=1e-8).spikes.size > 0
        for x in (found.silent, found.value)
    ]
    assert fired == [False, True]
    assert found.value - found.silent <= found.resolution


def test_lasting_firing_is_mentioned_only_if_thresholds_approach_it() -> None:
    _, same = steps(MORE_SODIUM)
    assert not same.window.for_ever
    assert "same for longer steps" in same.text()
    assert "forever" not in same.text()
    for amplitude in (0.45, 0.8):  # above the fold of cycles, from which on firing would last
        assert amplitude > same.window.lasting
        assert step(MORE_SODIUM, amplitude, 1020.0, 1040.0) == []
    rising, flat, falling = ((160.0, 1.0), (320.0, 1.2)), ((160.0, 1.0), (320.0, 1.0)), ((160.0, 1.2), (320.0, 1.0))
    assert [Window(x, lasting=1.25).for_ever for x in (rising, flat, falling)] == [True, False, False]
    assert not Window(rising, lasting=0.5).for_ever


@pytest.mark.parametrize("edit", [LATE, LESS_POTASSIUM])
def test_too_few_spikes_are_not_firing_that_has_stopped(edit: Edit) -> None:
    once, found = steps(edit)
    assert "stopped, but with fewer than 3" in found.text()
    assert not found.dies_out
    assert "cannot be derived" in found.text() or "in the end" in found.text()
    longer = step(edit, found.lowest.silent, 400.0, 420.0)
    assert len(longer) > len(found.below) >= 2
    assert longer[-1] > 380.0
    # the single spike comes when the step is over, and a longer run needs less
    assert "after the end of the step" in once.text()
    assert "lower amplitudes, too" in once.text()
    assert step(edit, once.lowest.silent, end=400.0)
    assert not once.late


def test_delays_are_those_after_the_step_begins() -> None:
    once, _ = steps(LEAKY)
    delay = step(LEAKY, once.lowest.value + 1e-6)[0] - 20.0
    assert "the nearer to the threshold, the later" in once.text()
    assert once.spike - 20.0 == pytest.approx(delay, abs=1.5)
    assert f"{once.spike - 20.0:.1f} ms after the step begins" in once.text()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("edit", "said"), [(("E_K", 12.0), "oscillates"), (("g_Na", 240.0), "fires")])
def test_a_neuron_without_a_rest_has_no_threshold(edit: Edit, said: str) -> None:
    once, often = steps(edit)
    texts = [once.text(), often.text(), rebounds(edit).text(), ramps(edit).text()]
    assert all(text.startswith(f"It {said} without any stimulus") for text in texts)
    assert once.lowest.value is None


def test_a_return_through_a_level_below_rest_is_no_spike() -> None:
    found = rebound(ORIGINAL.replace(spike_level=-5.0))
    assert found.responses == ()
    assert "above the spike level of -5 mV" in found.text()


def test_a_rebound_without_a_causing_gate_is_explained() -> None:
    strong = rebounds(MORE_SODIUM).responses[0]
    after = step(MORE_SODIUM, -5.0, reset=True)
    assert strong.no_gate == pytest.approx(after, abs=1e-3)
    assert "none of these changes is needed" in strong.text()
    assert "alone is enough" not in strong.text()
    assert rebound(ORIGINAL).responses[0].no_gate == ()
    assert step(("C", 1.0), -5.0, reset=True) == []


@pytest.mark.parametrize("edit", [MORE_SODIUM, LESS_POTASSIUM, LESS_SODIUM, LEAKY])
def test_gates_are_held_where_the_rebound_begins(edit: Edit) -> None:
    found = rebounds(edit)
    silent, firing = found.weakest
    assert (step(edit, silent + 1e-3), bool(step(edit, firing - 1e-3))) == ([], True)
    assert firing >= found.map[0].amplitude > 1.02 * firing
    assert found.map[0].by
    assert all(one.spike for one in found.map)


@pytest.mark.parametrize("edit", [LESS_SODIUM, ("C", 10.0)])
def test_a_threshold_that_is_not_sharp_has_no_six_digits(edit: Edit) -> None:
    found = ramps(edit)
    assert found.graded
    assert "no sharp threshold" in found.text()
    assert f"{found.ramp.lowest.value:.6f}" not in found.text()
    assert not ramps(MORE_SODIUM).graded
    assert "does not change the answer" in ramps(MORE_SODIUM).text()


def test_a_steep_but_graded_spike_is_shown_beside_a_run_without_it() -> None:
    found = slow_ramp(ORIGINAL, Lowest(2.24), lambda _: None)
    level, amplitude = found.lower
    run = simulate(ORIGINAL, RAMP.with_amplitude(amplitude), RAMP_DURATION, tolerance=1e-8)
    assert run.v.max() < level + 1e-6
    assert "graded" in found.text()
    assert apart([3.3913341, 3.3913344]) == 7


@pytest.mark.parametrize("g_Na", [60.0, 0.12, 200.0])
def test_half_as_much_again_of_the_neurons_own_sodium(g_Na: float) -> None:
    membrane = neuron(("g_Na", g_Na))
    found = more_sodium(membrane, Lowest(None, reason="not asked"), ORIGINAL)
    assert found.conductances == pytest.approx((g_Na, 1.5 * g_Na))
    assert found.changed.value == repetitive(membrane.replace(g_Na=1.5 * g_Na)).lowest.value


def test_a_step_too_strong_to_run_leaves_the_other_answers() -> None:
    found = rebounds(("g_leak", 0.0))
    assert found.reason == ""
    assert len(found.responses) == 2
    assert found.map or f"down to {found.strongest:g}" in found.text()


@pytest.mark.parametrize("level", [15.0, 95.0])
def test_a_sharp_threshold_is_sharp_at_any_level_that_a_spike_crosses(level: float) -> None:
    once = one_spike(ORIGINAL.replace(spike_level=level))
    assert once.lowest.value == pytest.approx(2.2409, abs=3e-3)
    assert "no sharp threshold" not in once.text()


def test_a_short_spike_is_not_taken_for_a_push() -> None:
    found = lowest(neuron(("C", 0.1)), RAMP, RAMP_DURATION)
    assert found.value == pytest.approx(15.375, abs=0.05)
    digits = str(found).split(" ", 1)[0].split(".")[1]
    assert 10.0 ** -len(digits) >= found.resolution / 10


def test_amplitudes_beyond_come_in_pairs() -> None:
    assert [Lowest(1.0, others=x).ends for x in ((), (2.0,), (2.0, 3.0), (2.0, 3.0, 9.0))] == [None, 2.0, None, 9.0]
    assert Lowest(1.0, others=(2.0, 3.0)).gap("makes no spike") == " From 2.0000 to 3.0000 µA/cm² it makes no spike."
    often = Repetitive(Lowest(1.0, 0.9, others=(2.0, 3.0, 9.0)))
    assert "From 9.0 µA/cm² on the neuron no longer" in often.text()


def test_no_minus_zero() -> None:
    assert (decimal(-0.001, 2), decimal(-0.006, 2)) == ("0.00", "-0.01")


def test_a_renamed_channel_is_reported_as_renamed() -> None:
    sodium, *others = ORIGINAL.channels
    named = Channel("sodium", g=120.0, E=115.0, open=sodium.open)
    membrane = Membrane(named, *others, C=1.0, spike_level=50.0, name="HH neuron")
    assert changes(ORIGINAL, membrane) == ("Na is called sodium",)
    assert changes(ORIGINAL, membrane.replace(g_sodium=60.0)) == ("Na is called sodium", "g_Na 120 mS/cm² -> 60 mS/cm²")
    found = more_sodium(membrane.replace(g_sodium=0.0), Lowest(None, reason="not asked"), ORIGINAL)
    assert "With g_sodium = 0 mS/cm²" in found.text()
    none = Membrane(*others, C=1.0, spike_level=50.0, name="HH neuron")
    assert "no sodium conductance g_Na" in more_sodium(none, Lowest(None, reason="not asked"), ORIGINAL).text()
