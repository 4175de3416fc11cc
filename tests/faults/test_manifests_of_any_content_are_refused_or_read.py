"""Whatever a manifest or the file of a membrane holds, it is read right, written anew or refused by a sentence."""

import copy
import json
import random
import shutil

import pytest

import loligo as lo
from faults.stores import SHARD, SIZE, SQUID, axons, counts, run, shards, tree
from loligo.lab.user_membranes import membranes_in
from loligo.membrane.description import described, membrane_from
from loligo.models import MODELS, named
from loligo.population.store.manifest import _hash
from loligo.stimulus.description import described_stimulus, stimulus_from

MUTATIONS = 400
ODD = [
    None, True, 0, -1, 1, 10**400, -(10**25), 0.5, 1e308, float("nan"), float("inf"), "", "squid", "\ud800",
    "x" * 70_000, "a\x00b", "1/0", "__import__('os')", [], [[]], [None], ["g_Na"], {}, {"kind": "grid"}, {"": {}},
    [1.0, 2.0, 3.0],
]  # fmt: skip


def nested(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


def places(value, path=()):
    """Yield the way to every part of what JSON holds."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield from places(each, (*path, key))


def mutated(words, chance):
    """Return a copy in which a part is something odd, is missing, or has a neighbour that nobody knows."""
    words = copy.deepcopy(words)
    *way, last = chance.choice([path for path in places(words) if path])
    at = words
    for key in way:
        at = at[key]
    what = chance.random()
    if what < 0.2:
        del at[last]
    elif what < 0.3 and isinstance(at, dict):
        at["unknown"] = at[last]
    elif what < 0.4 and isinstance(at, dict):
        at[chance.choice([*at])] = copy.deepcopy(at[last])
    elif what < 0.45:
        at[last] = nested(200)
    else:
        at[last] = copy.deepcopy(chance.choice(ODD))
    return words


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    store = tmp_path_factory.mktemp("stores") / "store"
    run(store)
    return store


@pytest.fixture
def store(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "store")


@pytest.fixture
def words(store):
    return json.loads((store / "manifest.json").read_bytes())


KINDS = {
    "a grid": axons(),
    "a long grid": lo.Population(SQUID, g_Na=[100.0 + k / 100 for k in range(1001)]),
    "a sample": lo.Population.sobol(SQUID, {"g_Na": (60, 240), "g_K": (20, 40)}, size=20),
    "a table": lo.Population.table(SQUID, {"g_Na": [120.0, 180.0], "celsius": [6.3, 18.5]}),
    "all alike": lo.Population(SQUID),
}


def written(path, words):
    """Write a manifest whose digest is right, as somebody could who means harm."""
    words.pop("hash", None)
    try:
        words["hash"] = _hash(words)
    except (TypeError, ValueError):
        words["hash"] = ""
    path.write_text(json.dumps(words), encoding="utf-8")


@pytest.mark.parametrize("kind", [each for each in KINDS if each != "a long grid"])
@pytest.mark.filterwarnings("ignore::loligo.StoreWarning", "ignore::loligo.UnstableRestWarning")
def test_mutations_are_refused_or_read(kind, tmp_path):
    counts(KINDS[kind], tmp_path, features=["spike_count"], interventions=[lo.Hold("n", "rest", 5.0, 9.0)])
    content = (tmp_path / "manifest.json").read_bytes()
    before, chance, read, original = tree(tmp_path), random.Random(kind), 0, json.loads(content)
    table = lo.StoredRun.open(tmp_path).to_dataframe()
    for _ in range(MUTATIONS):
        words = mutated(original, chance)
        if isinstance(words, dict):
            written(tmp_path / "manifest.json", words)
        try:
            found = lo.StoredRun.open(tmp_path)
            repr(found)
            found.to_dataframe()
            read += 1
            assert found.to_dataframe().equals(table)
        except lo.LoligoError as error:
            assert len(str(error)) < 1000
            assert "\n" not in str(error)
    assert read < MUTATIONS / 4
    (tmp_path / "manifest.json").write_bytes(content)
    assert tree(tmp_path) == before


@pytest.mark.filterwarnings("ignore::loligo.StoreWarning")
def test_mutations_leave_a_run_right_or_refused(store, words):
    table = counts(axons())
    chance, went_on = random.Random(1939), 0
    for _ in range(60):
        written(store / "manifest.json", mutated(words, chance))
        try:
            found = run(store, shard_size=None).to_dataframe()
        except lo.LoligoError as error:
            assert len(str(error)) < 1000
        else:
            went_on += 1
            assert found.equals(table)
        written(store / "manifest.json", words)
    assert went_on > 10


LITERAL = {
    "nested lists": b"[" * 100_000,
    "nested tables": b'{"a":' * 5_000,
    "no JSON": b"hello",
    "no text": b"\xff\xfe\x00",
    "nothing": b"",
    "a number": b"7",
    "a long number": b'{"format": 1' + b"0" * 5000 + b"}",
    "a list": b"[]",
    "null": b"null",
    "bytes": bytes(range(256)),
}


@pytest.mark.parametrize("what", LITERAL)
def test_odd_files_are_reported_as_damaged(what, store):
    (store / "manifest.json").write_bytes(LITERAL[what])
    with pytest.raises(lo.StoreError, match=r"The manifest.json of the store .* is damaged"):
        lo.StoredRun.open(store)


@pytest.mark.parametrize("damage", [b"", b"{", b"{}", None], ids=["emptied", "cut", "no words", "deleted"])
def test_a_lost_manifest_is_rewritten_for_the_same_run(damage, store, members_run):
    before = tree(store)
    if damage is None:
        (store / "manifest.json").unlink()
    else:
        (store / "manifest.json").write_bytes(damage)
    with pytest.warns(lo.StoreWarning, match=r"is (damaged|missing); it is rewritten"):
        run(store, shard_size=None)
    assert members_run == []
    assert tree(store) == before


def test_a_manifest_that_is_a_folder_is_set_aside(store):
    before = tree(store)
    (store / "manifest.json").unlink()
    (store / "manifest.json").mkdir()
    with pytest.warns(lo.StoreWarning, match="is a folder, which is set aside; it is rewritten"):
        run(store)
    (store / "_aside-1-manifest.json").rmdir()
    assert tree(store) == before


OTHER_RUNS = {
    "its shards belong to other settings": lambda store: run(store, 7.0),
    "its shards belong to other members": lambda store: counts(axons(SIZE + 1), store, shard_size=SHARD),
    "or have another size": lambda store: run(store, shard_size=SHARD + 1),
}


@pytest.mark.parametrize("why", OTHER_RUNS)
@pytest.mark.parametrize("damaged", [True, False])
def test_a_lost_manifest_is_not_written_for_another_run(why, damaged, store):
    (store / "manifest.json").unlink()
    if damaged:
        (store / "manifest.json").write_bytes(b"{")
    before = tree(store)
    with pytest.raises(lo.StoreError, match=rf"manifest.json of the store .* is (damaged|missing), and .*{why}"):
        OTHER_RUNS[why](store)
    assert tree(store) == before


def test_a_damaged_manifest_without_shards_is_refused(tmp_path):
    (tmp_path / "manifest.json").write_bytes(b"{")
    with pytest.raises(lo.StoreError, match="is damaged, and there are no shards from which it could be rewritten"):
        run(tmp_path)
    assert (tmp_path / "manifest.json").read_bytes() == b"{"


def test_a_mixture_of_shards_is_not_taken_for_a_lost_manifest(store, tmp_path):
    run(tmp_path / "other", 9.0)
    (store / "manifest.json").unlink()
    (theirs,) = {path.parent for path in shards(tmp_path / "other")}
    copied = store / theirs.name / shards(tmp_path / "other")[0].name
    copied.write_bytes(shards(tmp_path / "other")[0].read_bytes())
    with pytest.raises(lo.StoreError, match="is missing, and its shards belong to other settings"):
        run(store)
    copied.unlink()


STIMULI = (
    lo.Step(1.0),
    lo.Sine(2.0, stop=9.0) + lo.Noise(1.0, stop=9.0),
    lo.Samples([0.0, 1.0], dt=1.0),
    lo.Pulses(1.0),
)


@pytest.mark.parametrize("name", ["squid", *list(MODELS)[-1:]])
def test_files_of_membranes_are_refused_or_read(name, tmp_path):
    membrane = named(name)
    original, chance = json.loads(json.dumps(described(membrane))), random.Random(name)
    for _ in range(MUTATIONS):
        (tmp_path / "own.json").write_text(json.dumps(mutated(original, chance)), encoding="utf-8")
        try:
            membranes_in(tmp_path / "own.json")
        except lo.LoligoError as error:
            assert len(str(error)) < 2000
    assert membrane_from(original) == membrane


@pytest.mark.parametrize("stimulus", STIMULI, ids=lambda stimulus: type(stimulus).__name__)
def test_stimuli_are_refused_or_read(stimulus):
    original, chance = json.loads(json.dumps(described_stimulus(stimulus))), random.Random(1)
    for _ in range(MUTATIONS):
        try:
            stimulus_from(mutated(original, chance))
        except lo.LoligoError as error:
            assert len(str(error)) < 1000
    assert stimulus_from(original) == stimulus
