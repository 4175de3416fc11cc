"""What the steps of a run may add up to, by the variational equation.

A step that is accepted errs by about one tolerance, and the membrane carries that error on: an error made at ``t_k`` is
``dx(t)/dx(t_k)`` times as large at t. So at t a run may be off by the sum of the norms of these propagators over its
steps. Here they are products of matrix exponentials of the Jacobian along a tight solution. Everything is in units of
the error scales: 10 mV for v, 0.1 for a gate, and what `loligo.simulation.engine.scales` says for further states.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import numpy as np

import loligo as lo
from loligo.kernel import compiled
from loligo.simulation.current import initial_state
from loligo.simulation.engine import Runner, Window, scales

TIGHT = 1e-12  # the tolerance of the solution that a run is compared with
NODES = 120  # steps at which propagators begin, at most; with more steps a node counts for several
CELLS_PER_STEP = 4  # exponentials for one step of the run
APART = 1e6  # tolerances: with a larger sum a run is chaotic, or near a threshold, and is counted apart
ALLOWED = 10.0  # times the sum


class Watched(Runner):
    """A runner that notes when its steps end.

    The program is the same to the last bit however many steps it may take. So it is called again with fewer of them,
    and returns the time that it reached.
    """

    def __init__(self, membrane, **settings):
        super().__init__(membrane, **settings)
        self.nodes = []  # the end of a step, and how many steps ended since the node before

    def _ready(self, method):
        run, machine = super()._ready(method)
        return partial(self._noted, run), machine

    def _noted(self, run, machine, state, pieces, sampling, settings):
        begun = state.y.copy()

        def stopped(tries):
            fresh, unread = state._replace(y=begun.copy()), sampling._replace(samples=sampling.samples.copy())
            return run(machine, fresh, pieces, unread, settings._replace(most_steps=tries))

        whole = run(machine, state, pieces, sampling, settings)
        accepted, rejected = whole[-2:]
        stride = math.ceil(max(accepted + rejected, 1) / NODES)
        passed = 0
        for tries in range(stride, accepted + rejected, stride):
            _, t, *_, so_far, _ = stopped(tries)
            if so_far > passed:
                self.nodes.append((t, so_far - passed))
            passed = so_far
        if accepted > passed:
            self.nodes.append((whole[1], accepted - passed))
        return whole


@dataclass(frozen=True)
class Verdict:
    """A run beside a tight one, at its sample times and at its end.

    ``errors`` (times, variables) and ``sums`` (times,) are in tolerances; ``methods`` names what the run was made by.
    """

    times: np.ndarray
    errors: np.ndarray
    sums: np.ndarray
    methods: tuple[str, ...]
    steps: int

    @property
    def apart(self) -> bool:
        return bool(self.sums.max() > APART)

    @property
    def ratios(self) -> np.ndarray:
        """The largest error of any variable over what is allowed, at every time."""
        return self.errors.max(axis=1) / (ALLOWED * self.sums)

    @property
    def worst(self) -> float:
        return float(self.ratios.max())


def judged(
    membrane, stimulus, duration, times, *, initial="rest", method="auto", tolerance=1e-6, promised=None
) -> Verdict:
    """Run a membrane with samples at ``times``, and compare with what a ``promised`` tolerance allows.

    By default that is its own tolerance. What is judged are the samples and the state at the end.
    """
    promised = tolerance if promised is None else promised
    state, pieces, window = initial_state(membrane, initial), stimulus.joined(duration), [Window(0.0, duration)]
    watched = Watched(membrane, method=method, tolerance=tolerance)
    run = watched(pieces, state, window, times)
    times = np.append(times, duration)
    marks, middles, lengths, cells = _grid(watched.nodes, times)
    asked = np.union1d(middles, marks)
    truth = Runner(membrane, method="explicit", tolerance=TIGHT)(pieces, state, window, asked).samples
    absolute, relative = scales(membrane)
    along, at_marks = (truth[np.searchsorted(asked, some)] for some in (middles, marks))
    sizes = absolute + relative * np.abs(at_marks)
    propagators = _propagators(membrane, along, lengths, cells)
    sums = _sums(watched.nodes, marks, propagators, sizes / absolute, np.isin(marks, times))
    judged = np.searchsorted(marks, times)
    errors = np.abs(np.vstack((run.samples, run.state)) - at_marks[judged]) / sizes[judged] / promised
    return Verdict(times, errors, sums[judged], tuple(run.methods), run.accepted)


def _grid(nodes, times):
    """Return nodes and samples in order, and between each two of them cells that are short against the steps."""
    ends = np.array([t for t, _ in nodes])
    marks = np.unique(np.concatenate(([0.0], ends, times)))
    starts = np.append(0.0, ends[:-1])
    density = np.array([count for _, count in nodes]) / (ends - starts)
    within = np.minimum(np.searchsorted(ends, marks[1:], side="left"), ends.size - 1)
    cells = np.ceil(CELLS_PER_STEP * density[within] * np.diff(marks)).astype(int)
    lengths = np.repeat(np.diff(marks) / cells, cells)
    place = np.concatenate([np.arange(count) + 0.5 for count in cells])
    return marks, np.repeat(marks[:-1], cells) + place * lengths, lengths, cells


def _propagators(membrane, states, lengths, cells):
    """Return the propagator from each mark to the next, for variables in units of the absolute scales."""
    kernel, q = compiled(membrane)
    n = states.shape[1]
    absolute, _ = scales(membrane)
    jacobians = kernel.along(kernel.jacobian_address, states, q, n * n).reshape(-1, n, n)
    steps = exponentials(jacobians * (absolute / absolute[:, None]) * lengths[:, None, None])
    found, at = np.empty((cells.size, n, n)), 0
    for k, count in enumerate(cells):
        product = steps[at]
        for step in steps[at + 1 : at + count]:
            product = step @ product
        found[k], at = product, at + count
    return found


def exponentials(matrices):
    """Return the exponential of each matrix: its series for a part of it, squared."""
    size = np.abs(matrices).sum(axis=2).max(axis=1, initial=0.0)
    halvings = np.maximum(np.ceil(np.log2(np.maximum(size, 1e-300) / 0.5)), 0).astype(int)
    part = matrices / 2.0 ** halvings[:, None, None]
    total = term = np.broadcast_to(np.eye(matrices.shape[1]), matrices.shape)
    for order in range(1, 10):
        term = part @ term / order
        total = total + term
    for k in range(halvings.max(initial=0)):
        more = halvings > k
        total[more] = total[more] @ total[more]
    return total


def _sums(nodes, marks, propagators, sizes, wanted):
    """Return the sum over the steps of the norms of their propagators, at marks.

    ``sizes`` (marks, variables) are the scales of the errors there, over the absolute scales: of a further state its
    own size counts, too. Where a mark is not ``wanted`` the sum is left out (NaN).
    """
    ends, counts = (np.array(column) for column in zip(*nodes, strict=True))
    n = sizes.shape[1]
    carried, sums, begun = np.zeros((ends.size, n, n)), np.full(marks.size, np.nan), 0
    for k, propagator in enumerate((np.eye(n), *propagators)):
        carried[:begun] = propagator @ carried[:begun]
        while begun < ends.size and ends[begun] <= marks[k]:
            carried[begun] = np.diag(sizes[k])
            begun += 1
        if not wanted[k]:
            continue
        norms = np.linalg.norm(carried[:begun] / sizes[k][:, None], ord=2, axis=(1, 2))
        sums[k] = 1.0 + counts[:begun] @ norms  # 1 for the step in which the sample lies
        if begun < ends.size and counts[begun] > 1:  # steps behind the last node
            before = ends[begun - 1] if begun else 0.0
            sums[k] += (counts[begun] - 1) * (marks[k] - before) / (ends[begun] - before)
    return sums


def random_stimulus(rng, amplitude, duration):
    """Return one to three shapes, or every other time up to forty levels.

    Levels that are held let a membrane settle again and again, and there steps are the longest. ``amplitude`` says
    which sizes suit the membrane: of a step worth showing, the least, and the largest [µA/cm²].
    """
    if rng.random() < 0.5:
        count = int(rng.integers(2, 40))
        levels = np.clip(amplitude[0] * 10 ** rng.uniform(-1.5, 0.5) * rng.uniform(-1, 1, count), *amplitude[1:])
        return lo.Samples(levels, dt=duration / count, between="hold" if rng.random() < 0.8 else "line")
    parts = [_shape(rng, amplitude, duration) for _ in range(rng.integers(1, 4))]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _shape(rng, amplitude, duration):
    usual, least, largest = amplitude
    start, stop = np.sort(rng.uniform(0, duration, 2))
    start, stop = float(start), float(max(stop, start + 0.02 * duration))
    size = float(np.clip(usual * 10 ** rng.uniform(-1, 0.5) * rng.choice([1, 1, 1, -1]), least, largest))
    frequency = float(10 ** rng.uniform(-0.5, 2.0) / duration)
    match rng.integers(0, 7):
        case 0:
            return lo.Step(size, start=start, stop=stop)
        case 1:
            return lo.Ramp(size, start=start, stop=stop)
        case 2:
            phase, offset = float(rng.choice([0.0, rng.uniform(0, 6.28)])), float(rng.choice([0.0, 0.5 * size]))
            return lo.Sine(size, frequency=frequency, phase=phase, offset=offset, start=start, stop=stop)
        case 3:
            first, last = float(rng.choice([0.0, frequency])), float(frequency * rng.uniform(0, 3))
            return lo.Chirp(size, first=first, last=last, start=start, stop=stop)
        case 4:
            onsets, width = rng.uniform(0, 0.9 * duration, 4), float(duration * 10 ** rng.uniform(-2.5, -1))
            return lo.Pulses(size, onsets=tuple(onsets.tolist()), width=width)
        case 5:
            tau, seed = float(duration * 10 ** rng.uniform(-2, -1)), int(rng.integers(2**31))
            return lo.Noise(size / 2, tau=tau, seed=seed, dt=tau / 2, start=start, stop=stop)
        case _:
            values = size * rng.uniform(-0.5, 1, 12)
            return lo.Samples(values, dt=(stop - start) / 12, start=start, between=str(rng.choice(["line", "hold"])))


@dataclass(frozen=True)
class Experiment:
    """One of a membrane's random runs: its stimulus, its sample times, and where it begins."""

    stimulus: lo.stimulus.Stimulus
    times: np.ndarray
    initial: object


def experiment(membrane, amplitude, duration, seed, *, begin=None, samples=120) -> Experiment:
    """Draw a run: every third begins up to 10 mV beside rest (or ``begin`` [mV], where rest is unstable)."""
    rng = np.random.default_rng(seed)
    stimulus = random_stimulus(rng, amplitude, duration)
    times = np.sort(rng.uniform(0, duration, samples))
    initial, shift = "rest" if begin is None else {"v": begin}, float(rng.uniform(-10, 10))
    if seed % 3 == 0:
        initial = {"v": (lo.rest(membrane).v if begin is None else begin) + shift}
    return Experiment(stimulus, times, initial)
