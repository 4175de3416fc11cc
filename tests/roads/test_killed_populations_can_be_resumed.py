"""A run that is killed at any moment goes on where it stopped, and its table has the bits of one that was not."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import loligo as lo
from roads.squids import run, same, squids

ROUNDS = 4
CHILD = """
import os, signal, sys
sys.path.append(sys.argv[1])
from roads.squids import run, squids

run(squids(2, 2), sys.argv[2] + "-imports", threads=2)
left = int(sys.argv[3])

def watch(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

sys.setprofile(watch)  # a moment is a call or a return, of Python or C, in the thread that writes
run(squids(40, 20), sys.argv[2], shard_size=20, threads=2, progress=False)
sys.setprofile(None)
print(-left)
"""


def killed_at(moment, store):
    """Run in a process that kills itself at a moment; return its status and, when it lived, how many there were."""
    tests = Path(__file__).parents[1]
    line = [sys.executable, "-W", "error", "-c", CHILD, str(tests), str(store), str(moment)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_at_random_moments(tmp_path):
    status, moments, said = killed_at(0, tmp_path / "whole")
    assert status == 0, said
    chance, found = random.Random(1952), []
    for _ in range(ROUNDS):
        status, _, said = killed_at(chance.randrange(1, int(moments) // 2), tmp_path / "killed")
        assert status == -signal.SIGKILL, said
        found.append(len(list((tmp_path / "killed").rglob("shard-*.parquet"))))
    assert found == sorted(found)
    assert 0 < found[-1] < 40  # it had begun, and had not come to its end
    assert not lo.StoredRun.open(tmp_path / "killed").complete
    finished = run(squids(40, 20), tmp_path / "killed")
    assert finished.complete
    table = finished.to_dataframe()
    assert list((tmp_path / "killed").rglob(".*")) == []
    same(table, run(squids(40, 20), tmp_path / "whole").to_dataframe())
    same(table, run(squids(40, 20)))


@pytest.mark.parametrize("shard", [0, 1, 2])
def test_finished_members_are_not_run_again(shard, tmp_path, members_run, monkeypatch):
    population = squids()

    class Stop(BaseException):
        """As little expected as a Ctrl-C."""

    from loligo.population.store.shards import Shards

    write = Shards.write

    def stopping(self, number, table):
        if number == shard:
            raise Stop
        write(self, number, table)

    monkeypatch.setattr(Shards, "write", stopping)
    with pytest.raises(Stop):
        run(population, tmp_path, shard_size=16)
    monkeypatch.setattr(Shards, "write", write)
    members_run.clear()
    finished = run(population, tmp_path)
    assert sum(members_run) == population.size - 16 * shard
    same(finished.to_dataframe(), run(population))


def test_a_finished_run_is_only_read(tmp_path, members_run):
    first = run(squids(), tmp_path, shard_size=16).to_dataframe()
    members_run.clear()
    same(run(squids(), tmp_path).to_dataframe(), first)
    assert members_run == []
    assert np.array_equal(lo.StoredRun.open(tmp_path).to_dataframe()["spike_count"], first["spike_count"])
