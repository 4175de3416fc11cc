"""The store of a population: shards are written as they finish, so that a killed run can be resumed."""

from loligo.population.store.stored_run import StoredRun, holds_something, run_stored

__all__ = ["StoredRun", "holds_something", "run_stored"]
