"""Stopping compiled code: a cell of memory that compiled loops look at, and what it is stopped for.

Python's handlers of signals do not run during a compiled call. So a loop looks up every few hundred steps
(`loligo.kernel.calling.signalled`): it lets other threads have their turn, runs the handlers of signals that have
arrived, and ends as INTERRUPTED when one of them raised (KeyboardInterrupt, on Ctrl-C) or when the flag of its cell is
set. Loops that run on several threads, without Python's lock, look at the flag alone; the thread that waits for
them sets it. What begins a compiled call looks as well, so that work made of many short calls ends too. Looking changes
no bits.
"""

from __future__ import annotations

import _thread
import ctypes
import signal
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

import numpy as np

from loligo._errors import ArgumentError, TimeLimitError
from loligo._units import positive

RESENT_AFTER: Final = 0.002  # s
LONGEST_LIMIT: Final = 4e6  # s, 46 days: Windows waits no longer
_RESTORE: Final = ctypes.pythonapi.PyErr_Restore  # raises what it restores, since ctypes looks for an error afterwards
_RESTORE.argtypes, _RESTORE.restype = [ctypes.c_void_p] * 3, None


class Stopped(Exception):  # noqa: N818  # no error: somebody asked for it
    """Raised on a thread whose run was asked to stop; the thread that asked raises its own reason."""


class Stop:
    """A flag that compiled loops look at.

    Attributes
    ----------
    cell : array (5,)
        The flag, not 0 when the loop shall end; then the exception that a handler of a signal raised: the addresses of
        its type, value and traceback, or 0; then how often a loop has looked.
    """

    def __init__(self) -> None:
        self.cell = np.zeros(5, np.int64)
        self._seconds = 0.0
        self._parts: list[weakref.ref[Stop]] = []  # no WeakSet: an interrupt that falls into its removals is lost
        self.compiling: set[int] = set()  # threads

    def part(self) -> Stop:
        """Return the flag of a part of the work: whoever asks the whole to end asks the part, but not the reverse."""
        own = Stop()
        self._parts = [*(one for one in self._parts if one() is not None), weakref.ref(own)]
        if self.cell[0]:
            own.ask(self._seconds)
        return own

    def ask(self, seconds: float = 0.0) -> None:
        """Ask all loops that look at this cell to end, because a limit of time has passed if there was one."""
        self._seconds = seconds
        self.cell[0] = 1
        for own in [one() for one in self._parts]:
            if own is not None:
                own.ask(seconds)
        if not seconds:
            for thread in list(self.compiling):
                _raise_in(self, thread)

    def adopt(self) -> None:
        """Let the loops of this thread look at this cell from now on."""
        _HERE.stop = self

    def check(self) -> None:
        """Raise `Stopped`, or the error of a time limit, if the loops shall end."""
        if self.cell[0]:
            self.end()

    def end(self) -> NoReturn:
        """Raise what a loop was interrupted for."""
        raised = [int(address) or None for address in self.cell[1:4]]
        self.cell[1:4] = 0
        if raised[0]:
            _RESTORE(*raised)
        if self._seconds:
            raise TimeLimitError(
                f"The limit of {self._seconds:g} s has passed: allow more time, or try a shorter duration."
            )
        raise Stopped


class _Here(threading.local):
    def __init__(self) -> None:
        self.stop = Stop()


_HERE = _Here()


def current_stop() -> Stop:
    """Return the flag that the loops of this thread look at."""
    return _HERE.stop


@contextmanager
def finishing() -> Iterator[None]:
    """Let loops of this thread come to their end in the block though they were asked to stop."""
    own = current_stop()
    Stop().adopt()
    try:
        yield
    finally:
        own.adopt()


def heard(error: SystemError) -> BaseException:
    """Return what a handler of a signal raised while compiled code returned to Python, which reports it as its own.

    Where several results were still to be made Python objects, each reports what the one before it has reported.
    """
    raised: BaseException = error
    while isinstance(raised, SystemError) and raised.__cause__ is not None:
        raised = raised.__cause__
    return raised


@contextmanager
def interrupts_kept() -> Iterator[None]:
    """Hear Ctrl-C while something is compiled in the block, but never inside the bindings of LLVM.

    An exception that leaves a function that LLVM calls is lost, and one that breaks off what frees its objects breaks
    the process. So an interrupt that falls there is sent once more, a moment later; so is one that Python lost.
    """
    before, stop, thread = sys.unraisablehook, current_stop(), threading.get_ident()
    stop.check()

    def again(lost: sys.UnraisableHookArgs) -> None:
        if isinstance(lost.exc_value, KeyboardInterrupt):
            _later(_thread.interrupt_main)
        elif isinstance(lost.exc_value, Stopped):
            _later(_raise_in, stop, thread)
        else:
            before(lost)

    sys.unraisablehook = again
    stop.compiling.add(thread)
    try:
        with _handled_outside_llvm():
            yield
    finally:
        stop.compiling.discard(thread)
        sys.unraisablehook = before


@contextmanager
def _handled_outside_llvm() -> Iterator[None]:
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return

    def outside(number: int, frame: FrameType | None) -> None:
        if _lost_in(frame):
            _later(_thread.interrupt_main)
        else:
            handler(number, frame)

    signal.signal(signal.SIGINT, outside)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _lost_in(frame: FrameType | None) -> bool:
    """Return whether an exception that is raised there does harm, or is dropped: in LLVM's bindings, or in this module.

    A slow machine is still busy sending an interrupt again when it arrives.
    """
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name == __name__ or name.startswith("llvmlite."):
            return True
        frame = frame.f_back
    return False


def _later(function: Callable[..., object], *arguments: object) -> None:
    """Call a function from another thread, a moment later: the longer, the more often it came before this one ended."""
    frame, wait = sys._getframe().f_back, RESENT_AFTER  # noqa: SLF001  # documented, in spite of its name
    while frame is not None:
        wait *= 2 if frame.f_code is _later.__code__ else 1
        frame = frame.f_back
    _thread.start_new_thread(_call_after, (wait, function, arguments))


def _call_after(seconds: float, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    time.sleep(seconds)
    function(*arguments)


def _raise_in(stop: Stop, thread: int) -> None:
    """Raise `Stopped` in another thread that compiles, as soon as it is back from LLVM."""
    if thread == threading.get_ident() or thread not in stop.compiling:
        return
    if _lost_in(sys._current_frames().get(thread)):  # noqa: SLF001  # documented, in spite of its name
        _later(_raise_in, stop, thread)
    else:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Stopped))


@contextmanager
def time_limit(seconds: float) -> Iterator[Stop]:
    """End the work of this thread in the block after some time: runs, populations, and what follows branches.

    Compiling is not ended; what comes next is. A cluster is left within a second.

    Parameters
    ----------
    seconds : float
        More than 0, at most 4,000,000.

    Raises
    ------
    TimeLimitError
        In the block, by what goes on when the limit has passed, or by what is begun next. It is no `LoligoError`, so
        that nothing takes it for a result.
    ArgumentError, UnitError
        ``seconds`` is no such number.

    Examples
    --------
    >>> import loligo as lo
    >>> with lo.time_limit(60):
    ...     run = lo.simulate(lo.models.squid(), lo.Step(10.0), 20)
    """
    seconds = positive(seconds, "", "seconds")
    if seconds > LONGEST_LIMIT:
        raise ArgumentError(
            f"seconds must be at most {LONGEST_LIMIT:,.0f}; got {seconds:g}. Leave time_limit out for no limit."
        )
    before = current_stop()
    stop = before.part()
    timer = threading.Timer(seconds, stop.ask, [seconds])
    timer.daemon = True
    stop.adopt()
    timer.start()
    try:
        yield stop
    finally:
        timer.cancel()
        before.adopt()
