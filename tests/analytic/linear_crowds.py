"""Linear membranes of one or two variables under any stimulus in normal form, and their solutions in closed form.

With u = v - E and a state x in mV,

    du/dt = -rate u - turn x + I/C,    dx/dt = turn u - decay x,

so both follow from the eigenvalues of a matrix and from integrals of ``exp(mu (s - r)) I(r)`` over a piece of the
stimulus: elementary for lines and sines, by the Faddeeva function for chirps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import wofz

import loligo as lo

LEVEL = 0.0
TWO = lo.Membrane(
    lo.Channel("leak", g=1.0, E=-60.0),
    lo.Current("coupled", "coupling*x"),
    lo.State("x", "turn*(v - E_leak) - decay*x", initial=10.0),
    C=1.0,
    constants={"coupling": 1.0, "turn": 1.0, "decay": 1.0},
    spike_level=LEVEL,
    name="linear with a state",
)


def _after_line(mu, s, constant, slope):
    z = mu * s
    small = np.abs(z) < 0.5
    over = np.where(z == 0, 1.0, z)
    first, second = np.expm1(z) / over, (np.expm1(z) - z) / over**2
    series = [sum(z**k / math.factorial(k + n) for k in range(14)) for n in (1, 2)]
    first, second = np.where(small, series[0], first), np.where(small, series[1], second)
    return s * (constant * first + slope * s * second)


def _after_wave(mu, s, omega, chirp):
    """Return the integral of ``exp(mu (s - r)) exp(i (omega r + chirp r**2))`` over r from 0 to s."""
    b = 1j * omega - mu
    if chirp == 0.0:
        return (np.exp(1j * omega * s) - np.exp(mu * s)) / b
    root = np.sqrt(-1j * chirp)
    size = math.sqrt(math.pi) / (2 * root)

    def part(z):
        return np.where(z.real >= 0, -wofz(np.where(z.real >= 0, 1j * z, 0)), wofz(np.where(z.real < 0, -1j * z, 0)))

    z, z0 = root * s - b / (2 * root), np.full_like(s, 1.0) * (-b / (2 * root))
    ends = size * (np.exp(1j * (omega + chirp * s) * s) * part(z) - np.exp(mu * s) * part(z0))
    sides = (z.real < 0).astype(float) - (z0.real < 0)
    turned = np.zeros_like(ends)
    turned[sides != 0] = np.exp(mu * s[sides != 0] + b * b / (-4j * chirp))
    return ends - 2 * size * sides * turned


@dataclass(frozen=True)
class Linear:
    """One member: rates per ms, C in µF/cm²; ``turn`` 0 leaves u alone."""

    rate: float
    C: float
    turn: float = 0.0
    decay: float = 1.0

    @property
    def matrix(self):
        size = 2 if self.turn else 1
        return np.array([[-self.rate, -self.turn], [self.turn, -self.decay]])[:size, :size]

    def responses(self, pieces):
        """Return a function of piece and times since its beginning to u, from u = x = 0 at the first edge on."""
        mu, right = np.linalg.eig(self.matrix.astype(complex))
        left = np.linalg.inv(right)
        into = left[:, 0] / self.C
        starts = [np.zeros(len(mu), complex)]

        def modes(k, s):
            found = []
            for j, m in enumerate(mu):
                value = starts[k][j] * np.exp(m * s)
                value = value + into[j] * _after_line(m, s, pieces.constant[k], pieces.slope[k])
                for amplitude, phase, omega, chirp in pieces.waves[pieces.offsets[k] : pieces.offsets[k + 1]]:
                    turned = np.exp(1j * phase)
                    forward = turned * _after_wave(m, s, omega, chirp)
                    backward = np.conj(turned * _after_wave(np.conj(m), s, omega, chirp))
                    value = value + into[j] * amplitude / 2j * (forward - backward)
                found.append(value)
            return np.array(found)

        for k in range(len(pieces.constant)):
            length = pieces.edges[k + 1] - pieces.edges[k]
            starts.append(modes(k, np.array([length]))[:, 0])  # `modes` reads them
        return lambda k, s: (right[0] @ modes(k, s)).real, mu


@dataclass(frozen=True)
class Trace:
    """u of one member on a grid that knows its edges."""

    t: np.ndarray
    u: np.ndarray
    at: object  # function of times to u

    @classmethod
    def of(cls, member, pieces, end):
        response, mu = member.responses(pieces)
        times, values = [], []
        for k in range(len(pieces.constant)):
            length = pieces.edges[k + 1] - pieces.edges[k]
            waves = pieces.waves[pieces.offsets[k] : pieces.offsets[k + 1]]
            fastest = max([abs(w[2]) + 2 * abs(w[3]) * length for w in waves] + [float(np.abs(mu.imag).max()), 0.0])
            parts = int(min(max(length * fastest / 0.1, 20), 20_000))
            s = np.linspace(0.0, length, parts + 1)
            least = 1e-3 / np.abs(mu).max()
            if least < length:
                s = np.union1d(s, np.geomspace(least, length, 150)[:-1])
            s = s[1:] if k else s  # there the piece before ends
            times.append(pieces.edges[k] + s)
            values.append(response(k, s))

        def at(t):
            k = np.clip(np.searchsorted(pieces.edges, t, side="right") - 1, 0, len(pieces.constant) - 1)
            found = np.empty_like(t)
            for piece in np.unique(k):
                found[k == piece] = response(piece, t[k == piece] - pieces.edges[piece])
            return found

        return cls(np.concatenate(times), np.concatenate(values), at)

    def refined(self, k, sign, first=0, last=None):
        """Return the height of the extremum near sample k, between two others: a maximum where the sign is 1."""
        low, high = self.t[max(k - 2, first)], self.t[min(k + 2, len(self.t) - 1 if last is None else last)]
        best = sign * self.u[k]
        for _ in range(3):
            t = np.linspace(low, high, 33)
            u = sign * self.at(t)
            j = int(u.argmax())
            best = max(best, u[j])
            low, high = t[max(j - 1, 0)], t[min(j + 1, 32)]
        return sign * best

    def least(self, start, stop):
        """Return the lowest u in a window whose borders are edges."""
        inside = np.flatnonzero((self.t >= start) & (self.t <= stop))
        return self.extreme(inside, -1.0)

    def extreme(self, samples, sign):
        """Return the extreme u near some samples that follow one another: the highest where the sign is 1."""
        u = sign * self.u[samples]
        near = u >= u.max() - 0.01 * np.ptp(self.u)  # more than the grid's error
        turns = near & (u >= np.append(u[1:], -np.inf)) & (u >= np.append(-np.inf, u[:-1]))
        return sign * max(sign * self.refined(k, sign, samples[0], samples[-1]) for k in samples[turns])

    def extrema(self):
        """Return places and kinds of the local extrema on the grid, both ends among them."""
        u = self.u[np.concatenate(([True], np.diff(self.u) != 0))]
        places = np.flatnonzero(np.concatenate(([True], np.diff(self.u) != 0)))
        turns = np.flatnonzero(np.diff(np.sign(np.diff(u)))) + 1
        return places[turns], np.sign(u[turns] - u[turns - 1])

    def spikes(self, level, near):
        """Return the number of upward crossings of a level, -1 where an extremum lies within ``near`` of it."""
        places, kinds = self.extrema()
        heights = [self.u[0]]
        rough = max(np.ptp(self.u) * 0.02, 4 * near)
        for place, kind in zip(places, kinds, strict=True):
            value = self.u[place]
            heights.append(self.refined(place, kind) if abs(value - level) < rough else value)
        heights = np.array([*heights, self.u[-1]])
        if (np.abs(heights - level) < near).any():
            return -1
        return int(((heights[:-1] < level) & (heights[1:] >= level)).sum())

    def peak(self, level):
        """Return the mean over the spikes of their highest u, NaN where one has not come down."""
        above = self.u >= level
        begins = np.flatnonzero(~above[:-1] & above[1:])
        if not begins.size or above[-1]:
            return math.nan
        ends = [*begins[1:], len(self.u) - 1]
        return float(np.mean([self.extreme(np.arange(a, b + 1), 1.0) for a, b in zip(begins, ends, strict=True)]))


def shape_of_stimulus(kind, rng):
    """Return a stimulus of unit size of one kind, with random times."""
    start = float(rng.uniform(1, 20))
    stop = start + float(rng.uniform(5, 60))
    frequency, last = 10 ** rng.uniform(-3, 0, 2)
    if kind == "sum":
        parts = rng.choice(["step", "ramp", "sine", "chirp", "pulses", "sine from zero"], 3)
        return sum((shape_of_stimulus(part, rng) for part in parts[1:]), shape_of_stimulus(parts[0], rng))
    made = {
        "step": lambda: lo.Step(1.0, start, stop),
        "ramp": lambda: lo.Ramp(1.0, start, stop),
        "sine": lambda: lo.Sine(1.0, frequency=frequency, phase=rng.uniform(0, 6.2), start=start, stop=stop),
        "sine from zero": lambda: lo.Sine(1.0, frequency=frequency, start=start, stop=stop),
        "chirp": lambda: lo.Chirp(1.0, first=frequency * rng.integers(2), last=last, start=start, stop=stop),
        "pulses": lambda: lo.Pulses(1.0, onsets=np.cumsum(rng.uniform(3.1, 12, 5)), width=rng.uniform(0.05, 3)),
        "samples": lambda: lo.Samples(rng.normal(size=30), dt=10 ** rng.uniform(-1, 0.3), start=start),
    }
    return made[kind]()


KINDS = ("step", "ramp", "sine", "sine from zero", "chirp", "pulses", "samples", "sum")


@dataclass(frozen=True)
class Crowd:
    """Members under one stimulus, each with a level near one of the extrema of its v, and their solutions."""

    stimulus: lo.Stimulus
    duration: float
    columns: dict
    traces: list

    @classmethod
    def of(cls, kind, members, rng, *, fastest, tolerance):
        """Draw members: a rate up to ``fastest`` per ms, swings of 0.1 to 50 mV; a third of them turn."""
        stimulus = shape_of_stimulus(kind, rng)
        duration = (stimulus.stop if math.isfinite(stimulus.stop) else 60.0) + float(rng.uniform(5, 30))
        size = "factor" if stimulus.amplitude_is_factor else "amplitude"
        pieces = stimulus.with_amplitude(1.0).joined(duration)
        rows, traces = [], []
        for _ in range(members):
            rate, capacitance = 10 ** rng.uniform(-3, math.log10(fastest)), 10 ** rng.uniform(-1, 1)
            turn = 10 ** rng.uniform(-2, 1) if rng.random() < 1 / 3 else 0.0
            rate = turn * 10 ** rng.uniform(-2, 0.2) if turn else rate
            decay = turn * 10 ** rng.uniform(-0.6, 0.2) if turn else 1.0
            unit = Trace.of(Linear(rate, capacitance, turn, decay), pieces, duration)
            amplitude = rng.choice([-1.0, 1.0]) * 10 ** rng.uniform(-1, 1.7) / np.ptp(unit.u)
            trace = Trace(unit.t, unit.u * amplitude, lambda t, at=unit.at, factor=amplitude: factor * at(t))
            places, kinds = trace.extrema()
            highest = places[kinds > 0] if (kinds > 0).any() else [int(trace.u.argmax())]
            level = trace.refined(int(rng.choice(highest)), 1.0)
            level += rng.choice([-1.0, 1.0]) * 10 * tolerance * 10 ** rng.uniform(1.1, 3.5)
            own = {"C": capacitance, "g_leak": rate * capacitance, size: amplitude, "E_leak": LEVEL - level}
            rows.append(own | {"turn": turn, "decay": decay, "coupling": turn * capacitance})
            traces.append(trace)
        columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        columns |= {"initial_v": columns["E_leak"], "initial_x": np.zeros(members)}
        return cls(stimulus, duration, columns, traces)

    def faults(self, table, tolerance, rounding=0.0):
        """Return what of a table of features is more than 10 tolerances off, in tolerances."""
        found = []
        window = self.stimulus.start, min(self.stimulus.stop, self.duration)
        for m, (trace, row) in enumerate(zip(self.traces, table.itertuples(), strict=True)):
            E = self.columns["E_leak"][m]
            most = 100 * tolerance + rounding * (abs(E) + np.ptp(trace.u))
            off = {"minimum": row.minimum_voltage - E - trace.least(*window)}
            expected = trace.spikes(LEVEL - E, most)
            if expected not in (-1, row.spike_count):
                found.append((m, "spikes", expected, row.spike_count))
            elif expected > 0:
                off["crossing"] = np.abs(trace.at(row.spike_times) + E - LEVEL).max()
                highest = trace.peak(LEVEL - E)
                off |= {} if math.isnan(highest) else {"peak": row.peak_voltage - E - highest}
            if row.status != "ok":
                found.append((m, row.status))
            found += [(m, what, value / (10 * tolerance)) for what, value in off.items() if not abs(value) <= most]
        return found
