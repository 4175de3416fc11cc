"""Errors of v and of every gate are at most ten times the sum of what the steps may err, each carried on.

The sum is that of the norms of ``dx(t)/dx(t_k)`` over the steps, times one tolerance (`reference.variational`). All
membranes here have four variables, so that few programs compile; ``benchmarks/tolerance.py`` runs every model.
"""

import numpy as np
import pytest

import loligo as lo
from loligo.simulation.engine import Window, scales
from reference import variational
from reference.variational import Watched, experiment, exponentials, judged

DURATION = 60.0  # ms
SQUID = lo.models.squid()
MEMBRANES = {"squid": (SQUID, (10.0, -20.0, 180.0)), "pospischil FS": (lo.models.pospischil("FS"), (3.0, -5.0, 20.0))}
# in the runs of seeds 26, 32, 71, 12 and 60 the published error estimate of the pair 8(5,3) alone, with a dense output
# that nothing checks, errs by 15 to 300 times the sum
RUNS = [
    ("squid", "auto", 1e-6, (0, 1, 26)),
    ("pospischil FS", "auto", 1e-6, (0, 1, 32, 71)),
    ("pospischil FS", "explicit", 1e-8, (0, 12, 60)),
    ("squid", "explicit", 1e-4, (0, 1, 2)),
    ("squid", "rosenbrock", 1e-6, (0, 1, 2)),
    ("pospischil FS", "rosenbrock", 1e-4, (0, 1, 2)),
]
SLOWEST = 0.05  # kHz
UNCOUPLED = lo.Membrane(
    lo.Channel("X", g=0.0, E=0.0, open=lo.Gate("a", alpha="0.3", beta="0.9")),
    lo.Channel("Y", g=0.0, E=0.0, open=lo.Gate("b", alpha="0.02", beta="0.03")),
    lo.Channel("Z", g=0.0, E=0.0, open=lo.Gate("c", alpha="1.0", beta="1.0")),
    lo.Channel("leak", g=0.2, E=-60.0),
    C=1.0,
    name="uncoupled",
)
REST = lo.rest(UNCOUPLED)


@pytest.mark.parametrize(("name", "method", "tolerance", "seeds"), RUNS)
def test_random_stimuli(name, method, tolerance, seeds):
    membrane, amplitude = MEMBRANES[name]
    for seed in seeds:
        run = experiment(membrane, amplitude, DURATION, seed)
        verdict = judged(
            membrane, run.stimulus, DURATION, run.times, initial=run.initial, method=method, tolerance=tolerance
        )
        assert not verdict.apart
        assert verdict.worst <= 1.0, (seed, run, verdict.times[verdict.ratios.argmax()])


def test_a_run_that_breaks_its_promise_is_seen():
    run = experiment(SQUID, (10.0, -20.0, 180.0), DURATION, 1)
    verdict = judged(SQUID, run.stimulus, DURATION, run.times, method="explicit", tolerance=1e-4, promised=1e-8)
    assert verdict.worst > 1.0


def test_sums_of_constant_rates_are_those_of_exponentials(monkeypatch):
    """Where no gate acts on v, and v on no gate, the slowest variable forgets last: the norm is its exponential."""
    monkeypatch.setattr(variational, "NODES", 10_000)  # every step is a node
    times, stimulus = np.array([0.5, 3.0, 11.0, 29.0]), lo.Sine(3.0, frequency=0.2)
    watched = Watched(UNCOUPLED, method="explicit", tolerance=1e-6)
    watched(stimulus.joined(30.0), REST.state, [Window(0.0, 30.0)], times)
    steps = np.array([t for t, _ in watched.nodes])
    verdict = judged(UNCOUPLED, stimulus, 30.0, times, method="explicit")
    forgotten = np.exp(-SLOWEST * (verdict.times[:, None] - steps)) * (steps <= verdict.times[:, None])
    assert verdict.steps == steps.size
    np.testing.assert_allclose(verdict.sums, 1.0 + forgotten.sum(axis=1), rtol=1e-6)


def test_sums_hardly_depend_on_how_steps_are_grouped(monkeypatch):
    stimulus, times = lo.Step(10.0, start=1.0), np.linspace(2.0, 59.0, 30)
    grouped = judged(SQUID, stimulus, DURATION, times)
    monkeypatch.setattr(variational, "NODES", 10_000)
    np.testing.assert_allclose(grouped.sums, judged(SQUID, stimulus, DURATION, times).sums, rtol=0.3)


def test_propagators_map_small_changes():
    start, small = lo.rest(SQUID).state, 1e-6
    units = scales(SQUID)[0]
    stimulus, cells, lengths = lo.Step(10.0), np.full(8, 200), np.full(1600, 0.005)
    middles = 0.005 * (np.arange(1600) + 0.5)
    along = lo.simulate(SQUID, stimulus, 8.0, tolerance=1e-12, sampling=middles).states
    total = np.eye(4)
    for propagator in variational._propagators(SQUID, along, lengths, cells):
        total = propagator @ total

    def end(initial):
        return lo.simulate(SQUID, stimulus, 8.0, initial=initial, tolerance=1e-12, sampling=None).final

    for j, unit in enumerate(np.diag(small * units)):
        change = (end(start + unit) - end(start - unit)) / (2 * small) / units
        np.testing.assert_allclose(total[:, j], change, atol=2e-3 * np.abs(total).max())


def test_exponentials_of_matrices():
    turning = np.array([[0.0, 1.0], [-1.0, 0.0]])
    angles = np.array([0.0, 0.1, 2.0, 30.0])
    expected = np.array([[[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]] for a in angles])
    np.testing.assert_allclose(exponentials(angles[:, None, None] * turning), expected, atol=1e-12)
    decays = np.array([-300.0, -0.01])
    np.testing.assert_allclose(exponentials(decays[:, None, None]).ravel(), np.exp(decays), rtol=1e-8)
