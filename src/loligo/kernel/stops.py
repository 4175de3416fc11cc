"""Stopping compiled code: a memory cell that compiled loops check, and the reason for stopping.

Python's signal handlers do not run during a compiled call. So every few hundred steps a loop checks
(`loligo.kernel.calling.signalled`): it lets other threads run, runs the handlers of pending signals, and ends as
INTERRUPTED if one of them raised (KeyboardInterrupt, on Ctrl-C) or if the flag of its cell is set. Loops that run on
several threads, without Python's lock, check only the flag, which is set by the thread that waits for them. The flag is
also checked before each compiled call, so work that consists of many short calls ends too. These checks do not affect
results.
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

RESENT_AFTER: Final = 0.002  # delay after which an exception that could not be raised is sent again the first time [s]
LONGEST_LIMIT: Final = 4e6  # longest time limit [s]: 46 days, the longest wait on Windows
_RESTORE: Final = ctypes.pythonapi.PyErr_Restore  # sets an exception, which ctypes raises after the call
_RESTORE.argtypes, _RESTORE.restype = [ctypes.c_void_p] * 3, None


class Stopped(Exception):  # noqa: N818  # no error: somebody asked for it
    """Raised on a thread whose run was stopped; the thread that stopped it raises the reason."""


class Stop:
    """A flag that compiled loops check.

    Attributes
    ----------
    cell : array (5,)
        The flag, nonzero if the loop is to end; then the exception raised by a signal handler: the addresses of its
        type, value and traceback, or 0; then the number of checks.
    """

    def __init__(self) -> None:
        self.cell = np.zeros(5, np.int64)
        self._seconds = 0.0
        # not a WeakSet: an interrupt raised while a WeakSet removes an entry would be lost
        self._parts: list[weakref.ref[Stop]] = []
        self.compiling: set[int] = set()  # identifiers of threads that compile

    def part(self) -> Stop:
        """Return the flag of a part of the work: ending the whole ends the part, but not the reverse."""
        own = Stop()
        self._parts = [*(one for one in self._parts if one() is not None), weakref.ref(own)]
        if self.asked:
            own.ask(self._seconds)
        return own

    def ask(self, seconds: float = 0.0) -> None:
        """Stop all loops that check this cell; ``seconds`` is the time limit that has passed, if that is why."""
        self._seconds = seconds
        self.cell[0] = 1
        for own in [one() for one in self._parts]:
            if own is not None:
                own.ask(seconds)
        if not seconds:
            for thread in list(self.compiling):
                _raise_in(self, thread)

    @property
    def asked(self) -> bool:
        """Whether the loops that check this cell should end."""
        return bool(self.cell[0])

    def adopt(self) -> None:
        """Make the loops of this thread check this cell from now on."""
        _HERE.stop = self

    def check(self) -> None:
        """Raise `Stopped`, or the error of a time limit, if the loops are to end."""
        if self.cell[0]:
            self.end()

    def end(self) -> NoReturn:
        """Raise the exception that interrupted a loop."""
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
    """Return the flag that the loops of this thread check."""
    return _HERE.stop


@contextmanager
def finishing() -> Iterator[None]:
    """Let loops of this thread finish in the block although they were told to stop."""
    own = current_stop()
    Stop().adopt()
    try:
        yield
    finally:
        own.adopt()


def heard(error: SystemError) -> BaseException:
    """Return the exception of a signal handler, which Python may have wrapped while compiled code returned.

    Exceptions are nested if several results were still to be converted to Python objects.
    """
    raised: BaseException = error
    while isinstance(raised, SystemError) and raised.__cause__ is not None:
        raised = raised.__cause__
    return raised


@contextmanager
def interrupts_kept() -> Iterator[None]:
    """Handle Ctrl-C during compilation in the block, but never inside the bindings of LLVM.

    An exception that leaves a callback of LLVM is lost, and one that interrupts the release of its objects crashes the
    process. So an interrupt there is sent again a moment later, as is an interrupt that Python lost.
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
    """Return whether an exception would do harm or be lost at this frame: in LLVM's bindings, or in this module.

    On a slow machine a repeated interrupt may arrive while it is still being sent.
    """
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name == __name__ or name.startswith("llvmlite."):
            return True
        frame = frame.f_back
    return False


def _later(function: Callable[..., object], *arguments: object) -> None:
    """Call a function from another thread a moment later; the delay grows with the number of repeats."""
    frame, wait = sys._getframe().f_back, RESENT_AFTER  # noqa: SLF001  # documented, in spite of its name
    while frame is not None:
        wait *= 2 if frame.f_code is _later.__code__ else 1
        frame = frame.f_back
    _thread.start_new_thread(_call_after, (wait, function, arguments))


def _call_after(seconds: float, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    time.sleep(seconds)
    function(*arguments)


def _raise_in(stop: Stop, thread: int) -> None:
    """Raise `Stopped` in another thread that compiles, as soon as it has returned from LLVM."""
    if thread == threading.get_ident() or thread not in stop.compiling:
        return
    if _lost_in(sys._current_frames().get(thread)):  # noqa: SLF001  # documented, in spite of its name
        _later(_raise_in, stop, thread)
    else:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Stopped))


@contextmanager
def time_limit(seconds: float) -> Iterator[Stop]:
    """Limit the time that this thread may spend in the block: on runs, populations, branches.

    Compilation is not interrupted, but the step after it is. Waiting for a cluster ends within a second.

    Parameters
    ----------
    seconds : float
        The limit [s], more than 0 and at most 4,000,000.

    Raises
    ------
    TimeLimitError
        Work in the block is running when the limit passes, or starts later. `TimeLimitError` is not a
        `LoligoError`, so no analysis treats the error as a result.
    ArgumentError, UnitError
        ``seconds`` is out of range or not a number.

    Examples
    --------
    >>> import loligo as lo
    >>> with lo.time_limit(600):
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
