/**
 * A stimulus in its exact form: between two edges a line plus at most one wave, as loligo applies it.
 *
 * On the piece that starts at edge s: constant + slope (t - s) + wave sin(omega (t - s)). The solver never steps over
 * an edge.
 */
import type { Stimulus } from "./contract";
import { knotsBetween, noiseKnots, spacing } from "./noise";

export const MOST_PIECES = 100_000; // a run with more is refused before it begins
const TOUCHING = 1e-9; // fraction of a pulse's width: an end this close to the next onset differs from it by rounding alone

export interface Pieces {
  readonly starts: Float64Array; // the first is 0, ms
  readonly constant: Float64Array;
  readonly slope: Float64Array;
  readonly wave: Float64Array;
  readonly omega: Float64Array; // rad/ms
}

interface Piece {
  readonly start: number;
  readonly constant: number;
  readonly slope?: number;
  readonly wave?: number;
  readonly omega?: number;
}

export function piecesOf(stimulus: Stimulus, end: number): Pieces {
  switch (stimulus.kind) {
    case "step":
      return window([{ start: stimulus.start, constant: stimulus.amplitude }], stimulus.start, stimulus.stop, end);
    case "ramp": {
      const slope = stimulus.amplitude / (stimulus.stop - stimulus.start);
      return window([{ start: stimulus.start, constant: 0, slope }], stimulus.start, stimulus.stop, end);
    }
    case "sine": {
      const omega = 2 * Math.PI * (stimulus.frequency / 1000); // Hz to kHz
      const wave = { start: stimulus.start, constant: 0, wave: stimulus.amplitude, omega };
      return window([wave], stimulus.start, stimulus.stop, end);
    }
    case "pulses": {
      const { amplitude, start, width, period } = stimulus;
      const most = period > 0 ? Math.floor((end - start) / period) + 1 : 1;
      const count = Math.max(0, Math.min(stimulus.count, most, MOST_PIECES));
      return pulses([{ amplitude, onsets: Array.from({ length: count }, (_, k) => start + k * period) }], width, end);
    }
    case "pair": {
      const { start, interval, width, amplitude, second } = stimulus;
      return pulses([{ amplitude, onsets: [start] }, { amplitude: second, onsets: [start + interval] }], width, end);
    }
    case "noise": {
      const { start, stop, tau } = stimulus;
      const dt = spacing(tau);
      const count = Math.max(1, Math.min(knotsBetween(start, stop, tau), Math.ceil((end - start) / dt) + 2, MOST_PIECES));
      const knots = noiseKnots(stimulus.amplitude, stimulus.mean, stimulus.tau, stimulus.seed, count);
      const inside = Array.from(knots, (constant, k) => ({
        start: start + dt * k,
        constant,
        slope: k + 1 < count ? (knots[k + 1]! - constant) / dt : 0,
      }));
      return window(inside, start, stop, end);
    }
  }
}

/** The value at t; at an edge the later piece counts, before 0 there is none. */
export function valueAt(pieces: Pieces, t: number): number {
  if (!(t >= 0)) return 0;
  let low = 0;
  let high = pieces.starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (pieces.starts[middle]! <= t) low = middle;
    else high = middle;
  }
  return onPiece(pieces, low, t);
}

/** The value at t as piece k continues it. */
export function onPiece(pieces: Pieces, k: number, t: number): number {
  const s = t - pieces.starts[k]!;
  const wave = pieces.wave[k]!;
  return pieces.constant[k]! + pieces.slope[k]! * s + (wave === 0 ? 0 : wave * Math.sin(pieces.omega[k]! * s));
}

/** Whether the value (not only its slope) jumps where piece k begins. */
export function jumps(pieces: Pieces, k: number): boolean {
  if (k === 0) return false;
  const before = onPiece(pieces, k - 1, pieces.starts[k]!);
  const after = onPiece(pieces, k, pieces.starts[k]!);
  return Math.abs(after - before) > 1e-9 * (Math.abs(after) + Math.abs(before));
}

function window(inside: readonly Piece[], start: number, stop: number, end: number): Pieces {
  if (!(stop > start)) return joined([{ start: 0, constant: 0 }]);
  const before = start > 0 ? [{ start: 0, constant: 0 }] : [];
  const during = inside.filter((piece) => piece.start < Math.min(stop, end));
  const after = stop < end ? [{ start: stop, constant: 0 }] : [];
  return joined([...before, ...during, ...after]);
}

interface Train {
  readonly amplitude: number;
  readonly onsets: readonly number[]; // in order
}

/** Pulses of one width; those that overlap add. Counting them, and not adding currents, ends every pulse at exactly 0. */
function pulses(trains: readonly Train[], width: number, end: number): Pieces {
  const changes = new Map<number, number[]>([[0, trains.map(() => 0)]]);
  const change = (time: number, train: number, by: number): void => {
    const counts = changes.get(time) ?? trains.map(() => 0);
    counts[train]! += by;
    changes.set(time, counts);
  };
  trains.forEach(({ onsets }, train) => {
    let next = 0;
    for (const onset of onsets) {
      const ends = onset + width;
      while (next < onsets.length && onsets[next]! <= ends - TOUCHING * width) next++;
      const touching = next < onsets.length && Math.abs(onsets[next]! - ends) < TOUCHING * width;
      change(onset, train, 1);
      change(touching ? onsets[next]! : ends, train, -1);
    }
  });
  const times = [...changes.keys()].filter((time) => time < end).sort((a, b) => a - b);
  const active = trains.map(() => 0);
  return joined(
    times.map((start) => {
      changes.get(start)!.forEach((by, train) => (active[train]! += by));
      return { start, constant: trains.reduce((sum, { amplitude }, train) => sum + active[train]! * amplitude, 0) };
    }),
  );
}

function joined(pieces: readonly Piece[]): Pieces {
  const column = (of: (piece: Piece) => number) => Float64Array.from(pieces, of);
  return {
    starts: column((piece) => piece.start),
    constant: column((piece) => piece.constant),
    slope: column((piece) => piece.slope ?? 0),
    wave: column((piece) => piece.wave ?? 0),
    omega: column((piece) => piece.omega ?? 0),
  };
}
