"""The resources of a run: threads or the workers of a cluster; and how its progress is shown."""

from __future__ import annotations

import os
from typing import Any, Final, NamedTuple

from loligo._progress import Progress
from loligo._units import positive, whole

MOST_THREADS: Final = 4096
WORKER_TIMEOUT: Final = 300.0  # default time for which a run waits for a cluster without workers [s]


class Resources(NamedTuple):
    """The resources that run a population, and how progress is shown.

    Attributes
    ----------
    threads : int
        Number of threads of this process, when there is no client.
    client : distributed.Client or None
    worker_timeout : float
        How long to wait for a cluster without workers [s].
    progress : bool, callable or None
    """

    threads: int
    client: Any = None
    worker_timeout: float = WORKER_TIMEOUT
    progress: Progress = None


def checked_resources(threads: int | None, client: Any, worker_timeout: float, progress: Progress) -> Resources:
    """Return the resources of `Population.run`, by default one thread per core.

    Raises
    ------
    ArgumentError, UnitError
        A number is out of range.
    """
    timeout = positive(worker_timeout, "", "worker_timeout", zero=True)
    return Resources(checked_threads(threads), client, timeout, progress)


def checked_threads(threads: int | None) -> int:
    """Return the number of threads; None means one per core."""
    return cores() if threads is None else whole(threads, "threads", most=MOST_THREADS)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
