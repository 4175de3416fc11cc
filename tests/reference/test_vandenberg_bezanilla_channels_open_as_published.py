"""The squid's sodium channel of Vandenberg and Bezanilla opens as often, and inactivates from where, as they found.

Vandenberg CA, Bezanilla F (1991) A sodium channel gating model based on single channel, macroscopic ionic, and gating
currents in the squid giant axon. Biophys J 60:1511-1533 (PMC1260209). From its abstract: five closed states before
channel opening; inactivation from at least one closed state as well as the open state; rates of inactivation slower
than those of activation and deactivation, with little or no voltage dependence; channels tend to reopen several times
before inactivating; at negative potentials they tend to reopen rarely, and often inactivate from closed states.
"""

import runpy
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import loligo as lo

EXAMPLE = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "squid_sodium_scheme.py"))
SODIUM, MEMBRANE = EXAMPLE["SODIUM"], EXAMPLE["membrane"]()
ACTIVE = ["C1", "C2", "C3", "C4", "C5", "O"]  # the states that have not inactivated


def paths(v):
    """Return of a channel in C1 the mean number of openings, and the parts that open, and inactivate when open."""
    rates = lo.rates(MEMBRANE, v)["Na"]
    leaving = {a: sum(float(rate) for (begin, _), rate in rates.ways.items() if begin == a) for a in ACTIVE}
    jumps = np.zeros((6, 6))
    for (a, b), rate in rates.ways.items():
        if a in ACTIVE and b in ACTIVE:
            jumps[ACTIVE.index(a), ACTIVE.index(b)] = float(rate) / leaving[a]
    openings = np.linalg.inv(np.eye(6) - jumps)[0, 5]
    once = jumps.copy()
    once[5] = 0.0
    opens = np.linalg.inv(np.eye(6) - once)[0, 5]
    return openings, opens, openings * float(rates["O", "I"]) / leaving["O"]


def test_openings_at_negative_potentials_are_rare_and_single():
    openings, opens, from_open = paths(-60.0)
    assert openings / opens < 1.5
    assert opens < 0.25
    assert from_open < 0.05  # the others inactivate from a closed state


@pytest.mark.parametrize("v", [-20.0, 0.0, 20.0])
def test_channels_reopen_several_times_at_more_positive_potentials(v):
    openings, opens, _ = paths(v)
    assert 3.0 < openings / opens < 4.0
    assert opens > 0.7
    assert paths(20.0)[2] > 0.85


def test_inactivation_is_slow_and_hardly_depends_on_v():
    low, high = lo.rates(MEMBRANE, -60.0)["Na"], lo.rates(MEMBRANE, 60.0)["Na"]
    for way in (("C4", "I4"), ("O", "I")):
        assert high[way] / low[way] == pytest.approx(1.0, abs=0.01)
        assert low[way] < min(low["C1", "C2"], low["O", "C5"])
        assert high[way] < min(high["C1", "C2"], high["C5", "O"])


def test_the_loop_has_detailed_balance():
    v = np.linspace(-100, 60, 9)
    rates = lo.rates(MEMBRANE, v)["Na"]
    loop = ["C4", "C5", "O", "I", "I5", "I4", "C4"]
    one = np.prod([rates[a, b] for a, b in pairwise(loop)], axis=0)
    back = np.prod([rates[b, a] for a, b in pairwise(loop)], axis=0)
    assert one == pytest.approx(back, rel=1e-12)
    for a, b, _ in SODIUM.ways:
        assert rates.inf[a] * rates[a, b] == pytest.approx(rates.inf[b] * rates[b, a], rel=1e-12)
