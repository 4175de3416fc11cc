"""`loligo population` runs what its file says: the library's table, in a store, as CSV and as Parquet."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import loligo as lo
from loligo.cli import population as command
from loligo.cli.app import app
from roads.squids import same

MEMBERS = """
membrane = {model = "squid", celsius = 10}
grid.g_Na = {start = 100, stop = 140, count = 4}
grid.amplitude = [0, 5, 10]
"""
REST = """
stimulus = {kind = "step", amplitude = 1, start = 2, stop = 40}
run = {duration = 50, features = ["spike_count", "peak_voltage"], tolerance = 1e-5, spike_times = 2}
"""
SQUID = lo.models.squid().replace(celsius=10)
STIMULUS = lo.Step(1.0, start=2, stop=40)
SETTINGS = {"duration": 50, "features": ["spike_count", "peak_voltage"], "tolerance": 1e-5, "spike_times": 2}
GRID = lo.Population(SQUID, g_Na=np.linspace(100, 140, 4), amplitude=[0.0, 5.0, 10.0])


@pytest.fixture
def loligo(tmp_path, monkeypatch):
    """Return a function that runs `loligo population` on a file, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(text, *options):
        Path("squid.toml").write_text(text)
        return CliRunner().invoke(app, ["population", "squid.toml", *options])

    return run


def test_a_store(loligo, members_run):
    done = loligo(MEMBERS + REST + 'output.store = "runs/squid"')
    assert (done.exit_code, done.stdout, done.stderr) == (0, "squid: 12 members: 12 ok\n", "wrote runs/squid\n")
    members_run.clear()
    same(lo.StoredRun.open("runs/squid").to_dataframe(), GRID.run(STIMULUS, **SETTINGS))
    stored = GRID.run(STIMULUS, **SETTINGS, store="runs/squid")
    assert stored.complete
    assert sum(members_run) == 12  # without the store; to the library it is the same store


def test_files(loligo):
    done = loligo(MEMBERS + REST + 'output = {csv = "squid.csv", parquet = "squid.parquet"}')
    assert (done.exit_code, done.stderr) == (0, "wrote squid.csv\nwrote squid.parquet\n")
    table = GRID.run(STIMULUS, **SETTINGS)
    same(pd.read_parquet("squid.parquet"), table)
    read = pd.read_csv("squid.csv", keep_default_na=False, na_values={"peak_voltage": ""})
    for name in ("g_Na", "amplitude", "spike_count", "peak_voltage"):
        assert np.array_equal(read[name], table[name], equal_nan=True)
    assert [[*map(float, row.split())] for row in read["spike_times"]] == [row.tolist() for row in table["spike_times"]]


def test_several_shards_make_one_file(loligo):
    text = MEMBERS + REST.replace("duration", "shard_size = 5, duration")
    assert loligo(text + 'output = {store = "run", csv = "squid.csv", parquet = "squid.parquet"}').exit_code == 0
    assert len(list(Path("run").rglob("shard-*"))) == 3
    assert Path("squid.csv").read_text().count("\n") == 13
    same(pd.read_parquet("squid.parquet"), GRID.run(STIMULUS, **SETTINGS))


def test_resuming_must_be_requested(loligo, members_run):
    text = MEMBERS + REST + 'output.store = "run"'
    assert loligo(text).exit_code == 0
    members_run.clear()
    refused = loligo(text)
    assert refused.exit_code == 1
    assert refused.stderr == ("loligo: run is not empty: continue with --resume, or name another store.\n")
    assert loligo(text, "--resume").exit_code == 0
    assert members_run == []
    more = loligo(text.replace("[0, 5, 10]", "[0, 5, 10, 15]"), "--resume")
    assert more.stdout == "squid: 16 members: 16 ok\n"
    assert sum(members_run) == 4
    other = loligo(text.replace("duration = 50", "duration = 60"), "--resume")
    assert other.exit_code == 1
    assert "belongs to other settings: duration is 50.0 there and 60.0 here" in other.stderr


def test_resuming_an_empty_store_is_reported(loligo):
    done = loligo(MEMBERS + REST + 'output.store = "run"', "--resume")
    assert (done.exit_code, done.stdout) == (0, "squid: 12 members: 12 ok\n")
    assert "run is empty: starting a new run" in done.stderr


def test_a_dry_run_writes_nothing(loligo):
    done = loligo(MEMBERS + REST + 'output.store = "run"', "--dry-run")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("12 members: about 1 s on ")
    assert [path.name for path in Path().iterdir()] == ["squid.toml"]


def test_a_large_run_is_estimated_first(loligo, monkeypatch):
    monkeypatch.setattr(command, "LARGE", 12)
    done = loligo(MEMBERS + REST + 'output.csv = "squid.csv"')
    assert done.stderr.startswith("loligo: 12 members: about 1 s on ")


def test_failures_are_counted(loligo):
    done = loligo(MEMBERS.replace("[0, 5, 10]", "[0, nan]") + REST + 'output.csv = "squid.csv"')
    assert done.stdout == "squid: 8 members: 4 ok, 4 invalid\n"


def test_a_sample_and_a_sum_of_stimuli(loligo):
    Path("current.txt").write_text("0\n3\n0\n")
    done = loligo("""
        membrane = {model = "squid", rest = -65}
        sobol = {size = 20, seed = 3, ranges = {g_Na = [100, 140], g_K = [30, 40]}}
        run.duration = 30
        output.store = "run"
        [[stimulus]]
        kind = "pulses"
        amplitude = 9
        onsets = [2, 12]
        [[stimulus]]
        kind = "samples"
        file = "current.txt"
        dt = 2.5
    """)
    assert (done.exit_code, done.stdout) == (0, "squid: 20 members: 20 ok\n")
    stimulus = lo.Pulses(9.0, onsets=(2.0, 12.0)) + lo.Samples([0, 3, 0], dt=2.5)
    population = lo.Population.sobol(lo.models.squid(rest=-65), {"g_Na": (100, 140), "g_K": (30, 40)}, size=20, seed=3)
    same(lo.StoredRun.open("run").to_dataframe(), population.run(stimulus, 30))


def test_a_scheduler(loligo):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=1, processes=False, protocol="tcp", dashboard_address=":0") as cluster:
        done = loligo(MEMBERS + REST + 'output.store = "run"', "--scheduler", cluster.scheduler_address)
    assert (done.exit_code, done.stdout) == (0, "squid: 12 members: 12 ok\n")
    same(lo.StoredRun.open("run").to_dataframe(), GRID.run(STIMULUS, **SETTINGS))


def test_an_interrupted_run_explains_how_to_resume(loligo, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(lo.Population, "run", interrupted)
    done = loligo(MEMBERS + REST + 'output = {store = "run", csv = "squid.csv"}')
    assert done.exit_code == 130
    assert done.stderr == "loligo: finished members are kept in run: continue with --resume\nloligo: interrupted\n"
    assert [path.name for path in Path().iterdir()] == ["squid.toml"]


def test_the_example_of_the_help_runs(loligo):
    lines = [line.strip() for line in command.EXAMPLES.splitlines()]
    first, second = (lines.index(line) for line in lines if line.startswith(("where", "A sample")))
    example = "\n".join(lines[first + 1 : second])
    done = loligo(example.replace("count = 200", "count = 2").replace("duration = 600", "duration = 20"))
    assert done.exit_code == 0, done.stderr
    assert json.loads(Path("runs/squid/manifest.json").read_text())["generations"][0]["size"] == 6
    sample = "\n".join(line for line in lines[second + 1 :] if " = " in line).replace("1000000", "5")
    rest = "\n".join(line for line in example.splitlines() if line.startswith(("membrane", "stimulus", "run")))
    assert loligo(f"{rest}\n{sample}").exit_code == 0
