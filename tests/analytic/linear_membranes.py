"""Random linear membranes under random stimuli, and their solutions in closed form.

A membrane of one variable is ``C dv/dt = I - g (v - E)``. One of two has a further state, ``dw/dt = b (v - E) - d w``,
that takes a current ``k w``, with complex eigenvalues. In the coordinates of the eigenvectors each obeys
``dy/dt = lambda y + beta I(t)``, which is solved piece by piece: exponentials, lines and sinusoids; under a chirp by
Gauss-Legendre quadrature of the convolution.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

import loligo as lo

V_SCALE = 10.0  # mV: one tolerance of v is `tolerance` times this
ROUND_OFF = 1e-11  # relative: where round-off begins
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2

PASSIVE = lo.Membrane(lo.Channel("leak", g=1.0, E=-70.0), C=1.0, spike_level=0.0, name="passive")
RESONANT = lo.Membrane(
    lo.Channel("leak", g=1.0, E=-70.0),
    lo.Current("w", "k*w"),
    lo.State("w", "b*(v - E_leak) - d*w", initial=1.0),
    constants={"k": 1.0, "b": 1.0, "d": 1.0},
    C=1.0,
    spike_level=0.0,
    name="resonant",
)


@dataclass
class Problem:
    """A linear membrane, a stimulus, a start, and the solution."""

    membrane: lo.Membrane
    stimulus: lo.stimulus.Stimulus
    duration: float
    initial: np.ndarray
    rest: float
    modes: np.ndarray = field(repr=False)  # eigenvalues
    drive: np.ndarray = field(repr=False)  # beta of each mode
    shares: np.ndarray = field(repr=False)  # of each mode in v
    start: np.ndarray = field(repr=False)  # of each mode

    def solution(self, t: np.ndarray) -> np.ndarray:
        """Return v at increasing times [mV]."""
        pieces, t = self.stimulus.joined(self.duration), np.asarray(t, dtype=float)
        total = np.zeros(t.size)
        for rate, beta, share, state in zip(self.modes, self.drive, self.shares, self.start, strict=True):
            total += (share * _mode(pieces, rate, beta, state, t)).real
        return self.rest + total


def _mode(pieces, rate, beta, state, t):
    """Return the solution of ``dy/dt = rate y + beta I(t)`` at increasing times."""
    out = np.empty(t.size, dtype=complex)
    for k in range(len(pieces.constant)):
        a, b = pieces.edges[k], pieces.edges[k + 1]
        inside = (t >= a) & ((t < b) | (k == len(pieces.constant) - 1))
        waves = pieces.waves[pieces.offsets[k] : pieces.offsets[k + 1]]
        s = np.append(t[inside], b) - a
        y = _piece(rate, beta, state, pieces.constant[k], pieces.slope[k], waves, s)
        out[inside], state = y[:-1], y[-1]
    return out


def _piece(rate, beta, state, constant, slope, waves, s):
    z = rate * s
    decay, grown = np.exp(z), np.where(np.abs(z) < 1e-300, s, np.expm1(z) / rate)
    # the convolution of the exponential with 1 and with s, the latter by its series where it would cancel
    small = np.abs(z) < 0.02
    series = s * s * (0.5 + z * (1 / 6 + z * (1 / 24 + z * (1 / 120 + z * (1 / 720 + z / 5040)))))
    line = np.where(small, series, (grown - s) / rate)
    y = state * decay + beta * (constant * grown + slope * line)
    for amplitude, phase, omega, chirp in waves:
        if chirp:
            y = y + beta * amplitude * _chirped(rate, phase, omega, chirp, s)
            continue
        for sign in (1, -1):
            i = 1j * sign * omega
            y = y + beta * amplitude * sign / 2j * np.exp(1j * sign * phase) * (np.exp(i * s) - decay) / (i - rate)
    return y


def _chirped(rate, phase, omega, chirp, s):
    """Return the convolution of ``exp(rate s)`` with ``sin(phase + omega s + chirp s^2)``."""
    fastest = max(abs(rate), abs(omega) + 2 * abs(chirp) * s[-1], 1e-12)
    knots = np.linspace(0.0, s[-1], max(int(np.ceil(s[-1] * fastest / 0.7)), 1) + 1)

    def gained(a, h):
        at = a[:, None] + h[:, None] * _NODES
        wave = np.sin(phase + (omega + chirp * at) * at)
        return h * np.sum(_WEIGHTS * wave * np.exp(rate * h[:, None] * (1 - _NODES)), axis=1)

    gains, decays = gained(knots[:-1], np.diff(knots)), np.exp(rate * np.diff(knots))
    at_knots = np.zeros(knots.size, dtype=complex)
    for k in range(gains.size):
        at_knots[k + 1] = at_knots[k] * decays[k] + gains[k]
    cell = np.clip(np.searchsorted(knots, s, side="right") - 1, 0, gains.size - 1)
    rest = s - knots[cell]
    return at_knots[cell] * np.exp(rate * rest) + gained(knots[cell], rest)


def random_problem(rng: np.random.Generator, *, fastest: float = 1e3, two: bool = False) -> Problem:
    """Draw a membrane with rates of 1e-3 to ``fastest`` per ms, and a stimulus that moves it by 1e-3 to 30 mV."""
    rate = 10 ** rng.uniform(-3, np.log10(fastest))
    C, E = 10 ** rng.uniform(-1, 0.3), rng.uniform(-80, -50)
    span = 10 ** rng.uniform(0, 2.5) / rate  # ms: many or few time constants
    swing = 10 ** rng.uniform(-3, 1.5) * (0.3 if two else 1.0)  # mV
    if not two:
        initial = np.array([E + (rng.uniform(-1, 1) * swing if rng.random() < 0.3 else 0.0)])
        membrane = PASSIVE.replace(g_leak=rate * C, E_leak=E, C=C)
        modes, drive, shares, start = np.array([-rate]), np.array([1 / C]), np.array([1.0]), initial - E
        gain = 1 / (rate * C)
    else:
        damping, turning = rate * rng.uniform(0.02, 0.7), rate
        p = rng.uniform(0.1, 1.9) * damping
        d, b = 2 * damping - p, rate / 10
        k = C * (damping**2 + turning**2 - p * d) / b
        membrane = RESONANT.replace(g_leak=p * C, E_leak=E, C=C, k=k, b=b, d=d)
        matrix = np.array([[-p, -k / C], [b, -d]])
        modes, vectors = np.linalg.eig(matrix)
        inverse = np.linalg.inv(vectors)
        initial = np.array([E + (rng.uniform(-1, 1) * swing if rng.random() < 0.3 else 0.0), 0.0])
        drive, shares = inverse[:, 0] / C, vectors[0]
        start = inverse @ np.array([initial[0] - E, 0.0])
        gain = 1 / (rate * C)
    stimulus = _random_stimulus(rng, swing / gain, span, fastest=min(rate, 50 / span))
    problem = Problem(membrane, stimulus, span, initial, E, modes, drive, shares, start.astype(complex))
    seen = problem.solution(np.linspace(0, span, 200))
    level = rng.uniform(seen.min(), seen.max()) if np.ptp(seen) > 0 else E + 1
    if rng.random() < 0.2:  # just beyond what v reaches
        level = seen.max() + 0.01 * np.ptp(seen)
    problem.membrane = membrane.replace(spike_level=float(level))
    return problem


def _random_stimulus(rng, size, span, fastest):
    """Return one to three shapes whose amplitudes are of a size, somewhere in the span [ms]."""
    parts = []
    for _ in range(rng.integers(1, 4)):
        a, b = np.sort(rng.uniform(0, 1, 2)) * span
        b = max(b, a + 1e-3 * span)
        amplitude = float(size * rng.uniform(-1, 1))
        frequency = float(10 ** rng.uniform(-1, 1) * rng.choice([1 / span, fastest / 6]))
        phase = float(rng.choice([0.0, rng.uniform(0, 6.28)]))
        match rng.integers(0, 6):
            case 0:
                parts.append(lo.Step(amplitude, start=a, stop=b))
            case 1:
                parts.append(lo.Ramp(amplitude, start=a, stop=b))
            case 2:
                parts.append(lo.Sine(amplitude, frequency=frequency, phase=phase, start=a, stop=b))
            case 3:
                last = float(frequency * rng.uniform(0, 3))
                parts.append(lo.Chirp(amplitude, first=float(rng.choice([0.0, frequency])), last=last, start=a, stop=b))
            case 4:
                parts.append(lo.Pulses(amplitude, onsets=tuple(rng.uniform(0, span, 4)), width=float(0.05 * span)))
            case 5:
                parts.append(lo.Samples(amplitude * rng.uniform(-1, 1, 12), dt=float((b - a) / 11), start=float(a)))
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


@dataclass(frozen=True)
class Verdict:
    """How far a run is off, in tolerances (10 tolerances or 1e-11 relative count as 10)."""

    samples: float
    end: float
    spikes: float
    invented: int
    missed: int


def judged(problem: Problem, tolerance: float, *, method: str = "auto", count: int = 150, seed: int = 0) -> Verdict:
    """Run a problem with samples (``count`` of them; 0: none) and compare with its solution."""
    rng = np.random.default_rng(seed)
    times = np.sort(rng.uniform(0, problem.duration, count)) if count else None
    run = lo.simulate(
        problem.membrane, problem.stimulus, problem.duration,
        initial=problem.initial, sampling=times, tolerance=tolerance, method=method,
    )  # fmt: skip
    grid = np.linspace(0, problem.duration, 6000)
    truth = problem.solution(grid)
    one = max(tolerance * V_SCALE, ROUND_OFF * np.abs(truth).max() / 10)
    samples = np.abs(run.v - problem.solution(times)).max() / one if count else 0.0
    end = abs(run.final[0] - problem.solution(np.array([problem.duration]))[0]) / one
    level = problem.membrane.spike_level
    at_spikes = problem.solution(run.spikes) if run.spikes.size else np.array([level])
    off = np.abs(at_spikes - level).max() / one
    difference = _difference(truth, level, one, run.spikes.size)
    if difference:  # a crossing may lie between two points of the grid
        times = np.unique(np.concatenate((np.linspace(0, problem.duration, 200_001), _around(run.spikes, problem))))
        difference = _difference(problem.solution(times), level, one, run.spikes.size)
    return Verdict(samples, end, off, max(difference, 0), max(-difference, 0))


def _around(spikes, problem):
    near = problem.duration * 10.0 ** np.arange(-14, -3, 0.5)
    return np.clip((spikes[:, None] + np.concatenate((-near, near))).ravel(), 0, problem.duration)


def _difference(truth, level, one, found):
    if np.abs(_extrema(truth) - level).min() <= 10 * one:
        return 0
    return found - int(((truth[:-1] < level) & (truth[1:] >= level)).sum())


def _extrema(v):
    """Return the ends and the extrema of a curve known at equal intervals, each with its parabola's vertex."""
    left, middle, right = v[:-2], v[1:-1], v[2:]
    turns = (middle - left) * (right - middle) <= 0
    bend = (left - 2 * middle + right)[turns]
    lift = np.divide((right - left)[turns] ** 2, 8 * bend, out=np.zeros_like(bend), where=bend != 0)
    return np.concatenate((v[[0, -1]], middle[turns], middle[turns] - lift))
