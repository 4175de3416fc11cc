"""Two processes of a dask cluster give the bits of one process, and one of them may be killed."""

import os
import signal

import pytest

import loligo as lo
from loligo.population.store.shards import Shards
from roads.squids import SQUID, run, same, squids

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def client():
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_the_same_table(client, tmp_path):
    table = run(squids(50, 10))
    same(run(squids(50, 10), client=client), table)
    stored = run(squids(50, 10), tmp_path, client=client, shard_size=90)
    same(stored.to_dataframe(), table)
    assert squids().estimate(lo.Step(1.0), 20, client=client).threads == 2


def test_tasks_are_not_single_members(client, monkeypatch):
    counts = []

    class Counting:
        """A client that remembers how many members each task has."""

        asynchronous, status = False, "running"
        nthreads, scheduler_info = client.nthreads, client.scheduler_info

        def submit(self, function, plan, columns, count, **options):
            counts.append(count)
            return client.submit(function, plan, columns, count, **options)

    run(squids(40, 25), client=Counting())
    assert sum(counts) == 1000
    assert min(counts[:-1]) >= 64
    assert len(counts) > 2  # more than one a thread


def test_an_impossible_member_is_marked(client):
    population = lo.Population(SQUID, C=[1.0, 0.0, -1.0], amplitude=[5.0, 10.0])
    table = run(population, client=client)
    same(table, run(population))
    assert table["status"].tolist() == ["ok"] * 2 + ["invalid"] * 4


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_killed_worker_loses_nothing(client, tmp_path, monkeypatch):
    pids = list(client.run(os.getpid).values())
    write, written = Shards.write, []

    def killing(self, number, table):
        write(self, number, table)
        written.append(number)
        if len(written) == 2:
            os.kill(pids[0], signal.SIGKILL)

    monkeypatch.setattr(Shards, "write", killing)
    stored = run(squids(80, 10), tmp_path, client=client, shard_size=64, progress=False)
    assert len(written) == 13
    same(stored.to_dataframe(), run(squids(80, 10)))


def test_a_closed_client(client):
    closed = distributed.Client(client.scheduler.address, set_as_default=False)
    closed.close()
    with pytest.raises(lo.ArgumentError, match="client must be connected to its scheduler; this one is closed"):
        run(squids(), client=closed)


@pytest.mark.parametrize("client", ["tcp://127.0.0.1:8786", 7])
def test_no_client(client):
    with pytest.raises(lo.ArgumentError, match=r"client must be a dask.distributed.Client; got"):
        run(squids(), client=client)
