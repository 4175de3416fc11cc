"""A small population for the tests of stores, whose rows depend on the stimulus."""

import numpy as np

import loligo as lo

SQUID = lo.models.squid()
SIZE, SHARD = 40, 10


def axons(size=SIZE):
    return lo.Population(SQUID, g_Na=np.linspace(60.0, 240.0, size))


def counts(population, store=None, amplitude=6.0, **more):
    stimulus = lo.Step(amplitude, start=2.0, stop=40.0)
    return population.run(stimulus, 50.0, store=store, **({"progress": False} | more))


def run(store, amplitude=6.0, **more):
    return counts(axons(), store, amplitude, **({"shard_size": SHARD} | more))


def shards(store):
    return sorted(store.glob("members-*/shard-*"))


def tree(folder):
    """Return all that is in a folder, with contents and whether it is a link."""
    return {
        path.relative_to(folder): (path.is_symlink(), path.read_bytes() if path.is_file() else None)
        for path in folder.rglob("*")
    }
