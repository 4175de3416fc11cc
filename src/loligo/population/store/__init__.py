"""The store of a population: shards that are written as they are finished, and found again after a run was killed."""

from loligo.population.store.stored_run import StoredRun, holds_something, run_stored

__all__ = ["StoredRun", "holds_something", "run_stored"]
