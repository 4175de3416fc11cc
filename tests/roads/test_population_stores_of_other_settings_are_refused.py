"""A store that belongs to another run is refused by one sentence that names what differs, and stays as it was."""

import json

import numpy as np
import pytest

import loligo as lo
from loligo.population.store import manifest as store_manifest
from roads.squids import SETTINGS, SQUID, STIMULUS, run, squids

GRID = {"g_Na": np.linspace(100, 140, 12), "amplitude": np.linspace(0, 20, 5)}


def told(message):
    return message.count("\n") == 0 and message.endswith("Use another store for this run.")


@pytest.fixture
def store(tmp_path):
    run(squids(), tmp_path / "store", shard_size=16)
    return tmp_path / "store"


def contents(store):
    return {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}


OTHER = {
    "duration is 50.0 there and 60.0 here": {"duration": 60.0},
    "tolerance is 0.0001 there and 1e-05 here": {"tolerance": 1e-5},
    'features is ["spike_count", "activity", "peak_voltage"] there and ["spike_count"] here': {
        "features": "spike_count"
    },
    "spike_times is 3 there and 4 here": {"spike_times": 4},
    'precision is "double" there and "single" here': {"precision": "single"},
}


@pytest.mark.parametrize("sentence", OTHER)
def test_settings(sentence, store):
    before = contents(store)
    with pytest.raises(lo.StoreError) as refused:
        run(squids(), store, **OTHER[sentence])
    assert sentence in str(refused.value)
    assert told(str(refused.value))
    assert contents(store) == before


def test_membrane(store):
    with pytest.raises(lo.StoreError, match=r"membrane parts K g is 36.0 there and 30.0 here"):
        run(lo.Population(SQUID.replace(g_K=30), **GRID), store)


def test_stimulus(store):
    with pytest.raises(lo.StoreError, match=r"stimulus stop is 40.0 there and 30.0 here"):
        squids().run(lo.Step(1.0, start=2.0, stop=30.0), **SETTINGS, store=store)


MEMBERS = {
    "it has members with g_Na = 100, these have none": lo.Population(SQUID, **(GRID | {"g_Na": [120.0]})),
    "its members vary g_Na, amplitude, these vary g_Na": lo.Population(SQUID, g_Na=GRID["g_Na"]),
    "it has 60 members that are not among these": lo.Population.sobol(
        SQUID, {"g_Na": (100, 140), "amplitude": (0, 20)}, size=100
    ),
}


@pytest.mark.parametrize("sentence", MEMBERS)
def test_stores_with_other_members_are_refused(sentence, store):
    before = contents(store)
    with pytest.raises(lo.StoreError) as refused:
        run(MEMBERS[sentence], store)
    assert sentence in str(refused.value)
    assert told(str(refused.value))
    assert contents(store) == before


def test_a_sample_that_is_smaller(tmp_path):
    box = {"g_Na": (100, 140)}
    run(lo.Population.sobol(SQUID, box, size=20), tmp_path)
    with pytest.raises(lo.StoreError, match="it has 20 members of this sample, and 10 are fewer"):
        run(lo.Population.sobol(SQUID, box, size=10), tmp_path)
    with pytest.raises(lo.StoreError, match="it has 20 members that are not among these"):
        run(lo.Population.sobol(SQUID, box, size=40, seed=1), tmp_path)


def test_a_sample_whose_sides_have_changed_places(tmp_path):
    """Members are told by the order of the ranges: these are others, though the words for them are alike."""
    run(lo.Population.sobol(SQUID, {"g_Na": (100, 140), "g_K": (30, 40)}, size=20), tmp_path)
    before = contents(tmp_path)
    with pytest.raises(lo.StoreError, match="it has 20 members that are not among these"):
        run(lo.Population.sobol(SQUID, {"g_K": (30, 40), "g_Na": (100, 140)}, size=40), tmp_path)
    assert contents(tmp_path) == before


def test_zero_is_one_number(tmp_path, members_run):
    run(lo.Population(SQUID, amplitude=[0.0]), tmp_path)
    members_run.clear()
    run(lo.Population(SQUID, amplitude=[-0.0, 1.0]), tmp_path)
    assert members_run == [1]


def test_a_folder_of_something_else(tmp_path):
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(lo.StoreError, match=r"contains other files \(thesis.tex\)"):
        run(squids(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    with pytest.raises(lo.StoreError, match=r"thesis\.tex is a file: give an empty folder"):
        run(squids(), tmp_path / "thesis.tex")
    assert (tmp_path / "thesis.tex").read_text() == "precious"


def test_another_version_of_loligo(store, monkeypatch):
    monkeypatch.setattr(store_manifest, "__version__", "99.0")
    with pytest.raises(lo.StoreError, match=r"was begun by loligo .* and this is 99.0"):
        run(squids(), store)


def test_another_version_of_a_library_is_warned_of(store, monkeypatch):
    here = store_manifest.versions()
    monkeypatch.setattr("loligo.population.store.opening.versions", lambda: here | {"numba": "99.0"})
    with pytest.warns(lo.StoreWarning, match='numba is .* there and "99.0" here'):
        run(squids(), store)


def test_the_manifest_describes_the_run(store):
    words = json.loads((store / "manifest.json").read_text(encoding="utf-8"))
    assert words["settings"]["duration"] == SETTINGS["duration"]
    assert words["settings"]["stimulus"]["stop"] == STIMULUS.stop
    assert set(words["versions"]) == {"loligo", "numba", "numpy"}
    (generation,) = words["generations"]
    assert np.array_equal(generation["members"]["axes"]["g_Na"], GRID["g_Na"])
