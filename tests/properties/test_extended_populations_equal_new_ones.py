"""A population with more members runs only the new ones in a store, and its table has the bits of a fresh run."""

import numpy as np
import pandas as pd
import pytest

import loligo as lo
from loligo.population.store import manifest as store_manifest
from loligo.population.store import reuse as store_reuse
from roads.squids import SQUID, run, same

SODIUM, AMPLITUDES = np.linspace(100, 140, 9), np.linspace(0, 20, 7)
BOX = {"g_Na": (100, 140), "amplitude": (0, 20)}
CHANCE = np.random.default_rng(3)
TABLE = pd.DataFrame({"g_Na": CHANCE.uniform(100, 140, 50), "amplitude": CHANCE.uniform(0, 20, 50)})
SHUFFLED = TABLE.sample(frac=1, random_state=1)


def grid(sodium, amplitudes):
    return lo.Population(SQUID, g_Na=sodium, amplitude=amplitudes)


def table(rows):
    return lo.Population.table(SQUID, rows)


def crossed(sodium, amplitudes):
    return table(dict(zip(("g_Na", "amplitude"), map(np.ravel, np.meshgrid(sodium, amplitudes)), strict=True)))


ODD = np.array([np.nan, -0.0, 0.0, -1.0])  # members that cannot be are found again too; two zeros are one number
FINER = np.linspace(100, 140, 17)  # every other value is one of SODIUM
EXTENDED = {  # what is there, what is asked for, how many are new
    "more of the last axis": (grid(SODIUM, AMPLITUDES[:4]), grid(SODIUM, AMPLITUDES), 9 * 3),
    "more of the first axis": (grid(SODIUM[3:], AMPLITUDES), grid(SODIUM, AMPLITUDES), 3 * 7),
    "values between": (grid(SODIUM, AMPLITUDES), grid(FINER, AMPLITUDES), 8 * 7),
    "more of both, out of order": (
        grid(SODIUM[:5], AMPLITUDES[::2]),
        grid(SODIUM[::-1], [*AMPLITUDES[3:], *AMPLITUDES[:3]]),
        9 * 7 - 5 * 4,
    ),
    "the axes exchanged": (
        grid(SODIUM, AMPLITUDES),
        lo.Population(SQUID, amplitude=AMPLITUDES, g_Na=SODIUM),
        0,
    ),
    "a larger sample": (
        lo.Population.sobol(SQUID, BOX, size=50, seed=4),
        lo.Population.sobol(SQUID, BOX, size=77, seed=4),
        27,
    ),
    "a longer table": (table(TABLE[:30]), table(TABLE), 20),
    "a shuffled table": (table(TABLE[:30]), table(SHUFFLED), 20),
    "a grid in a table": (grid(SODIUM, AMPLITUDES[:4]), crossed(SODIUM, AMPLITUDES), 9 * 3),
    "a table in a grid": (crossed(SODIUM[:2], AMPLITUDES), grid(SODIUM, AMPLITUDES), 7 * 7),
    "numbers that cannot be": (grid(ODD[:2], AMPLITUDES), grid(ODD, AMPLITUDES), 7),
}


@pytest.mark.parametrize("case", EXTENDED)
def test_only_new_members_are_run(case, tmp_path, members_run):
    there, wanted, new = EXTENDED[case]
    run(there, tmp_path, shard_size=13)
    members_run.clear()
    extended = run(wanted, tmp_path)
    assert sum(members_run) == new
    same(extended.to_dataframe(), run(wanted))
    assert len(list(tmp_path.glob("members-*"))) == 1  # what was there is in it


@pytest.mark.parametrize("case", ["more of the first axis", "values between"])
def test_long_axes_are_known_by_their_members(case, tmp_path, members_run, monkeypatch):
    monkeypatch.setattr(store_manifest, "LONGEST", 3)
    there, wanted, new = EXTENDED[case]
    run(there, tmp_path, shard_size=13)
    assert "140.0" not in (tmp_path / "manifest.json").read_text(encoding="utf-8")
    members_run.clear()
    same(run(wanted, tmp_path).to_dataframe(), run(wanted))
    assert sum(members_run) == new + wanted.size  # and the run beside it
    with pytest.raises(lo.StoreError, match="members that are not among these"):
        run(there, tmp_path)


def test_members_with_the_same_digest_are_distinguished(tmp_path, members_run, monkeypatch):
    monkeypatch.setattr(store_reuse, "_mixed", np.zeros_like)
    there, wanted, new = EXTENDED["a longer table"]
    run(there, tmp_path, shard_size=13)
    members_run.clear()
    extended = run(wanted, tmp_path)
    assert new < sum(members_run) < wanted.size  # one is found
    same(extended.to_dataframe(), run(wanted))


def test_shards_of_another_size_reuse_existing_members(tmp_path, members_run):
    population = grid(SODIUM, AMPLITUDES)
    first = run(population, tmp_path, shard_size=13).to_dataframe()
    members_run.clear()
    second = run(population, tmp_path, shard_size=20)
    assert members_run == []
    assert len(list(second.shards())) == 4
    same(second.to_dataframe(), first)


def test_a_killed_extension_can_be_resumed(tmp_path, members_run, monkeypatch):
    from loligo.population.store.shards import Shards

    there, wanted, new = EXTENDED["more of the last axis"]
    run(there, tmp_path, shard_size=13)
    write = Shards.write

    def stopping(self, number, columns):
        if number == 2:
            raise KeyboardInterrupt
        write(self, number, columns)

    monkeypatch.setattr(Shards, "write", stopping)
    with pytest.raises(KeyboardInterrupt):
        run(wanted, tmp_path)
    monkeypatch.setattr(Shards, "write", write)
    members_run.clear()
    same(run(there, tmp_path).to_dataframe(), run(there))  # what was complete still is
    assert sum(members_run) == there.size  # of the run beside it
    members_run.clear()
    extended = run(wanted, tmp_path)
    assert 0 < sum(members_run) < new
    same(extended.to_dataframe(), run(wanted))
