"""4096 squid axons, 0 to 20 µA/cm² in equal steps, 200 ms: every count is that of `simulate` at tolerance 1e-10.

Members within 1e-4 µA/cm² of an amplitude at which the count changes are listed, and left out: there the count is a
matter of rounding. The changes are bracketed by `simulate` itself.
"""

import numpy as np
import pytest

import loligo as lo

SQUID, STEP, DURATION = lo.models.squid(), lo.Step(1.0), 200.0
AMPLITUDES = np.linspace(0, 20, 4096)
NEAR = 1e-4  # µA/cm²
TOO_NEAR: list[int] = []  # members so near to a change of the count


def count_at(amplitude):
    return lo.simulate(SQUID, lo.Step(amplitude), DURATION, tolerance=1e-10, sampling=None).spikes.size


@pytest.fixture(scope="module")
def counts():
    table = lo.Population(SQUID, amplitude=AMPLITUDES).run(STEP, DURATION)
    assert (table.status == "ok").all()
    return table.spike_count.to_numpy()


def test_all_spikes_are_counted(counts):
    assert counts.sum() == 43_491


def test_members_chosen_at_random(counts):
    for member in np.random.default_rng(20261).choice(4096, 40, replace=False):
        assert counts[member] == count_at(AMPLITUDES[member]), member


def test_members_beside_a_change_of_the_count(counts):
    """Where neighbours differ, both are run, and the change between them is bracketed within 1e-4."""
    changes = np.flatnonzero(np.diff(counts))
    assert changes.size >= 9
    too_near = []
    for below in changes.tolist():
        low, high = AMPLITUDES[below], AMPLITUDES[below + 1]
        first, last = count_at(low), count_at(high)
        if first == last:  # then one of the two is wrong: only a change just beside it excuses that
            side = low if counts[below] != first else high
            assert count_at(side - NEAR) != count_at(side + NEAR), below
            too_near.append(below + (side == high))
            continue
        assert (counts[below], counts[below + 1]) == (first, last)
        for edge, member, inside in ((low, below, low + NEAR), (high, below + 1, high - NEAR)):
            if count_at(inside) != (first if edge == low else last):
                too_near.append(member)
    assert too_near == TOO_NEAR


@pytest.mark.parametrize(("precision", "tolerance", "error"), [("double", 1e-4, 1e-3), ("single", 1e-4, 6e-3)])
def test_times_of_spikes(precision, tolerance, error):
    """Within the error that `Population.run` states [ms]."""
    chosen = AMPLITUDES[np.random.default_rng(7).choice(4096, 64, replace=False)]
    settings = {"tolerance": tolerance, "precision": precision, "spike_times": 40}
    firing = chosen[chosen > 6.5]
    table = lo.Population(SQUID, amplitude=firing).run(STEP, DURATION, **settings)
    for times, amplitude in zip(table.spike_times, firing, strict=True):
        run = lo.simulate(SQUID, lo.Step(amplitude), DURATION, tolerance=1e-10, sampling=None)
        np.testing.assert_allclose(times, run.spikes, rtol=0, atol=error)
