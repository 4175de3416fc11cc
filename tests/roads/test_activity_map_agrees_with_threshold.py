"""The worked example maps silent, transient and tonic squid axons, with borders where `threshold` says they are."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loligo as lo

EXAMPLE = Path(__file__).parents[2] / "examples" / "squid_activity_map.py"
STEP = lo.Step(6.0, start=10, stop=510)
SIDE = 40
LINES = (7, 15, 23, 31, 37)  # rows of the grid, each a constant g_K


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("map")
    command = [sys.executable, EXAMPLE, "--members", str(SIDE**2), "--output", "map.png", "--table", "map.csv"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done.stdout


@pytest.fixture(scope="module")
def table(made):
    return pd.read_csv(made[0] / "map.csv", keep_default_na=False)


def sides(table, line, before, after):
    """Return the g_Na of the first neighbours on a line of constant g_K that are one kind and the other."""
    g_K = np.unique(table.g_K)[line]
    row = table[table.g_K == g_K].sort_values("g_Na")
    kinds, g_Na = row.activity.to_numpy(), row.g_Na.to_numpy()
    at = np.flatnonzero((kinds[:-1] == before) & (kinds[1:] == after))
    return (g_K, g_Na[at[0]], g_Na[at[0] + 1]) if at.size else None


def test_every_member_ran_and_all_three_kinds_are_there(table):
    assert len(table) == SIDE**2
    assert set(table.status) == {"ok"}
    assert set(table.activity) == {"silent", "transient", "tonic"}


@pytest.mark.parametrize(
    ("before", "after", "fires", "least"),
    [("silent", "transient", "once", 4), ("transient", "tonic", "repetitively", 4)],
)
def test_borders_lie_where_the_threshold_is_the_amplitude(table, before, after, fires, least):
    found = [pair for line in LINES if (pair := sides(table, line, before, after))]
    assert len(found) >= least
    for g_K, below, above in found:
        left, right = (
            lo.threshold(
                lo.models.squid().replace(g_Na=g_Na, g_K=g_K), STEP, fires=fires, duration=600, resolution=1e-4
            )
            for g_Na in (below, above)
        )
        assert right.value <= STEP.amplitude < left.value
        assert all(other > STEP.amplitude for other in right.others)  # it has not stopped again


def test_the_squid_itself_fires_for_a_moment():
    # the published axon stands just on the transient side: it fires on from 6.263 µA/cm²
    answer = lo.threshold(lo.models.squid(), STEP, fires="repetitively", duration=600, resolution=1e-3)
    assert round(answer.value, 2) == 6.26
    (own,) = lo.Population(lo.models.squid(), amplitude=[STEP.amplitude]).run(STEP, 600, features="activity").activity
    assert own == "transient"


def test_the_example_prints_its_result(made):
    folder, printed = made
    assert f"{SIDE**2:,} members in" in printed
    assert "DISAGREES" not in printed
    assert printed.count("repetitively") >= 5
    assert (folder / "map.png").read_bytes().startswith(b"\x89PNG")
