"""Where stable cycles of spikes end at a period doubling or a torus, `lasting` is that current if firing ends there.

If bursts or other cycles go on beyond, it is None, and the note says so. Long runs from one to the other side decide.
"""

import pytest

import loligo as lo
from reference.published import PUBLISHED

STEP = lo.Step(1.0, start=20, stop=180)
ENDS, GOES_ON = ["Golomb pyramidal"], ["INap + IK + M", "Golomb fast spiking"]
NEARER = (1.3, 1.15, 1.08, 1.04, 1.02, 1.01, 1.005)  # shares of a current, down to it
LONG = 20_000.0  # ms


def _made(name):
    membrane = PUBLISHED[name].make()
    return membrane, lo.threshold(membrane, STEP, resolution=1e-2)


def _lowered(membrane, current, factors):
    """Return a run that fires at 1.5 times a current, after the current was lowered to these shares of it."""
    run = lo.simulate(membrane, lo.Step(1.5 * current), 2000, sampling=None)
    for factor in factors:
        run = lo.simulate(membrane, lo.Step(factor * current), 2000, initial=run, sampling=None)
    return run


def _fires_late(membrane, current, start):
    spikes = lo.simulate(membrane, lo.Step(current), LONG, initial=start, sampling=None).spikes
    return bool((spikes > 0.8 * LONG).any())


@pytest.mark.parametrize("name", ENDS)
def test_firing_lasts_from_where_nothing_fires_beyond(name):
    membrane, found = _made(name)
    assert found.lasting is not None
    assert "period doubling" in found.lasting_note
    run = _lowered(membrane, found.lasting, NEARER)
    assert _fires_late(membrane, 1.005 * found.lasting, run)
    assert not _fires_late(membrane, 0.995 * found.lasting, run)


@pytest.mark.parametrize("name", GOES_ON)
def test_firing_that_continues_beyond_does_not_begin_there(name):
    membrane, found = _made(name)
    assert found.lasting is None
    assert "firing does not end there" in found.lasting_note
    located = float(found.lasting_note.split(" from ")[1].split(" µA")[0])
    run = _lowered(membrane, located, (*NEARER, 1.0, 0.9995, 0.999))
    assert _fires_late(membrane, 0.999 * located, run)
