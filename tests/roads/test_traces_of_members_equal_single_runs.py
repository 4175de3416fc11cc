"""Traces of chosen members come as a Dataset or are written as a Zarr group: the same numbers as `simulate` gives."""

import json
import sys

import numpy as np
import pytest

import loligo as lo

SQUID = lo.models.squid()
STEP = lo.Step(1.0, start=5, stop=25)
POPULATION = lo.Population(SQUID, g_Na=[100.0, 120.0, -1.0, 140.0], amplitude=[0.0, 10.0])  # two members cannot be


def test_traces_are_those_of_simulate():
    traces = POPULATION.traces([7, 1], STEP, 30, sampling=0.1, tolerance=1e-7)
    assert dict(traces.sizes) == {"member": 2, "time": 301}
    assert traces.member.values.tolist() == [7, 1]
    assert traces.g_Na.values.tolist() == [140.0, 100.0]
    assert traces.amplitude.values.tolist() == [10.0, 10.0]
    assert list(traces.data_vars) == ["v", "m", "h", "n"]
    for member, g_Na in ((7, 140.0), (1, 100.0)):
        alone = lo.simulate(SQUID.replace(g_Na=g_Na), STEP.with_amplitude(10.0), 30, sampling=0.1, tolerance=1e-7)
        for name in traces.data_vars:
            assert traces[name].sel(member=member).values.tobytes() == alone[name].tobytes()
    np.testing.assert_array_equal(traces.time, alone.t)


def test_units_are_attributes():
    traces = POPULATION.traces(1, STEP, 30)
    assert traces.v.attrs["units"] == "mV"
    assert traces.time.attrs["units"] == "ms"
    assert traces.g_Na.attrs["units"] == "mS/cm²"
    assert traces.amplitude.attrs["units"] == "µA/cm²"
    assert "units" not in traces.m.attrs


def test_states_and_instantaneous_gates_are_traces_with_their_units():
    cell = lo.models.pospischil("LTS")
    traces = lo.Population(cell, g_leak=[cell["g_leak"]]).traces([0], lo.Step(3.0, 5, 25), 30, sampling=1.0)
    assert {"ca", "s", "u"} <= set(traces.data_vars)
    assert traces.ca.attrs["units"] == next(state.unit for state in cell.states if state.name == "ca")


def test_members_may_be_chosen_by_true_and_false():
    chosen = np.array([False, True, False, True, False, False, False, False])
    assert POPULATION.traces(chosen, STEP, 30).member.values.tolist() == [1, 3]


def test_a_member_that_fails_leaves_the_others_alone():
    alone = POPULATION.traces([1, 3], STEP, 30)
    with_it = POPULATION.traces([1, 4, 3], STEP, 30)
    assert np.isnan(with_it.v.sel(member=4)).all()
    assert "g_Na" in json.loads(with_it.attrs["failed"])["4"]
    assert with_it.v.sel(member=[1, 3]).values.tobytes() == alone.v.values.tobytes()
    assert "failed" not in alone.attrs


def test_a_zarr_group_is_the_same_dataset(tmp_path):
    members = [3, 4, 1]
    kept = POPULATION.traces(members, STEP, 30)
    written = POPULATION.traces(members, STEP, 30, path=tmp_path / "traces.zarr")
    assert written.load().identical(kept)
    assert [path.name for path in tmp_path.iterdir()] == ["traces.zarr"]


def test_a_group_may_be_at_a_url():
    written = POPULATION.traces([1, 3], STEP, 30, path="memory://loligo/traces.zarr")
    assert written.load().identical(POPULATION.traces([1, 3], STEP, 30))


def test_existing_files_are_not_overwritten(tmp_path):
    POPULATION.traces([1], STEP, 30, path=tmp_path / "traces.zarr")
    before = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*"))
    with pytest.raises(lo.LoligoError, match="already exists"):
        POPULATION.traces([3], STEP, 30, path=tmp_path / "traces.zarr")
    assert sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*")) == before


def test_a_url_is_not_overwritten():
    POPULATION.traces([1], STEP, 30, path="memory://loligo/once.zarr")
    with pytest.raises(lo.ArgumentError, match=r"memory://loligo/once.zarr already exists: choose another path"):
        POPULATION.traces([1], STEP, 30, path="memory://loligo/once.zarr")


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(lo.StoreError, match=r"nowhere.traces.zarr cannot be written: No such file"):
        POPULATION.traces([1], STEP, 30, path=tmp_path / "nowhere" / "traces.zarr")
    with pytest.raises(lo.ArgumentError, match=r"path must be a folder or a URL, .* got 3"):
        POPULATION.traces([1], STEP, 30, path=3)


@pytest.mark.parametrize("name", ["time", "member"])
def test_a_constant_with_the_name_of_an_axis_is_refused(name):
    leak = lo.Channel("leak", g=0.3, E=-60)
    membrane = lo.Membrane(leak, lo.Current("c", f"0.1*{name}"), constants={name: 1.0}, spike_level=10.0)
    with pytest.raises(lo.ArgumentError, match=f"{name} is the name of an axis of traces: rename"):
        lo.Population(membrane, **{name: [1.0, 2.0]}).traces([0], STEP, 30)


def test_an_interrupted_group_is_not_there(tmp_path, monkeypatch):
    def interrupted(self, *arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(lo.Population, "replay", interrupted)
    with pytest.raises(KeyboardInterrupt):
        POPULATION.traces([1], STEP, 30, path=tmp_path / "traces.zarr")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("members", "kind", "words"),
    [
        ([8], ValueError, "counted from 0 to 7; got 8"),
        ([0, -1], ValueError, "counted from 0 to 7; got -1"),
        ([1, 2, 1], ValueError, "Member 1 occurs twice"),
        ([], ValueError, "at least one member"),
        ([[1, 2]], ValueError, "at least one member"),
        ([1.5], TypeError, "whole numbers"),
        ("1", TypeError, "whole numbers"),
        ([True, False], ValueError, "A mask of members must have shape"),
    ],
)
def test_wrong_members_are_refused(members, kind, words):
    with pytest.raises(kind, match=words) as caught:
        POPULATION.traces(members, STEP, 30)
    assert isinstance(caught.value, lo.LoligoError)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"sampling": None}, "Traces need times"),
        ({"sampling": []}, "sampling= is empty"),
        ({"sampling": -1}, "sampling must be greater than zero"),
        ({"tolerance": 0}, "tolerance"),
        ({"duration": 0}, "duration"),
    ],
)
def test_wrong_settings_are_refused_before_anything_runs(settings, words, tmp_path):
    with pytest.raises(lo.LoligoError, match=words):
        POPULATION.traces([1], STEP, **({"duration": 30} | settings), path=tmp_path / "traces.zarr")
    assert list(tmp_path.iterdir()) == []


def test_too_much_for_memory_is_refused():
    many = lo.Population(SQUID, g_Na=np.linspace(100, 140, 1000))
    with pytest.raises(lo.LoligoError, match="GiB: write them to a file with path="):
        many.traces(np.arange(1000), STEP, 30_000)


@pytest.mark.parametrize(("library", "path"), [("xarray", None), ("zarr", "traces.zarr")])
def test_a_missing_library_is_named(library, path, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ImportError, match=f"{library}.*pip install"):
        POPULATION.traces([1], STEP, 30, path=path and tmp_path / path)


def test_a_replay_lasts_as_long_as_the_run():
    """Sixty milliseconds longer than the stimulus that all share, whatever stops members have of their own."""
    population, stimulus = lo.Population(lo.models.squid(), stop=[20.0, 300.0]), lo.Step(8.0, start=5, stop=30)
    counts = population.run(stimulus).spike_count.tolist()
    replays = [population.replay(member, stimulus) for member in range(2)]
    assert [replay.settings.duration for replay in replays] == [90.0, 90.0]
    assert [len(replay.spikes) for replay in replays] == counts
