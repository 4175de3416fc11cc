"""Ctrl-C ends whatever runs within a second, as KeyboardInterrupt; so does a time limit."""

import _thread
import ctypes
import os
import signal
import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import loligo as lo
from faults.small_modules import ROAD
from loligo.kernel.stops import Stop, Stopped, interrupts_kept

SQUID = lo.models.squid()
SINES = sum([lo.Sine(0.01, frequency=0.01 + 1e-4 * k) for k in range(2000)], lo.Step(10.0))
WITHIN = 1.0  # s
posix = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows sends no signal to itself")


def without_end(question):
    while True:
        question()


def many(**settings):
    return lo.Population(SQUID, amplitude=np.linspace(8, 20, 300)).run(lo.Step(1.0), 1e7, progress=False, **settings)


WORK = {
    "explicit": lambda: lo.simulate(SQUID, lo.Step(10.0), 1e9, sampling=None),
    "order 8": lambda: lo.simulate(SQUID, lo.Step(10.0), 1e9, sampling=None, tolerance=1e-8),
    "rosenbrock": lambda: lo.simulate(SQUID, lo.Step(10.0), 1e9, sampling=None, method="rosenbrock"),
    "a heavy stimulus": lambda: lo.simulate(SQUID, SINES, 1e9, sampling=None),
    "short runs": lambda: without_end(lambda: lo.simulate(SQUID, lo.Step(10.0), 5)),
    "clamp": lambda: lo.voltage_clamp(SQUID, lo.Sine(30.0, frequency=0.05), 1e9, sampling=[1e9]),
    "threshold": lambda: without_end(lambda: lo.threshold(SQUID, lo.Step(1.0, stop=5))),
    "fi curve": lambda: without_end(lambda: lo.fi_curve(SQUID, np.linspace(5, 20, 10))),
    "bifurcation": lambda: without_end(lambda: lo.bifurcation(SQUID)),
    "population": lambda: many(features=["spike_count"], threads=2),
    "population with records": lambda: many(features=["activity"], threads=1),
    "stiff population": lambda: many(features=["spike_count"], threads=2, method="rosenbrock"),
}
COMPILED = {
    "explicit": lambda: lo.simulate(SQUID, lo.Step(10.0), 5, sampling=None),
    "order 8": lambda: lo.simulate(SQUID, lo.Step(10.0), 5, sampling=None, tolerance=1e-8),
    "rosenbrock": lambda: lo.simulate(SQUID, lo.Step(10.0), 5, method="rosenbrock"),
    "clamp": lambda: lo.voltage_clamp(SQUID, lo.Sine(30.0, frequency=0.05), 5),
    "population": lambda: lo.Population(SQUID).run(lo.Step(1.0), 5, features=["spike_count"]),
    "population with records": lambda: lo.Population(SQUID).run(lo.Step(1.0), 5, features=["activity"]),
    "stiff population": lambda: lo.Population(SQUID).run(lo.Step(1.0), 5, method="rosenbrock"),
    "fi curve": lambda: lo.fi_curve(SQUID, [10.0]),
    "bifurcation": lambda: lo.bifurcation(SQUID, cycles=False),
}


@pytest.fixture
def interrupted():
    """Return a function that runs something, presses Ctrl-C a moment later, and returns how long it went on."""

    def run(work, after=0.3):
        sent = []

        def press():
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

        timer = threading.Timer(after, press)
        timer.start()
        try:
            with pytest.raises(KeyboardInterrupt):
                work()
            return time.monotonic() - sent[0]
        finally:
            timer.cancel()

    return run


@posix
@pytest.mark.parametrize("name", WORK)
def test_ctrl_c(name, interrupted):
    COMPILED.get(name, COMPILED["explicit"])()  # what is compiled once
    before = threading.active_count()
    assert interrupted(WORK[name]) < WITHIN
    assert threading.active_count() <= before  # nothing goes on behind
    assert lo.simulate(SQUID, lo.Step(10.0), 20).spikes.size == 2  # and the next run knows nothing of it


@posix
def test_a_thread_that_computes_does_not_hold_up_the_main_one(interrupted):
    COMPILED["explicit"]()
    stopped = threading.Event()

    def compute():
        try:
            with lo.time_limit(2.0):
                WORK["explicit"]()
        except lo.TimeLimitError:
            stopped.set()

    threading.Thread(target=compute).start()
    assert interrupted(stopped.wait) < WITHIN
    assert stopped.wait(10)


@posix
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # one that fell into a destructor
def test_interrupts_at_any_moment_stay_interrupts():
    # without care one run in two ends as SystemError: the signal is noticed while results become Python objects
    COMPILED["explicit"]()
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    heard = 0

    def rung(after):
        signal.setitimer(signal.ITIMER_REAL, after, 0.5)  # and again: Python drops what falls into a destructor
        WORK["short runs"]()

    try:
        for k in range(300):
            with pytest.raises(KeyboardInterrupt):
                rung(3e-4 + 1e-5 * k)
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            heard += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
    assert heard == 300


@posix
def test_exceptions_of_handlers_are_raised():
    # the alarms of other libraries, of pytest's time limits too, come through as they are
    class AlarmError(Exception):
        pass

    def ring(*_):
        raise AlarmError("ring")

    COMPILED["explicit"]()
    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(AlarmError, match="ring"):
            WORK["explicit"]()
    finally:
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", ["explicit", "rosenbrock", "clamp", "short runs", "threshold", "population"])
def test_a_time_limit(name):
    COMPILED.get(name, COMPILED["explicit"])()
    begun = time.monotonic()
    with pytest.raises(lo.TimeLimitError, match=r"The limit of 0\.3 s has passed") as passed, lo.time_limit(0.3):
        WORK[name]()
    assert time.monotonic() - begun < 0.3 + WITHIN
    assert isinstance(passed.value, TimeoutError)
    assert lo.simulate(SQUID, lo.Step(10.0), 20).spikes.size == 2


def test_a_time_limit_that_is_not_reached_changes_no_bit():
    free = lo.simulate(SQUID, lo.Step(10.0), 2000)
    with lo.time_limit(60):
        limited = lo.simulate(SQUID, lo.Step(10.0), 2000)
    assert (free.states == limited.states).all()
    assert (free.spikes == limited.spikes).all()


def test_compilation_on_a_thread_of_a_population_is_interrupted():
    # a population turns to its implicit program while it runs, on one of its threads
    stop, begun = Stop(), threading.Event()

    def compiling():
        with interrupts_kept():
            begun.set()
            while True:
                time.sleep(0.001)

    with ThreadPoolExecutor(1, initializer=stop.adopt) as pool:
        future = pool.submit(compiling)
        assert begun.wait(10)
        stop.ask()
        assert isinstance(future.exception(timeout=WITHIN), Stopped)
        with pytest.raises(Stopped):  # and nothing else is begun
            pool.submit(compiling).result(timeout=WITHIN)


@posix
@pytest.mark.parametrize("slow", [False, True])
def test_ctrl_c_that_falls_into_a_function_that_llvm_calls(slow, monkeypatch):
    # Python prints and drops what such a function raises; here a callback stands for LLVM's. On a slow machine the
    # interrupt that is sent once more arrives before what sends it has returned
    start = _thread.start_new_thread
    monkeypatch.setattr(_thread, "start_new_thread", lambda *what: (start(*what), slow and time.sleep(0.02)))

    def callback():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0)

    @interrupts_kept()
    def compile_something():
        ctypes.CFUNCTYPE(None)(callback)()
        time.sleep(10)

    with pytest.raises(KeyboardInterrupt):
        compile_something()


@posix
def test_ctrl_c_is_never_raised_inside_the_bindings_of_llvm():
    # what frees LLVM's objects, and is broken off, breaks the process some time later
    within: list[bool] = []

    def press():
        os.kill(os.getpid(), signal.SIGINT)
        try:
            for _ in range(1000):
                pass
        except KeyboardInterrupt:
            within.append(True)
            raise

    binding = types.FunctionType(
        press.__code__, {**globals(), "__name__": "llvmlite.binding.ffi"}, None, None, press.__closure__
    )
    before = signal.getsignal(signal.SIGINT)

    @interrupts_kept()
    def compile_something():
        binding()
        time.sleep(10)

    with pytest.raises(KeyboardInterrupt):
        compile_something()
    assert not within
    assert signal.getsignal(signal.SIGINT) is before


@posix
def test_ctrl_c_while_machine_code_is_loaded(fresh_process, tmp_path):
    # Numba hands LLVM what is kept on disk in a function that LLVM calls
    pressed = """
import signal, time
from numba.core.codegen import JITCodeLibrary
hand_over = JITCodeLibrary._object_getbuffer_hook.__func__

def hook(cls, module):
    if armed and armed.pop():
        os.kill(os.getpid(), signal.SIGINT)
    return hand_over(cls, module)

armed, JITCodeLibrary._object_getbuffer_hook = [], classmethod(hook)
answer("one", 3.0)
armed.append(True)
try:
    answer("one", 3.0)
    time.sleep(10)
except KeyboardInterrupt:
    print("interrupted", armed, answer("one", 3.0), len([line for line in lines if "discards" in line]))
"""
    assert fresh_process(ROAD + pressed, LOLIGO_CACHE_DIR=tmp_path / "cache").split() == [
        "interrupted",
        "[]",
        "6.0",
        "0",
    ]
