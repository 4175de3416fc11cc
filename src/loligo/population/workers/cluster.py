"""Blocks of members on the workers of a dask cluster, with clear errors when it fails."""

from __future__ import annotations

import logging
import math
from contextlib import contextmanager, suppress
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from loligo._errors import ArgumentError, ClusterError, LoligoError, TimeLimitError
from loligo.kernel.stops import current_stop
from loligo.population.blocks.block import run_block
from loligo.population.workers.pieces import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from loligo.population.plan import Plan
    from loligo.population.workers.resources import Resources

FEWEST: Final = 64  # smallest number of members in a task
MOST_THERE = 4096
RETRIES: Final = 3
LOOK_EVERY: Final = 1.0  # time between two checks whether a cluster still has workers [s]
_KEPT: Final = "Finished members stay in the store."
_WHAT_TO_DO: Final = f"look at its log, connect a new Client, and run again. {_KEPT}"
_LOG: Final = logging.getLogger("loligo")


def threads_of(client: Any) -> int:
    """Return how many threads the workers of a dask client have; at least one, since workers may join later.

    Raises
    ------
    ArgumentError
        The object is not a dask client, or is an asynchronous or closed one.
    """
    if not all(hasattr(client, name) for name in ("submit", "nthreads", "scheduler_info")):
        raise ArgumentError(f"client must be a dask.distributed.Client; got {client!r}.")
    if client.asynchronous:
        raise ArgumentError("client must not be asynchronous: create it with Client(address).")
    if client.status != "running":
        raise ArgumentError(f"client must be connected to its scheduler; this one is {client.status}.")
    threads: int = sum(client.nthreads().values())
    return max(1, threads)


def cluster_workers(plan: Plan, members: int, resources: Resources) -> Workers:
    """Return the workers of a dask cluster, which share the members evenly.

    Raises
    ------
    ArgumentError
        The client of ``resources`` is not a dask client.
    """
    client = resources.client
    threads = threads_of(client)
    limited = replace(plan, most_steps=plan.most_steps)  # a fresh plan has no cached values that cannot be pickled

    def submit(columns: Mapping[str, NDArray[np.float64]], count: int) -> Any:
        with _clearly(client):
            return client.submit(run_block, limited, columns, count, pure=False, retries=RETRIES)

    def result(future: Any) -> dict[str, NDArray[Any]]:
        with _clearly(client):
            return _waited_for(future, client, resources.worker_timeout)

    size = min(MOST_THERE, max(FEWEST, math.ceil(members / (8 * threads))))
    return Workers(submit, result, threads, size, _dropped)


def _waited_for(future: Any, client: Any, patience: float) -> dict[str, NDArray[Any]]:
    """Return the result of a task; fail if there has been no worker for too long.

    Raises
    ------
    ClusterError, TimeLimitError
    """
    alone_since: float | None = None
    while True:
        current_stop().check()
        try:
            found: dict[str, NDArray[Any]] = future.result(timeout=LOOK_EVERY)
        except TimeoutError:
            if future.status == "error":  # the task itself ran out of time
                raise
        else:
            return found
        if client.status not in ("running", "connecting"):
            raise ClusterError(f"The client of the cluster is {client.status}: {_WHAT_TO_DO}")
        if client.nthreads():
            alone_since = None
            continue
        now = monotonic()
        if alone_since is None:
            alone_since = now
            _LOG.warning("loligo: no worker is left in the cluster; waiting %g s for one", patience)
        if now - alone_since >= patience:
            raise ClusterError(
                f"No worker has been in the cluster for {patience:g} s: start some, or wait longer (worker_timeout=), "
                f"and run again. {_KEPT}"
            )


@contextmanager
def _clearly(client: Any) -> Iterator[None]:
    """Turn any error of a failing cluster or a closed client into a one-sentence `ClusterError`."""
    try:
        yield
    except (LoligoError, TimeLimitError):
        raise
    except Exception as error:
        if not (_of_dask(error) or client.status not in ("running", "connecting")):
            raise
        raise ClusterError(f"The cluster failed ({type(error).__name__}): {_WHAT_TO_DO}") from error


def _of_dask(error: Exception) -> bool:
    """Return whether an error comes from the cluster, and not from a member or a plan."""
    here = isinstance(error, (OSError, TimeoutError))
    return here or type(error).__module__.partition(".")[0] in ("distributed", "concurrent", "asyncio")


def _dropped(future: Any) -> None:
    with suppress(Exception):  # errors of any type: a cluster that is gone has dropped the task
        future.cancel()
