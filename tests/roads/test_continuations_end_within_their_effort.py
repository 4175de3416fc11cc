"""A branch of cycles that costs more than it may ends with a note, and what was found until then is kept."""

import numpy as np
import pytest

import loligo as lo

SQUID = lo.models.squid()


@pytest.fixture(scope="module")
def short():
    return lo.bifurcation(SQUID, "I", (5, 12), effort=0.02)


@pytest.fixture(scope="module")
def whole():
    return lo.bifurcation(SQUID, "I", (5, 12))


def test_the_error_names_place_and_cause(short):
    stopped = [note for note in short.notes if note.startswith("A branch of limit cycles stops at I = ")]
    assert stopped
    assert all("raise effort= to continue" in note for note in stopped)
    assert "µA/cm², period" in stopped[0]
    assert f"note: {stopped[0]}" in str(short)


def test_what_was_found_is_kept(short, whole):
    assert whole.notes == ()
    part, full = (next(b for b in one.branches if b.kind == "cycles") for one in (short, whole))
    assert 10 < len(part) < len(full)
    np.testing.assert_array_equal(part.values[:5], full.values[:5])
    assert [point.value for point in short.of_kind("Hopf")] == [point.value for point in whole.of_kind("Hopf")]


def test_the_search_for_special_points_ends_too(monkeypatch, whole):
    monkeypatch.setattr("loligo.dynamics.cycle_points.SEARCH_WORK_LIMIT", 100)  # of the search, not of the branch
    few = lo.bifurcation(SQUID, "I", (5, 12))
    part, full = (next(b for b in one.branches if b.kind == "cycles") for one in (few, whole))
    assert part.values[0] == full.values[0]
    assert part.values[-1] == full.values[-1]
    assert any("were not looked for on" in note and "work limit reached; raise effort=" in note for note in few.notes)
    kinds, all_kinds = ([point.kind for point in one.points] for one in (few, whole))
    assert 1 <= len(kinds) < len(all_kinds)
    left_out = [note for note in few.notes if "is left out: work limit reached" in note]
    announced = kinds.count("fold of cycles") + len(left_out)
    assert announced == all_kinds.count("fold of cycles")


def test_effort_counts_work_and_not_time(short):
    again = lo.bifurcation(SQUID, "I", (5, 12), effort=0.02)
    assert again.notes == short.notes
    assert [point.value for point in again.points] == [point.value for point in short.points]


@pytest.mark.parametrize("effort", [0, -1, "much"])
def test_an_effort_is_positive(effort):
    with pytest.raises(lo.LoligoError, match="effort"):
        lo.bifurcation(SQUID, effort=effort)
