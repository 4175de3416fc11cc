"""Importing the classroom module loads neither Brian2, which it never needs, nor what only a run needs."""

import subprocess
import sys

SCRIPT = """
import sys
from neurodynex.hodgkin_huxley.HH import *
heavy = {"brian2", "numba", "sympy", "scipy", "pandas", "loligo.course.exercise"} & set(sys.modules)
assert not heavy, heavy
HH_Step(I_amp=3, tend=40)
assert "brian2" not in sys.modules
"""


def test_import_is_light() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
