"""Members listed in a DataFrame keep its index in the table of their run, with a store and without."""

import numpy as np
import pandas as pd
import pytest

import loligo as lo
from roads.squids import SQUID, run

LABELS = pd.Index(["b", "a", "c"], name="cell")
FRAME = pd.DataFrame({"g_Na": [100.0, 120.0, 140.0]}, index=LABELS)
TWICE = pd.MultiIndex.from_tuples([("x", 1), ("x", 1), ("y", 2)])


@pytest.mark.parametrize("index", [LABELS, pd.RangeIndex(5, 8), TWICE], ids=["words", "numbers", "levels"])
@pytest.mark.parametrize("door", [lo.Population, lo.Population.table])
def test_the_index_is_kept(door, index):
    frame = FRAME.set_index(index)
    table = run(door(SQUID, frame))
    assert table.index.equals(index)
    assert table.index.names == index.names
    plain = run(lo.Population(SQUID, {"g_Na": frame["g_Na"].to_numpy()}))
    assert plain.index.equals(pd.RangeIndex(3))
    pd.testing.assert_frame_equal(table.reset_index(drop=True), plain, check_exact=True)


def test_the_index_is_kept_with_a_store(tmp_path):
    stored = run(lo.Population(SQUID, FRAME), tmp_path / "store", shard_size=2)
    pd.testing.assert_frame_equal(stored.to_dataframe(), run(lo.Population(SQUID, FRAME)), check_exact=True)
    assert [shard.index.tolist() for shard in stored.shards()] == [["b", "a"], ["c"]]
    opened = lo.population.StoredRun.open(tmp_path / "store").to_dataframe()  # a store keeps numbers alone
    assert opened.index.equals(pd.RangeIndex(3))
    again = run(lo.Population(SQUID, FRAME), tmp_path / "store", shard_size=2)
    assert again.to_dataframe().index.equals(LABELS)


def test_members_are_counted_whatever_their_index():
    population = lo.Population(SQUID, FRAME)
    assert population.member(1) == {"g_Na": 120.0}
    assert np.array_equal(population.members.columns(1, 3)["g_Na"], [120, 140])
