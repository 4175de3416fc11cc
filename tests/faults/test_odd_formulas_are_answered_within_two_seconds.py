"""Each odd formula is computed or refused by a sentence within two seconds; no error of a library is seen."""

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from faults.odd_formulas import FORMULAS, KINDS

LONGEST = 300  # paces of 10 ms of a quick processor, where a formula takes at most 200, see `answers`; compiling apart
WATCHDOG = 60.0  # s on the wall: a formula that hangs fails instead of stopping the tests
EVERY = 1 if os.environ.get("LOLIGO_SLOW_TESTS") == "all" else 8  # all of them take minutes; .ci/run asks for all
OTHERS = ("sympy", "numba", "Traceback", "object at 0x", "mpmath", "NoneType")


class Worker:
    """A process that answers formulas, one line each; one that hangs is ended and begun anew."""

    def __init__(self):
        self.lines = queue.Queue()
        self.process = None

    def begin(self):
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).parent / "answers.py"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        self.lines = queue.Queue()
        threading.Thread(target=self.read, args=(self.process.stdout, self.lines), daemon=True).start()

    @staticmethod
    def read(stream, lines):
        for line in stream:
            lines.put(line)

    def answer(self, text):
        if self.process is None:
            self.begin()
        self.process.stdin.write(json.dumps(text) + "\n")
        try:
            return json.loads(self.lines.get(timeout=WATCHDOG))
        except queue.Empty:
            self.end()
            return {"hangs": WATCHDOG}, "no answer"

    def end(self):
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


@pytest.fixture(scope="module")
def worker():
    own = Worker()
    yield own
    own.end()


def test_there_are_enough_of_them():
    assert len(FORMULAS) >= 435
    assert len(set(FORMULAS)) == len(FORMULAS)


@pytest.mark.parametrize("kind", KINDS)
def test_odd_formulas(kind, worker):
    late, odd = [], []
    for text in list(dict.fromkeys(KINDS[kind]()))[::EVERY]:
        taken, said = worker.answer(text)
        if max(taken.values()) > LONGEST:
            late.append((text[:80], taken))
        sentence = said.startswith("refused: ") and 40 < len(said) < 700 and said.endswith((".", ")", "'"))
        if said != "computed" and (not sentence or any(word in said for word in OTHERS)):
            odd.append((text[:80], said[:300]))
    assert not odd, odd
    assert not late, late
