"""A run is the same bits in every process, in every thread, and whatever ran before it."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import loligo as lo
from loligo.integrate import METHODS

RUNS = """
import hashlib
import numpy as np
import loligo as lo
from loligo.integrate import METHODS

def digest(*arrays):
    return hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).hexdigest()

squid = lo.models.squid()
noisy = lo.Noise(4.0, tau=3.0, seed=11, mean=3.0, stop=60) + lo.Sine(2.0, frequency=0.05, stop=50)
for method in METHODS:
    run = lo.simulate(squid, noisy, 80, method=method, tolerance=1e-7)
    print(digest(run.t, run.states, run.spikes, run.final, run.current("Na"), run.applied))
fibre = lo.models.morris_lecar()
run = lo.simulate(fibre, lo.Step(100.0), 300, interventions=lo.Hold("w", 0.1, stop=50))
print(digest(run.states, run.spikes, run["m"]))
run = lo.voltage_clamp(squid, lo.Step(60.0, 5, 15), 20, holding=-10.0)
print(digest(run.states, run.ionic_current))
print(digest(lo.rest(squid).state, lo.rest(fibre, current=20.0).state))
print(repr(lo.threshold(squid, lo.Step(1.0, stop=20))))
gates = lo.rates(squid, np.arange(-99, 99)).gates.values()
print(digest(*(getattr(rates, kind) for kind in ("alpha", "tau") for rates in gates)))
"""


def test_two_processes(fresh_process):
    first, second = fresh_process(RUNS), fresh_process(RUNS)
    assert first == second
    assert len(first.split("\n")) == len(METHODS) + 6


def test_a_process_that_has_done_other_things(capsys, fresh_process):
    lo.simulate(lo.models.squid().replace(g_Na=90), lo.Step(20.0), 100, tolerance=1e-3)
    lo.simulate(lo.models.morris_lecar("snic"), lo.Step(50.0), 100)
    namespace = {}
    exec(compile(RUNS, "runs", "exec"), namespace)
    assert capsys.readouterr().out == fresh_process(RUNS)


def one(k):
    squid = lo.models.squid().replace(g_Na=100 + k)
    run = lo.simulate(squid, lo.Noise(6.0, seed=k, mean=4, stop=100), 100, method=("explicit", "rosenbrock")[k % 2])
    return hashlib.sha256(run.states.tobytes() + run.spikes.tobytes()).hexdigest()


def test_threads():
    alone = [one(k) for k in range(32)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(32))) == alone
    assert len(set(alone)) == 32


def test_threads_that_compile_the_same_membrane_at_once():
    def fresh(_):
        gate = lo.Gate("x", inf="1/(1 + exp(-(v + 31.7)/4.3))", tau="2.25")
        membrane = lo.Membrane(lo.Channel("K", g=3, E=-80, open=gate), lo.Channel("leak", g=0.3, E=-50))
        return lo.simulate(membrane, lo.Step(5.0), 10).states.tobytes()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(fresh, range(4)))) == 1


def test_sampled_arrays_are_not_shared_between_runs():
    first = lo.simulate(lo.models.squid(), lo.Step(10.0), 20)
    kept = first.states.copy()
    lo.simulate(lo.models.squid(), lo.Step(30.0), 20)
    np.testing.assert_array_equal(first.states, kept)
