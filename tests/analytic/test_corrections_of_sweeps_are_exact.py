"""Corrections of a sweep take away what was put in, and are kept in order."""

import numpy as np
import pytest

import loligo as lo

T = np.arange(4000) * 0.05
COMMAND = lo.Step(10.0, 20, 60) + lo.Step(-20.0, 100, 150)
V = COMMAND(T) - 80
SIGNAL = np.where((T > 25) & (T < 30), 3.0, 0.0)


def sweep(current, command=COMMAND, **more):
    return lo.Sweep(T, current=current, command=command, holding=-80, **more)


def test_a_leak_is_measured_from_steps_and_subtracted():
    measured = sweep(SIGNAL + 0.02 * (V + 60))
    windows = [(5, 15), (40, 55), (110, 140)]
    leak = lo.LeakSubtraction.measured(measured, windows)
    assert (leak.conductance, leak.reversal) == (pytest.approx(0.02), pytest.approx(-60))
    assert lo.LeakSubtraction.measured([measured, measured], windows[:2]).reversal == pytest.approx(-60)
    done = measured.corrected(leak)
    np.testing.assert_allclose(done.current, SIGNAL, atol=1e-12)
    assert done.corrections == (leak,)
    assert "LeakSubtraction(conductance=0.02" in repr(done)
    np.testing.assert_array_equal(measured.current, SIGNAL + 0.02 * (V + 60))


@pytest.mark.parametrize("part", [0.25, -0.25, -1 / 3])
def test_p_over_n(part):
    def passive(command):
        return 0.5 + 0.02 * command(T) + 0.3 * np.diff(command(T), prepend=0.0)

    small = part * COMMAND
    leaks = [sweep(passive(small), small) for _ in range(4)]
    done = sweep(SIGNAL + passive(COMMAND)).corrected(lo.PNSubtraction(leaks))
    np.testing.assert_allclose(done.current, SIGNAL + 0.5, atol=1e-12)
    with pytest.raises(lo.ArgumentError, match="not proportional"):
        leaks[0].replace(command=lo.Step(4.0, 10, 60)).corrected(lo.PNSubtraction(leaks))
    with pytest.raises(lo.ArgumentError, match="different unit"):
        sweep(SIGNAL, per="cell").corrected(lo.PNSubtraction(leaks[0]))


def test_offsets():
    done = sweep(SIGNAL + 7).corrected(lo.Baseline(0, 20), lo.JunctionPotential(12.5))
    np.testing.assert_allclose(done.current, SIGNAL, atol=1e-12)
    assert (done.holding, done.command, len(done.corrections)) == (-92.5, COMMAND, 2)
    v = lo.Sweep(T, v=V).corrected(lo.JunctionPotential(12.5)).v
    np.testing.assert_allclose(v, V - 12.5)


@pytest.mark.parametrize("frequency", [0.1, 1.0, 2.0])
def test_half_of_the_power_passes_at_the_cutoff(frequency):
    wave = np.sin(2 * np.pi * frequency * T)
    done = lo.Sweep(T, v=wave).corrected(lo.LowPass(1.0)).v
    inside = slice(500, -500)
    np.testing.assert_allclose(done[inside], wave[inside] * 2 ** (-0.5 * frequency**2), atol=1e-3)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: lo.Sweep(T, v=V).corrected(lo.Baseline(0, 1)), "for the current of a voltage clamp"),
        (lambda: sweep(V).corrected(lo.Baseline(500, 600)), "no sample"),
        (lambda: sweep(V).corrected(3), "got 3"),
        (lambda: lo.LeakSubtraction.measured(sweep(V), [(5, 15)]), "two or more potentials"),
        (lambda: lo.Sweep(T, current=V).corrected(lo.LeakSubtraction(1, -60)), "protocol is absent"),
        (lambda: lo.Sweep(T, current=V).corrected(lo.JunctionPotential(1)), "no holding"),
        (lambda: lo.Sweep(T**1.1, v=V).corrected(lo.LowPass(1.0)), "equal intervals"),
        (lambda: lo.Sweep(T, v=V).corrected(lo.LowPass(1e-9)), "too low for"),
        (lambda: lo.LowPass(-1.0), "greater than zero"),
        (lambda: lo.PNSubtraction([]), "at least one"),
    ],
)
def test_impossible_corrections_are_refused(make, match):
    with pytest.raises(lo.LoligoError, match=match):
        make()
