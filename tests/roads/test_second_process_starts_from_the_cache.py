"""What one process compiled, the next one loads: it runs no pass of the compiler and never imports sympy."""

import ast

ROAD = """
import sys
from numba.core import event

with event.install_recorder("numba:run_pass") as passes:
    import loligo as lo

    squid = lo.models.squid()
    run = lo.simulate(squid, lo.Step(10.0) + lo.Noise(1.0, seed=1, stop=20), 30)
    lo.simulate(squid, lo.Step(10.0), 30, method="rosenbrock")
    lo.threshold(squid, lo.Step(1.0, stop=5))
    lo.rates(squid, [1.0, 2.0])
    run.current("Na")
    lo.rest(squid).eigenvalues
print({"passes": len(passes.buffer), "sympy": "sympy" in sys.modules, "spikes": run.spikes.tolist()})
"""


def test_no_pass_and_no_sympy(fresh_process, tmp_path):
    first = ast.literal_eval(fresh_process(ROAD))
    second = ast.literal_eval(fresh_process(ROAD))
    assert second == {"passes": 0, "sympy": False, "spikes": first["spikes"]}
    assert len(first["spikes"]) == 2


CHEAP = """
import logging, sys
from numba.core import event

lines = []
logging.getLogger("loligo").addHandler(handler := logging.Handler())
handler.emit = lambda record: lines.append(record.getMessage())
with event.install_recorder("numba:run_pass") as passes:
    import loligo as lo

    rest = lo.rest(lo.Membrane(lo.Channel("leak", g=0.3, E=-54.4), name="bag")).v
print({"compiled": bool(passes.buffer), "sympy": "sympy" in sys.modules, "rest": rest, "lines": lines})
"""


def test_the_first_process_compiles_and_logs_it(fresh_process, tmp_path):
    # and so the test above does see passes when there are some
    first = ast.literal_eval(fresh_process(CHEAP, LOLIGO_CACHE_DIR=tmp_path))
    second = ast.literal_eval(fresh_process(CHEAP, LOLIGO_CACHE_DIR=tmp_path))
    assert (first["compiled"], first["sympy"], first["rest"]) == (True, True, -54.4)
    assert (second["compiled"], second["sympy"], second["rest"], second["lines"]) == (False, False, -54.4, [])
    assert any("loligo compiles the membrane 'bag' (once" in line and str(tmp_path) in line for line in first["lines"])


CLASSROOM = """
import sys
from neurodynex.hodgkin_huxley.HH import *

first = HH_Step(tend=60, do_plot=False)
print(sorted({"scipy.linalg", "sympy", "numba.np.arraymath", "numba.np.linalg", "asyncio"} & set(sys.modules)))
from numba import njit

@njit
def length(x):
    return np.linalg.norm(x) + np.sort(x)[0]

assert length(np.array([3.0, 4.0])) == 8.0  # what loading left out is there when something is compiled
gates = [lo.Gate("m", inf="1/(1 + exp(-(v - 9.5)/3.25))", tau="0.75")]
other = lo.Membrane(lo.Channel("x", g=1, E=50, open=gates[0]), lo.Channel("leak", g=0.3, E=5.5), C=1, spike_level=40)
assert np.isfinite(lo.simulate(other, lo.Step(1.0), 20).v).all()
assert np.array_equal(HH_Step(tend=60, do_plot=False).vm, first.vm)
"""


def test_what_only_compiling_needs_is_not_imported(fresh_process):
    fresh_process(CLASSROOM)
    assert ast.literal_eval(fresh_process(CLASSROOM).splitlines()[0]) == []
