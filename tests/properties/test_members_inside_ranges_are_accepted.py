"""All members inside experimental ranges are accepted, and no others; simulators give what populations give."""

import numpy as np
import pandas as pd
import pytest

import loligo as lo

FEATURES = ["spike_count", "mean_frequency", "peak_voltage"]
STEP = lo.Step(10.0, stop=60)
ALL = (-np.inf, np.inf)


def table_of(rng, size):
    columns = {"g_Na": rng.uniform(40, 240, size), "g_K": rng.uniform(5, 80, size)}
    columns["mean_frequency"] = np.where(rng.random(size) < 0.2, np.nan, rng.uniform(0, 120, size))
    columns["activity"] = rng.choice(["silent", "tonic", "bursting"], size)
    columns["status"] = rng.choice(["ok", "diverged"], size, p=[0.9, 0.1])
    table = pd.DataFrame(columns, index=rng.permutation(size))
    table.attrs["units"] = {"g_Na": "mS/cm²", "g_K": "mS/cm²", "mean_frequency": "Hz"}
    return table


def test_random_tables_are_cut_row_by_row():
    rng = np.random.default_rng(1)
    for _ in range(6):
        table = table_of(rng, int(rng.integers(1, 100)))
        low, high = np.sort(rng.uniform(0, 120, 2))
        found = lo.accept(table, {"mean_frequency": (low, high), "activity": ["tonic", "bursting"]})
        expected = [
            label
            for label, row in table.iterrows()
            if row.status == "ok" and low <= row.mean_frequency <= high and row.activity != "silent"
        ]
        assert found.table.index.tolist() == expected
        assert found.fraction == len(expected) / len(table)
        assert found.table.attrs == table.attrs
        assert found.inside["activity"] == ((table.status == "ok") & (table.activity != "silent")).sum()


def test_ends_are_inside_and_ranges_may_be_open():
    table = table_of(np.random.default_rng(2), 50).assign(status="ok", mean_frequency=np.arange(50.0))
    assert lo.accept(table, {"mean_frequency": (10, 12)}).table.mean_frequency.tolist() == [10, 11, 12]
    assert len(lo.accept(table, {"mean_frequency": (48, np.inf)}).table) == 2
    assert (
        str(lo.accept(table, {"mean_frequency": (10, 12)}))
        == "3 of 50 members (6 %) are accepted; mean_frequency 10 to 12: 3."
    )


def test_pairs_of_varying_columns_are_drawn():
    found = lo.accept(table_of(np.random.default_rng(3), 80), {"activity": "tonic"})
    labels = {axes.get_xlabel() for axes in found.plot().axes}
    assert any("Na" in label for label in labels)
    assert not any("status" in label for label in labels)


@pytest.mark.parametrize(
    ("ranges", "error", "words"),
    [
        ({}, lo.ArgumentError, "ranges by name"),
        ({"mean_frequenzy": (1, 2)}, lo.UnknownNameError, "mean_frequency"),
        ({"mean_frequency": (2, 1)}, lo.ArgumentError, "from a lower to a higher"),
        ({"mean_frequency": 3}, lo.ArgumentError, "lowest and highest"),
        ({"mean_frequency": "tonic"}, lo.ArgumentError, "lowest and highest"),
        ({"activity": "tonik"}, lo.UnknownNameError, "Did you mean 'tonic'"),
        ({"activity": ()}, lo.ArgumentError, "contains words"),
        ({"mean_frequency": (np.nan, 1)}, lo.ArgumentError, "mean_frequency"),
        ({"activity": (1, 2)}, lo.ArgumentError, "contains words"),
    ],
)
def test_wrong_ranges(ranges, error, words):
    with pytest.raises(error, match=words):
        lo.accept(table_of(np.random.default_rng(4), 5), ranges)


def test_nothing_accepted_cannot_be_drawn():
    found = lo.accept(table_of(np.random.default_rng(5), 5), {"mean_frequency": (1000, 2000)})
    assert found.fraction == 0
    with pytest.raises(lo.ArgumentError, match="nothing to draw"):
        found.plot()
    with pytest.raises(lo.ArgumentError, match="no members"):
        lo.accept(found.table, {"mean_frequency": (0, 1)})
    with pytest.raises(lo.ArgumentError, match="takes the table"):
        lo.accept([1, 2], {"mean_frequency": (0, 1)})


def test_simulators_give_the_features_of_populations():
    rng = np.random.default_rng(6)
    theta = np.stack([rng.uniform(60, 240, 40), rng.uniform(10, 60, 40), rng.uniform(0, 20, 40)], axis=1)
    theta[7, 0] = -1.0
    run = lo.simulator(lo.models.squid(), STEP, vary=["g_Na", "g_K", "amplitude"], features=FEATURES)
    found = run(theta)
    listed = dict(zip(run.vary, theta.T, strict=True))
    table = lo.Population.table(lo.models.squid(), listed).run(STEP, features=FEATURES)
    assert np.isnan(found[7]).all()
    for k, name in enumerate(FEATURES):
        np.testing.assert_array_equal(np.delete(found[:, k], 7), np.delete(table[name].to_numpy(float), 7))
    np.testing.assert_array_equal(run(theta[3]), found[3])
    np.testing.assert_array_equal(run(theta.tolist()), found)
    assert run(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize(
    ("vary", "features", "error", "words"),
    [
        ([], FEATURES, lo.ArgumentError, "vary"),
        (["g_Na", "g_Na"], FEATURES, lo.ArgumentError, "vary"),
        (["g_Na"], [], lo.ArgumentError, "features"),
        (["g_Na"], ["activity"], lo.ArgumentError, "a word"),
        (["g_Na"], ["spike_counts"], lo.UnknownNameError, "spike_count"),
        (["g_Nb"], FEATURES, lo.UnknownNameError, "g_Na"),
    ],
)
def test_wrong_simulators(vary, features, error, words):
    with pytest.raises(error, match=words):
        lo.simulator(lo.models.squid(), STEP, vary=vary, features=features)


@pytest.mark.parametrize(("setting", "said"), [("tolerence", "mean 'tolerance'"), ("store", "not a setting of")])
def test_unknown_settings_of_simulators_are_refused(setting, said):
    with pytest.raises(lo.UnknownNameError, match=said):
        lo.simulator(lo.models.squid(), STEP, vary="g_Na", features="spike_count", **{setting: 1})


def test_wrong_shapes():
    run = lo.simulator(lo.models.squid(), STEP, vary=["g_Na", "g_K"], features=FEATURES)
    for theta in (np.zeros((3, 3)), np.zeros(3), np.zeros((2, 2, 2))):
        with pytest.raises(lo.ArgumentError, match="g_Na, g_K"):
            run(theta)
