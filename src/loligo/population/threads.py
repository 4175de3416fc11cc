"""Blocks of members on the threads of this process: all threads share a stage, so that none waits for another."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


def share(pool: ThreadPoolExecutor, threads: int, running: Generator[Callable[[], None], None, Any]) -> Future[Any]:
    """Run the stages of a block on a pool; return a future of what the block returns.

    Parameters
    ----------
    pool : ThreadPoolExecutor
    threads : int
        How many may call a stage at once: the first that is free calls it first, and goes on to the next block when
        no member is left to begin. The last to return goes on with the block.
    running : generator
        From `loligo.population.block.stages`.
    """
    done: Future[Any] = Future()
    lock = Lock()

    def begin() -> None:
        if done.set_running_or_notify_cancel():
            go_on()

    def go_on() -> None:
        try:
            stage = next(running)
        except StopIteration as end:
            done.set_result(end.value)
        except BaseException as error:  # noqa: BLE001  # raised again where the result is asked for
            done.set_exception(error)
        else:
            play(stage)

    def play(stage: Callable[[], None]) -> None:
        left = threads

        def part() -> None:
            nonlocal left
            try:
                stage()
            except BaseException as error:  # noqa: BLE001
                with lock:
                    if not done.done():
                        done.set_exception(error)
            with lock:
                left -= 1
                last = left == 0 and not done.done()
            if last:
                go_on()

        for _ in range(threads):
            pool.submit(part)

    pool.submit(begin)
    return done
