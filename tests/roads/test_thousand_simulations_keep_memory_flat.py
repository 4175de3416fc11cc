"""A thousand simulations need no more memory than the first two hundred did, and membranes that were are forgotten."""

import ast

ROAD = """
import gc
import resource
import sys
import tracemalloc
import loligo as lo

squid = lo.models.squid()
many = sys.argv[1] == "many"

def run(k):
    membrane = squid.replace(g_Na=100 + k / 50) if many else squid
    stimulus = lo.Noise(3.0, seed=k, mean=6, stop=15) + lo.Step(k / 500)
    recording = lo.simulate(membrane, stimulus, 20, method=("auto", "rosenbrock")[k % 2], sampling=0.5)
    assert recording.current("Na").size == 41

warm, runs = int(sys.argv[2]), int(sys.argv[3])
for k in range(warm):  # caches of the last few hundred membranes fill
    run(k)
gc.collect()
tracemalloc.start()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before, _ = tracemalloc.get_traced_memory()
for k in range(warm, warm + runs):
    run(k)
gc.collect()
after, _ = tracemalloc.get_traced_memory()
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) * (1 if sys.platform == "darwin" else 1024)
print((after - before, grown))
"""


def test_one_membrane(fresh_process):
    traced, resident = ast.literal_eval(fresh_process(ROAD, "one", 200, 1000))
    assert traced < 500_000  # a recording of this run has 5 kB: a thousand kept would be 5 MB
    assert resident < 10_000_000


def test_many_membranes(fresh_process):
    traced, resident = ast.literal_eval(fresh_process(ROAD, "many", 260, 200))
    # bounded caches turn over while this is traced: 64 tables of 115 kB are kept, 200 would be 23 MB
    assert traced < 10_000_000
    assert resident < 18_000_000
