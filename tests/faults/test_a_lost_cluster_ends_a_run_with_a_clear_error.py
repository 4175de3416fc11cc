"""A client or cluster closed in the middle, or without workers, ends a run with what to do, after a set time."""

import numpy as np
import pytest

import loligo as lo
from faults.stores import SQUID
from loligo.population.workers import cluster as cluster_module
from loligo.population.workers.progress import Progress

distributed = pytest.importorskip("distributed")
MEMBERS = 400


@pytest.fixture
def cluster(monkeypatch):
    monkeypatch.setattr(cluster_module, "LOOK_EVERY", 0.05)
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=":0", processes=False, silence_logs=50
    ) as cluster:
        yield cluster


def run(store, client, duration=500.0, **more):
    axons = lo.Population(SQUID, g_Na=np.linspace(60.0, 240.0, MEMBERS))
    settings = {"store": store, "shard_size": 100, "client": client, "progress": False} | more
    return axons.run(lo.Step(6.0, start=2.0), duration, **settings)


@pytest.fixture
def after_the_first_block(monkeypatch):
    """Return a function whose argument is called once, when the first block is back."""
    call = Progress.__call__

    def do(something):
        waiting = [something]

        def counted(self, results):
            call(self, results)
            if waiting:
                waiting.pop()()

        monkeypatch.setattr(Progress, "__call__", counted)

    yield do
    monkeypatch.undo()


@pytest.mark.parametrize("closed", ["client", "cluster"])
def test_closed_in_the_middle(closed, cluster, after_the_first_block, tmp_path):
    with distributed.Client(cluster, set_as_default=False) as client:
        after_the_first_block(client.close if closed == "client" else cluster.close)
        with pytest.raises(lo.ClusterError, match=r"connect a new Client, and run again. Finished members stay"):
            run(tmp_path, client)
    after_the_first_block(lambda: None)
    finished = run(tmp_path, None)  # the store goes on
    assert finished.complete
    assert (finished.to_dataframe().status == "ok").all()


def test_no_worker_left(cluster, after_the_first_block, tmp_path, caplog):
    with distributed.Client(cluster, set_as_default=False) as client:
        after_the_first_block(lambda: cluster.scale(0))
        with pytest.raises(lo.ClusterError, match=r"No worker has been in the cluster for 0.5 s: .*worker_timeout="):
            run(tmp_path, client, duration=10_000.0, worker_timeout=0.5)
    assert "no worker is left in the cluster; waiting 0.5 s for one" in caplog.text


def test_a_worker_that_arrives_in_time_continues(cluster, after_the_first_block, tmp_path):
    with distributed.Client(cluster, set_as_default=False) as client:
        cluster.scale(0)
        after_the_first_block(lambda: None)
        cluster.loop.call_later(0.5, cluster.scale, 1)
        assert run(tmp_path, client, worker_timeout=60).complete


@pytest.mark.parametrize("limit", [-1, float("nan"), "long"])
def test_the_limit_is_checked(limit, tmp_path):
    with pytest.raises(lo.LoligoError, match="worker_timeout"):
        run(tmp_path, None, worker_timeout=limit)
