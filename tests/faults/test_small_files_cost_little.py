"""A small file costs little time and memory, whatever it is made to hold: it is measured before it is unpacked."""

import json
import time
import tracemalloc
import zipfile

import numpy as np
import pytest

import loligo as lo
from loligo._bounded import MOST_CONTAINERS, MOST_DOTS, plan_in, words_in
from loligo.cli.population_file import read_population
from loligo.lab import membranes_in
from loligo.membrane.description import MOST_CONSTANTS, MOST_PARTS, described, membrane_from

LONGEST = 2.0  # s of a processor
PLAN = 'membrane={model="squid"}\nstimulus={kind="step",amplitude=1,stop=1}\nrun={duration=2}\noutput={csv="o.csv"}\n'


@pytest.fixture
def quick():
    before = time.process_time()
    yield
    assert time.process_time() - before < LONGEST


@pytest.mark.usefixtures("quick")
def test_a_name_that_is_there_twice_among_many():
    names = [f'"{number}":0' for number in range(40_000)]
    with pytest.raises(lo.LoligoError, match="'39999' occurs twice"):
        words_in("{" + ",".join([*names, names[-1]]) + "}", "It")


@pytest.mark.usefixtures("quick")
def test_many_lists_are_not_made():
    with pytest.raises(lo.LoligoError, match="lists and tables"):
        words_in("[" + "[]," * MOST_CONTAINERS + "0]", "It")


def test_depth_is_counted_as_before():
    words_in("[" * 33 + "]" * 33, "It")
    with pytest.raises(lo.LoligoError, match="more than 32 deep"):
        words_in("[" * 34 + "]" * 34, "It")
    with pytest.raises(lo.LoligoError, match="300 digits"):
        words_in('{"a": [1, {"b": 1' + "0" * 400 + "}]}", "It")


KEYS = {
    "plain": ".".join(["a"] * 16_000) + "=1",
    "spaced": " . ".join(["a"] * 16_000) + "=1",
    "quoted": ".".join(['"a"', "'b'"] * 8_000) + "=1",
    "digits": ".".join(["1"] * 16_000) + "=1",
    "like decimals": " . ".join(["1.1"] * 8_000) + "=1",
    "of a table": "[" + ".".join(["a"] * 16_000) + "]",
    "of a table within a line": "x = {" + ".".join(["a"] * 16_000) + "=1}",
}


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("kind", KEYS)
def test_long_keys_of_a_plan(kind, tmp_path):
    (tmp_path / "plan.toml").write_text(f"# a plan\n{KEYS[kind]}\n")
    with pytest.raises(lo.LoligoError, match=rf"{MOST_DOTS} dots on line 2"):
        read_population(tmp_path / "plan.toml")


@pytest.mark.usefixtures("quick")
def test_long_plans(tmp_path):
    (tmp_path / "plan.toml").write_text("#" * 1_000_001)
    with pytest.raises(lo.LoligoError, match="longer than 1 MB, or never ends: give a shorter file"):
        read_population(tmp_path / "plan.toml")


def test_long_lists_of_numbers_are_read(tmp_path):
    values = [60 + k / 7 for k in range(5000)]
    (tmp_path / "plan.toml").write_text(f"{PLAN}grid.g_Na = {[*values, 1e-5, 1.5e20]}\n")
    assert read_population(tmp_path / "plan.toml").population.size == 5002
    assert plan_in("a.b.c = 1", "It") == {"a": {"b": {"c": 1}}}


def written(path, text):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("about.npy", "w") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": f"<U{len(text)}", "fortran_order": False, "shape": ()})
        for start in range(0, len(text), 10**6):
            file.write(text[start : start + 10**6].encode("utf-32-le"))
        file.close()
        for name in ("t", "states", "spikes", "final"):
            with archive.open(f"{name}.npy", "w") as other:
                np.save(other, np.zeros(1))


@pytest.mark.usefixtures("quick")
def test_wrong_metadata_of_a_recording_is_refused(tmp_path):
    written(tmp_path / "a.npz", "[" + "0," * 2_000_000 + "0]")
    assert (tmp_path / "a.npz").stat().st_size < 100_000
    tracemalloc.start()
    with pytest.raises(lo.LoligoError, match="compressed more than"):
        lo.load(tmp_path / "a.npz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10**6


def test_recordings_of_long_samples_are_read(tmp_path):
    stimulus = lo.Samples(np.sin(np.arange(70_000.0)), dt=0.001)
    recording = lo.simulate(lo.models.squid(), stimulus, duration=1)
    recording.save(tmp_path / "a.npz")
    assert len(str(np.load(tmp_path / "a.npz")["about"])) > 10**6
    assert lo.load(tmp_path / "a.npz").stimulus == stimulus


def test_a_file_that_may_not_be_read_is_not_called_damaged(tmp_path, monkeypatch):
    def refused(path, *_):
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "a.npz").write_bytes(b"")
    monkeypatch.setattr(zipfile, "ZipFile", refused)
    with pytest.raises(PermissionError, match=r"a\.npz"):
        lo.load(tmp_path / "a.npz")


MANY = {
    "constants": lambda words: words["constants"].update({f"k{n}": [1.0, ""] for n in range(MOST_CONSTANTS + 1)}),
    "gates": lambda words: words["parts"][0].update(gates=["m"] * (MOST_PARTS + 1)),
}


@pytest.mark.parametrize("what", MANY)
def test_membranes_of_many_parts(what, tmp_path):
    words = json.loads(json.dumps(described(lo.models.squid())))
    assert membrane_from(words) == lo.models.squid()
    MANY[what](words)
    (tmp_path / "own.json").write_text(json.dumps(words))
    with pytest.raises(lo.LoligoError, match=f"at most .* {what}"):
        membranes_in(tmp_path / "own.json")
