"""Blocks of members on the threads of this process: all threads share a stage, and the earliest block has priority.

A thread takes work from the earliest block, and starts another block only if other threads are busy with every block
that has started. So there are never more blocks than threads, and each block frees its records early.
"""

from __future__ import annotations

import heapq
from concurrent.futures import Future
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import TracebackType


class Crew:
    """Threads that share blocks; leaving the context drops all work that has not started.

    Parameters
    ----------
    threads : int
        Number of threads that may call a stage at once.
    begin : callable, optional
        Called on each thread as it starts.
    """

    def __init__(self, threads: int, begin: Callable[[], object] | None = None) -> None:
        self._threads, self._begin = threads, begin
        self._ready = Condition()
        self._tasks: list[tuple[int, int, Callable[[], None]]] = []
        self._blocks = self._order = 0
        self._closed = False
        self._crew = [Thread(target=self._work, name=f"loligo_{k}", daemon=True) for k in range(threads)]
        for thread in self._crew:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._ready:
            self._closed = True
            self._tasks.clear()
            self._ready.notify_all()
        for thread in self._crew:
            thread.join()

    def share(self, running: Generator[Callable[[], None], None, Any]) -> Future[Any]:
        """Run the stages of a block, after those of earlier blocks; return a future of its result.

        Parameters
        ----------
        running : generator
            Stages, as `loligo.population.blocks.block.stages` yields them. Every free thread calls the current stage
            and, when no member is left to begin, goes on to the next block. The thread that is the last to return from
            the stage begins the next stage of this block.
        """
        done: Future[Any] = Future()
        block = self._blocks
        self._blocks += 1

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
            left = self._threads

            def part() -> None:
                nonlocal left
                try:
                    stage()
                except BaseException as error:  # noqa: BLE001
                    with self._ready:
                        if not done.done():
                            done.set_exception(error)
                with self._ready:
                    left -= 1
                    last = left == 0 and not done.done()
                if last:
                    go_on()

            self._add(block, part, self._threads)

        self._add(block, begin, 1)
        return done

    def _add(self, block: int, task: Callable[[], None], times: int) -> None:
        with self._ready:
            for _ in range(0 if self._closed else times):
                self._order += 1
                heapq.heappush(self._tasks, (block, self._order, task))
            self._ready.notify(times)

    def _work(self) -> None:
        if self._begin:
            self._begin()
        while True:
            with self._ready:
                while not self._tasks and not self._closed:
                    self._ready.wait()
                if self._closed:
                    return
                task = heapq.heappop(self._tasks)[2]
            task()
            del task  # a reference would keep the records of the block alive
