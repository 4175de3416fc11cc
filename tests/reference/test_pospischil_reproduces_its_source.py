"""The cortical neurons of Pospischil and colleagues spike when the authors' programs do."""

import math

import numpy as np
import pytest

import loligo as lo

# What the authors' programs (ModelDB 123623) do in NEURON in steps of 1 µs: spike times [ms], as recorded in
# .test.*.spikes.mep of OpenSourceBrain/PospischilEtAl2008. Before them: diameter = length [µm], current [nA],
# its start, and the potential at which gates settle before time 0. After them: the error of those steps,
# which are of first order; it grows with every interval, most where firing is slow [ms].
PROGRAMS = {
    "RS": (96, 0.75, 300, -70, [320.554, 348.522, 387.944, 456.690, 592.105], 0.32),
    "FS": (
        67,
        0.50,
        300,
        -70,
        [317.023, 337.195, 357.367, 377.539, 397.711, 417.882, 438.054, 458.226],
        0.02,
    ),
    "IB": (
        96,
        0.15,
        500,
        -84,
        [617.725, 624.632, 631.101, 637.786, 644.909, 652.671, 661.420, 672.085],
        0.07,
    ),
    "LTS": (96, 0.15, 400, -84, [431.423, 445.189, 517.237, 720.422], 0.22),
}


def spikes_of(kind, duration):
    diameter, nanoamperes, start, v_init, *_ = PROGRAMS[kind]
    area = math.pi * diameter**2 * 1e-8  # cm²
    membrane = lo.models.pospischil(kind)
    settled = lo.simulate(
        membrane, duration=20_000, initial={"v": v_init}, interventions=lo.Hold("v", v_init), sampling=None
    )
    step = lo.Step(nanoamperes * 1e-3 / area, start=start)
    return lo.simulate(membrane, step, duration=duration, initial=settled, sampling=None).spikes


@pytest.mark.parametrize("kind", PROGRAMS)
def test_spikes_are_those_of_the_authors_programs(kind):
    *_, expected, error = PROGRAMS[kind]
    spikes = spikes_of(kind, expected[-1] + 1)
    assert len(spikes) == len(expected)
    assert spikes[0] == pytest.approx(expected[0], abs=0.004)
    assert np.abs(spikes - expected).max() < error


def test_spikes_are_the_limit_of_smaller_steps():
    # The same mechanisms in NEURON 9.0.2, steps of 0.5 and 0.25 µs extrapolated to 0.
    limit = [320.5525, 348.5246, 387.9660, 456.8155, 592.4178]
    assert np.abs(spikes_of("RS", 593) - limit).max() < 0.002


def test_regular_spiking_cells_adapt_and_fast_spiking_cells_do_not():
    # Pospischil et al. (2008), figures 2 and 3.
    regular, fast = (np.diff(spikes_of(kind, 690)) for kind in ("RS", "FS"))
    assert (np.diff(regular) > 0).all()
    assert np.ptp(fast) < 0.01
