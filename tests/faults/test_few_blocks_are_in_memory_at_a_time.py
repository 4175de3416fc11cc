"""Whatever the features, few blocks have records at a time, and a kill loses no more than a shard a worker."""

import threading

import numpy as np
import pytest

import loligo as lo
from faults.stores import SQUID
from loligo.population.blocks import block
from loligo.population.store.shards import Shards
from loligo.population.workers import workers

FEATURES = ["spike_count", "activity", "AP_duration_half_width"]


@pytest.fixture
def alive(monkeypatch):
    """Return a list of how many blocks were begun and not finished, whenever one began, and whenever one ended."""
    lock, counts, now, original = threading.Lock(), [], [0], workers.stages

    def counted(*arguments):
        with lock:
            now[0] += 1
            counts.append(now[0])
        try:
            return (yield from original(*arguments))
        finally:
            with lock:
                now[0] -= 1
                counts.append(now[0])

    monkeypatch.setattr(workers, "stages", counted)
    return counts


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("store", [True, False])
def test_no_more_blocks_than_threads(threads, store, alive, monkeypatch, tmp_path):
    monkeypatch.setattr(block, "LARGEST", 64)
    axons = lo.Population.sobol(SQUID, {"g_Na": (60, 240), "g_K": (20, 40)}, size=1500)
    place = {"store": tmp_path, "shard_size": 400} if store else {}
    axons.run(lo.Step(10.0, start=5), 100, features=FEATURES, threads=threads, progress=False, **place)
    assert len(alive) == 2 * sum(-(-size // 64) for size in ((400, 400, 400, 300) if store else (1500,)))
    assert max(alive) <= threads
    assert alive[-1] == 0


def test_features_of_a_block_come_before_the_next_block(monkeypatch):
    order, original, compute = [], workers.stages, block.feature_program()

    def named(plan, columns, members, *rest):
        order.append("begun")
        return (yield from original(plan, columns, members, *rest))

    def computed(*arguments):
        order.append("features")
        compute(*arguments)

    monkeypatch.setattr(block, "LARGEST", 64)
    monkeypatch.setattr(workers, "stages", named)
    monkeypatch.setattr(block, "feature_program", lambda: computed)
    axons = lo.Population(SQUID, g_Na=np.linspace(60, 240, 512))
    axons.run(lo.Step(10.0, start=5), 50, features=FEATURES, threads=1, progress=False)
    assert order == ["begun", "features"] * 8


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("shard_size", [16, 200])
def test_a_kill_loses_a_shard_a_worker_at_most(threads, shard_size, tmp_path, monkeypatch):
    """Shards of which a member has been begun and that are not written yet: those a kill would lose."""
    begun, written, lost, original, write = set(), [], [], workers.stages, Shards.write
    size = 20 * shard_size
    values = np.linspace(60, 240, size)

    def noted(plan, columns, members, *rest):
        begun.update((np.searchsorted(values, columns["g_Na"]) // shard_size).tolist())
        lost.append(len(begun) - len(written))
        return (yield from original(plan, columns, members, *rest))

    def writing(self, number, table):
        write(self, number, table)
        written.append(number)

    monkeypatch.setattr(workers, "stages", noted)
    monkeypatch.setattr(Shards, "write", writing)
    axons = lo.Population(SQUID, g_Na=values)
    axons.run(lo.Step(6.0), 20, threads=threads, store=tmp_path, shard_size=shard_size, progress=False)
    assert len(written) == 20
    assert max(lost) <= threads
