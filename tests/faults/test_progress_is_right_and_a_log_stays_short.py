"""The time left is right from a tenth of a run on, a terminal gets a bar, and a log one line now and then."""

import io
import re
import sys

import numpy as np
import pytest

import loligo as lo
from faults.stores import SQUID
from loligo.population.workers import progress, workers
from loligo.population.workers.progress import Progress


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(progress, "perf_counter", clock)
    return clock


class Terminal(io.StringIO):
    def isatty(self):
        return True


def played(shown, clock, *, blocks, seconds, members=64, done=0, uneven=0.0):
    """Tell a progress of blocks that take so long each, more or less; return the times left that it said, and it."""
    chance, said = np.random.default_rng(1), []
    took = seconds * (1.0 + uneven * chance.uniform(-1.0, 1.0, blocks))
    with Progress(done + blocks * members, shown, done) as told:
        for k in range(blocks):
            clock.now += took[k]
            told({"status": np.array(["ok"] * (members - 1) + ["diverged"], object)})
            said.append((took[: k + 1].sum(), told.left, took[k + 1 :].sum()))
    return said


@pytest.mark.parametrize("uneven", [0.0, 0.8])
@pytest.mark.parametrize("done", [0, 100_000])
def test_the_time_left_is_within_30_percent_from_a_tenth_on(uneven, done, clock):
    said = played(False, clock, blocks=200, seconds=0.5, uneven=uneven, done=done)
    for elapsed, left, truly in said:
        if elapsed > 10.0 and truly:
            assert left == pytest.approx(truly, rel=0.3, abs=2.0)


def test_the_clock_starts_when_all_is_compiled(monkeypatch, clock):
    """What is compiled first is no measure of what is left."""
    original, told = workers.program_of, []

    def slow(*arguments, **more):
        clock.now += 500.0
        return original(*arguments, **more)

    def call(self, results, _call=Progress.__call__):
        clock.now += 1.0
        _call(self, results)
        told.append(self.left)

    monkeypatch.setattr(workers, "program_of", slow)
    monkeypatch.setattr(Progress, "__call__", call)
    lo.Population(SQUID, g_Na=np.linspace(60, 240, 600)).run(lo.Step(6.0), 10_000 / 4, progress=False, threads=1)
    assert len(told) == 2
    assert told[0] <= 2.0


def test_a_log_gets_one_line_now_and_then(clock, capsys):
    played(None, clock, blocks=36_000, seconds=1.0)
    lines = capsys.readouterr().err.splitlines()
    assert 20 < len(lines) < 120
    form = r" *\d+% \d+/2304000 members, \d+ members/s, (\d+:)?\d\d:\d\d left, [\d,]+ failed"
    assert all(re.fullmatch(form, line) for line in lines)
    assert lines[-1].startswith("100%")


@pytest.mark.parametrize("seconds", [0.001, 0.15])
def test_a_log_of_a_short_run_stays_empty(seconds, clock, capsys):
    played(None, clock, blocks=60, seconds=seconds)
    assert capsys.readouterr().err == ""


def test_a_log_gets_at_least_the_last_line_on_request(clock, capsys):
    played(True, clock, blocks=60, seconds=0.001)
    assert capsys.readouterr().err.count("\n") == 1


def test_a_terminal_gets_a_bar(clock, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    played(True, clock, blocks=4, seconds=600.0)
    shown = terminal.getvalue()
    assert "\n" not in shown.rstrip("\n")
    assert re.search(r"100%\|.*\| 256/256 members, 0.11 members/s, 00:00 left, 4 failed", shown)
