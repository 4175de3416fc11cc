"""A population says beforehand what it will take, then how far it is, and what to install where that is missing."""

import re
import sys

import pytest

import loligo as lo
from loligo.population import Estimate, estimate
from loligo.population.workers import progress
from loligo.population.workers.threads import Crew
from roads.squids import SETTINGS, SQUID, STIMULUS, run, squids


def test_the_estimate_is_that_of_all_members(monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr(estimate, "perf_counter", lambda: next(clock))  # every run takes a second
    population = lo.Population.sobol(SQUID, {"g_Na": (60, 240)}, size=1_000_000)
    found = population.estimate(STIMULUS, **SETTINGS, threads=2)
    assert (found.members, found.threads) == (1_000_000, 2)
    assert found.seconds == pytest.approx(1_000_000 / 32 / 2)  # of a sample of 32
    columns = 8 * 6  # g_Na, spike_count, activity, peak_voltage, status, reason; and spike times besides
    assert found.memory > 2 * 1_000_000 * columns
    assert 0 < found.disk < found.memory
    assert re.fullmatch(
        r"1,000,000 members: about 4 h 20 min on 2 threads; \d+ MB of memory, or \d+ MB of disk in a store", str(found)
    )


def test_a_sample_keeps_step_with_no_axis():
    population = lo.Population(SQUID, g_Na=[100.0] * 512, amplitude=[float(k) for k in range(16)])
    sample = estimate._sample(population.members, 256)["amplitude"]
    assert [(sample == k).sum() for k in range(16)] == pytest.approx([16] * 16, abs=2)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.1, "1 s"), (60, "60 s"), (600, "10 min"), (4 * 3600, "4 h 0 min"), (9e5, "10 days")]
)
def test_times_read_well(seconds, said):
    assert str(Estimate(1, 1, seconds, 1e3, 2.5e9)) == (
        f"1 member: about {said} on 1 thread; 1 kB of memory, or 2.5 GB of disk in a store"
    )


@pytest.mark.parametrize("store", [None, "memory://a-shown-run"])
def test_progress_counts_members_and_failures(store, capsys):
    run(lo.Population(SQUID, C=[1.0, -1.0], amplitude=[0.0, 10.0]), store, progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.search(r"100%.* 4/4 members, .* members/s, .* left, 2 failed", shown.err)


@pytest.mark.parametrize("asked", [None, False])
def test_a_short_run_shows_nothing(asked, capsys, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 3600.0)
    run(squids(), progress=asked)
    assert capsys.readouterr() == ("", "")


def test_a_long_run_shows_how_far_it_is(capsys, monkeypatch):
    monkeypatch.setattr(progress, "LINE_EVERY", 1e-9)
    run(squids(400))
    assert "2000/2000 members" in capsys.readouterr().err


def test_a_continued_run_begins_at_the_last_state(tmp_path, capsys):
    run(squids(), tmp_path, shard_size=16, progress=False)
    min(tmp_path.rglob("shard-*")).unlink()
    run(squids(), tmp_path, progress=True)
    assert "44/60 members" in capsys.readouterr().err
    max(tmp_path.rglob("shard-*")).unlink()  # which is shorter
    run(squids(), tmp_path, progress=True)
    assert "48/60 members" in capsys.readouterr().err


def test_tables_carry_units():
    population = lo.Population(SQUID, amplitude=[2.0], g_K=[36.0])
    features = ["spike_count", "peak_voltage"]
    for stimulus, unit in ((STIMULUS, "µA/cm²"), (lo.Samples((1.0, 2.0), dt=9.0), ""), (STIMULUS + STIMULUS, "")):
        units = population.run(stimulus, 20, features=features).attrs["units"]
        assert units == {
            "amplitude": unit,
            "g_K": "mS/cm²",
            "spike_count": "",
            "peak_voltage": "mV",
            "status": "",
            "reason": "",
        }


def test_a_stage_that_fails_ends_a_run():
    """All threads return from it, and whoever waits for the block is told."""
    called = []

    def fails():
        called.append(1)
        raise ValueError("a stage")

    def stages():
        yield fails
        pytest.fail("it went on")

    with Crew(3) as crew, pytest.raises(ValueError, match="a stage"):
        crew.share(stages()).result(timeout=60)
    assert len(called) == 3


@pytest.mark.parametrize(("library", "store"), [("pandas", None), ("pyarrow", "memory://a"), ("fsspec", "memory://a")])
def test_a_missing_library_is_named(library, store, monkeypatch, members_run):
    for name in [name for name in sys.modules if name.split(".")[0] == library] + [library]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(lo.MissingPackageError) as missing:
        run(squids(), store)
    assert str(missing.value) == f"This needs {library}: pip install 'loligo[population]' installs it."
    assert isinstance(missing.value, ImportError)
    assert members_run == []
