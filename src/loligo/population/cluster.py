"""Who runs blocks of members: threads of this process, or the workers of a dask cluster."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from loligo._errors import ArgumentError, ClusterError
from loligo.kernel.stops import current_stop
from loligo.population.block import largest_block, program_of, run_block, stages
from loligo.population.features.program import feature_program
from loligo.population.threads import Crew

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from loligo.population.plan import Plan

FEWEST: Final = 64  # members of a task
MOST_THERE = 4096
AT_ONCE: Final = 1e6  # ms of all members of a block together: a second or less, so that progress is seen
RETRIES: Final = 3
Columns = Mapping[str, "NDArray[np.float64]"]


@dataclass(frozen=True)
class Workers:
    """Where blocks of members are run.

    Attributes
    ----------
    submit : callable
        Takes the columns of a block and its number of members; returns a future.
    result : callable
        Takes a future, waits, and returns the columns of what came out.
    threads : int
        How many blocks run at a time.
    block : int
        Members of a task.
    """

    submit: Callable[[Columns, int], Any]
    result: Callable[[Any], dict[str, NDArray[Any]]]
    threads: int
    block: int


@contextmanager
def workers(plan: Plan, members: int, threads: int, client: Any = None) -> Iterator[Workers]:
    """Give the workers of a run; what has not begun when the block ends is dropped.

    Parameters
    ----------
    plan : Plan
    members : int
        How many are to be run.
    threads : int
        Of this process, when there is no client.
    client : distributed.Client, optional

    Raises
    ------
    ArgumentError
        A client that is none.
    """
    if client is not None:
        yield _cluster(plan, members, client)
        return
    program_of(plan)  # compiled once, before the threads
    if plan.shapes:
        feature_program()
    most = min(max(FEWEST, AT_ONCE / plan.duration), largest_block(plan))
    blocks = math.ceil(members / most)  # as few as may be, and as long as one another: lanes run empty at each end
    stop = current_stop().part()
    with Crew(threads, stop.adopt) as crew:
        try:
            yield Workers(
                lambda columns, count: crew.share(stages(plan, columns, count)),
                lambda future: future.result(),
                threads,
                math.ceil(members / blocks),
            )
        except BaseException:  # Ctrl-C, or a store that cannot be written: blocks that run are not waited for
            stop.ask()
            raise


def threads_of(client: Any) -> int:
    """Return how many threads the workers of a dask client have; at least one, since workers may come later.

    Raises
    ------
    ArgumentError
        It is no client, or one that must be awaited, or closed.
    """
    if not all(hasattr(client, name) for name in ("submit", "nthreads", "scheduler_info")):
        raise ArgumentError(f"client must be a dask.distributed.Client; got {client!r}.")
    if client.asynchronous:
        raise ArgumentError("client must not be asynchronous: make it by Client(address).")
    if client.status != "running":
        raise ArgumentError(f"client must be connected to its scheduler; this one is {client.status}.")
    threads: int = sum(client.nthreads().values())
    return max(1, threads)


def _cluster(plan: Plan, members: int, client: Any) -> Workers:
    from distributed import CancelledError, KilledWorker  # here already: the client comes from it
    from distributed.comm import CommClosedError

    threads = threads_of(client)

    def submit(columns: Columns, count: int) -> Any:  # a fresh plan has nothing cached that cannot travel
        return client.submit(run_block, replace(plan), columns, count, pure=False, retries=RETRIES)

    def result(future: Any) -> dict[str, NDArray[Any]]:
        try:
            found: dict[str, NDArray[Any]] = future.result()
        except (KilledWorker, CancelledError, CommClosedError) as error:
            raise ClusterError(
                f"The cluster gave up ({type(error).__name__}): look at its log, then run again; "
                "what is finished stays in the store."
            ) from error
        return found

    size = min(MOST_THERE, max(FEWEST, math.ceil(members / (8 * threads))))
    return Workers(submit, result, threads, size)
