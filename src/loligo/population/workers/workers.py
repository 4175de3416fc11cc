"""Who runs blocks of members: threads of this process, or the workers of a cluster."""

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

AT_ONCE: Final = 1e6  # ms of all members of a block together: a second or less, so that progress is seen


@contextmanager
def workers(plan: Plan, members: int, resources: Resources) -> Iterator[Workers]:
    """Give the workers of a run; what has not started when the block ends is dropped.

    Parameters
    ----------
    plan : Plan
    members : int
        Number of members to run.
    resources : Resources

    Raises
    ------
    ArgumentError
        Not a client of dask.
    TimeLimitError
        The time limit has passed before anything is run.
    """
    current_stop().check()
    if resources.client is not None:
        yield cluster_workers(plan, members, resources)
        return
    program_of(plan)  # compiled once, before the threads
    if plan.shapes:
        feature_program()
    most = min(max(FEWEST, AT_ONCE / plan.duration), largest_block(plan))
    blocks = math.ceil(members / most)  # as few as may be, and as long as one another: lanes run empty at each end
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
        except BaseException:  # Ctrl-C, or a store that cannot be written: blocks that run are not waited for
            stop.ask()
            raise
