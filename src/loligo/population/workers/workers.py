"""The workers that run blocks of members: threads of this process, or those of a cluster."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from loligo.kernel.stops import current_stop
from loligo.population.blocks.block import largest_block, program_of, stages
from loligo.population.features.program import feature_program
from loligo.population.workers.cluster import FEWEST, cluster_workers
from loligo.population.workers.pieces import Workers
from loligo.population.workers.threads import Crew

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loligo.population.plan import Plan
    from loligo.population.workers.resources import Resources

AT_ONCE: Final = 1e6  # ms, summed over the members of a block: takes a second or less, so that progress is visible


@contextmanager
def workers(plan: Plan, members: int, resources: Resources) -> Iterator[Workers]:
    """Yield the workers of a run; work that has not started when the block ends is dropped.

    Parameters
    ----------
    plan : Plan
    members : int
        Number of members to run.
    resources : Resources

    Raises
    ------
    ArgumentError
        The client is not a dask client.
    TimeLimitError
        The time limit passed before anything ran.
    """
    current_stop().check()
    if resources.client is not None:
        yield cluster_workers(plan, members, resources)
        return
    program_of(plan)  # compiled once, before the threads
    if plan.shapes:
        feature_program()
    most = min(max(FEWEST, AT_ONCE / plan.duration), largest_block(plan))
    blocks = math.ceil(members / most)  # as few blocks as possible: lanes run empty at the end of each
    stop = current_stop().part()
    with Crew(resources.threads, stop.adopt) as crew:
        try:
            yield Workers(
                lambda columns, count: crew.share(stages(plan, columns, count)),
                lambda future: future.result(),
                resources.threads,
                math.ceil(members / blocks),
                lambda future: future.cancel(),
            )
        except BaseException:  # Ctrl-C, or a store that cannot be written: do not wait for running blocks
            stop.ask()
            raise
