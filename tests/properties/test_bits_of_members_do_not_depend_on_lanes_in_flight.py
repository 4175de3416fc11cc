"""As many lanes are in flight as a processor's registers are wide; a member's bits do not depend on it."""

import numpy as np

import loligo as lo
from loligo.lanes import programs
from loligo.population import FEATURES

MUSCLE = lo.models.morris_lecar()


def run(monkeypatch, bits):
    """Return the bits of all results of members, run as on a processor with registers of so many bits."""
    monkeypatch.setattr(programs, "register_bits", lambda: bits)
    monkeypatch.setattr(programs, "_PROGRAMS", {})
    programs._loop.cache_clear()
    members = lo.Population(MUSCLE, amplitude=np.linspace(30.0, 150.0, 75), start=[0.0, 20.0])
    table = members.run(lo.Step(1.0, stop=130.0), 160.0, features=list(FEATURES), threads=1, progress=False)
    programs._loop.cache_clear()
    assert (table["spike_count"] > 1).any()
    assert (table["status"] == "ok").all()
    return {name: np.asarray(column).tolist() for name, column in table.items()}


def test_members_have_the_same_bits_with_any_number_of_lanes(monkeypatch):
    wide, narrow = run(monkeypatch, 512), run(monkeypatch, 256)
    assert repr(wide) == repr(narrow)
