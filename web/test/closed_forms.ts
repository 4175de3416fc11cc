/** Linear membranes of one and two variables under random stimuli, with their solutions in closed form. */
import type { Pieces } from "../src/engine/pieces";
import type { Model, State } from "../src/model/model";

type Complex = readonly [number, number];
const times = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];
const plus = ([a, b]: Complex, [c, d]: Complex): Complex => [a + c, b + d];
const scaled = ([a, b]: Complex, x: number): Complex => [a * x, b * x];
const over = (x: Complex, [c, d]: Complex): Complex => scaled(times(x, [c, -d]), 1 / (c * c + d * d));
const exponential = ([a, b]: Complex): Complex => [Math.exp(a) * Math.cos(b), Math.exp(a) * Math.sin(b)];

/** One motion z' = rate z + I(t): what it adds to each variable is the real part of its weight times z. */
interface Mode {
  readonly rate: Complex; // 1/ms
  readonly weights: readonly Complex[];
  readonly start: Complex;
}

export interface Problem {
  readonly model: Model;
  readonly parameters: Float64Array;
  readonly pieces: Pieces;
  readonly start: Float64Array;
  readonly end: number; // ms
  readonly fastest: number; // of its rates, 1/ms
  /** The state at t, exact but for rounding. */
  readonly exact: (t: number) => number[];
}

/** Numbers that are the same on every run: Mulberry32 (T. Ettinger 2017, public domain). */
export function generator(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const between = (random: () => number, low: number, high: number): number => low + (high - low) * random();
export const logBetween = (random: () => number, low: number, high: number): number => low * (high / low) ** random();

/** A membrane of one variable, or of two that ring, with rates of 0.001 to 1000 per ms, from its rest or beside it. */
export function problem(random: () => number): Problem {
  const fastest = logBetween(random, 1e-3, 1e3);
  const end = Math.min(logBetween(random, 1, 200), between(random, 300, 3000) / fastest);
  const C = logBetween(random, 0.1, 10);
  const E = between(random, -80, -50);
  const rings = random() < 0.3;
  const leak = rings ? fastest * between(random, 0, 0.7) : fastest;
  const c = fastest * between(random, 0.02, 0.7);
  const b = c * logBetween(random, 1e-3, 0.05);
  const a = (fastest * fastest * between(random, 0.6, 1)) / b;
  const pieces = stimulus(random, end, C * fastest);
  const displaced = random() < 0.3 ? between(random, -20, 20) : 0;
  const [modes, start] = rings ? ringing(leak, a, b, c, C, displaced) : [[single(fastest, C, displaced)], [displaced]];
  const states: readonly Complex[][] = startsOf(modes, pieces);
  const exact = (t: number): number[] => {
    const piece = pieceAt(pieces, t);
    const y = start.map(() => 0);
    modes.forEach((mode, m) => {
      const z = followed(mode.rate, states[m]![piece]!, pieces, piece, t - pieces.starts[piece]!);
      mode.weights.forEach((weight, i) => (y[i]! += times(weight, z)[0]));
    });
    y[0]! += E;
    return y;
  };
  return {
    model: linear(rings), parameters: Float64Array.of(C, leak, E, a, b, c), pieces, end, fastest, exact,
    start: Float64Array.from(start, (x, i) => (i === 0 ? x + E : x)),
  };
}

function linear(rings: boolean): Model {
  const state = (name: string, kind: State["kind"]): State => ({ name, kind, unit: "", low: 0, high: 1 });
  return {
    key: "", title: "", source: "", python: "", gates: [], channels: [], spikeLevel: 0, vScale: 10, voltages: [-100, 50], begin: null, starts: {},
    amplitude: { value: 1, low: -1, high: 1 }, duration: 100, diagram: null, parameters: [],
    states: rings ? [state("v", "voltage"), state("w", "gate")] : [state("v", "voltage")], rest: [-65, 0],
    derivatives: (y, I, p, out) => {
      out[0] = I / p[0]! - p[1]! * (y[0]! - p[2]!);
      if (!rings) return;
      out[0] -= p[3]! * y[1]!;
      out[1] = p[4]! * (y[0]! - p[2]!) - p[5]! * y[1]!;
    },
    currents: () => undefined, conductances: () => undefined, rates: () => undefined,
  };
}

function single(rate: number, C: number, displaced: number): Mode {
  return { rate: [-rate, 0], weights: [[1 / C, 0]], start: [displaced * C, 0] };
}

/** u' = I/C - leak u - a w, w' = b u - c w: the eigenvalues are a complex pair, of which one is enough. */
function ringing(leak: number, a: number, b: number, c: number, C: number, u: number): [Mode[], number[]] {
  const w = 0;
  const rate: Complex = [-0.5 * (leak + c), Math.sqrt(a * b - 0.25 * (leak - c) ** 2)];
  const right: readonly Complex[] = [plus(rate, [c, 0]), [b, 0]];
  const left: readonly Complex[] = [plus(rate, [c, 0]), [-a, 0]];
  const norm = plus(times(left[0]!, right[0]!), times(left[1]!, right[1]!));
  const input = scaled(left[0]!, 1 / C); // of I into the motion
  const start = over(plus(scaled(left[0]!, u), scaled(left[1]!, w)), input);
  const weights = right.map((r) => scaled(over(times(r, input), norm), 2));
  return [[{ rate, weights, start }], [u, w]];
}

function startsOf(modes: readonly Mode[], pieces: Pieces): Complex[][] {
  return modes.map((mode) => {
    const states = [mode.start];
    for (let k = 1; k < pieces.starts.length; k++)
      states.push(followed(mode.rate, states[k - 1]!, pieces, k - 1, pieces.starts[k]! - pieces.starts[k - 1]!));
    return states;
  });
}

/** Where a motion is s after the start of a piece. */
function followed(rate: Complex, z: Complex, pieces: Pieces, piece: number, s: number): Complex {
  const [constant, slope] = [pieces.constant[piece]!, pieces.slope[piece]!];
  const [wave, omega] = [pieces.wave[piece]!, pieces.omega[piece]!];
  const inverse = over([1, 0], rate);
  const line = (x: number): Complex => plus(scaled(inverse, -constant - slope * x), scaled(times(inverse, inverse), -slope));
  const swing = (x: number): Complex => {
    if (wave === 0) return [0, 0];
    const up = over(exponential([0, omega * x]), plus([0, omega], scaled(rate, -1)));
    const down = over(exponential([0, -omega * x]), plus([0, -omega], scaled(rate, -1)));
    return over(scaled(plus(up, scaled(down, -1)), wave), [0, 2]);
  };
  const particular = (x: number): Complex => plus(line(x), swing(x));
  const free = plus(z, scaled(particular(0), -1));
  return plus(particular(s), times(exponential(scaled(rate, s)), free));
}

export function pieceAt(pieces: Pieces, t: number): number {
  let piece = 0;
  while (piece + 1 < pieces.starts.length && pieces.starts[piece + 1]! <= t) piece++;
  return piece;
}

/** A step, a ramp, a sine, pulses, samples joined by lines, or a wave on a ramp; `size` is that of C times a rate. */
function stimulus(random: () => number, end: number, size: number): Pieces {
  const start = random() < 0.2 ? 0 : between(random, 0, 0.5) * end;
  const stop = random() < 0.5 ? end : between(random, 0.6, 0.99) * end;
  const length = stop - start;
  const omega = logBetween(random, 0.2, 300) / length;
  const response = logBetween(random, 0.01, 100) * (random() < 0.5 ? 1 : -1); // mV
  const amplitude = response * size;
  const rows: number[][] = start > 0 ? [[0, 0, 0, 0, 0]] : [];
  const kind = Math.floor(random() * 6);
  const swing = amplitude * Math.hypot(1, omega / (size / 1));
  if (kind === 0) rows.push([start, amplitude, 0, 0, 0]);
  if (kind === 1) rows.push([start, 0, amplitude / length, 0, 0]);
  if (kind === 2) rows.push([start, 0, 0, swing, omega]);
  if (kind === 3) {
    const count = Math.ceil(between(random, 1, 8));
    const duty = between(random, 0.01, 0.9);
    for (let k = 0; k < count; k++)
      rows.push([start + (k * length) / count, amplitude / duty, 0, 0, 0], [start + ((k + duty) * length) / count, 0, 0, 0, 0]);
  }
  if (kind === 4) {
    const count = Math.ceil(logBetween(random, 2, 200));
    let from = 0;
    for (let k = 0; k < count; k++) {
      const to = amplitude * between(random, -1, 1);
      rows.push([start + (k * length) / count, from, ((to - from) * count) / length, 0, 0]);
      from = to;
    }
  }
  if (kind === 5) rows.push([start, amplitude * between(random, -1, 1), (amplitude * between(random, -1, 1)) / length, swing, omega]);
  if (stop < end) rows.push([stop, 0, 0, 0, 0]);
  const column = (k: number): Float64Array => Float64Array.from(rows, (row) => row[k]!);
  return { starts: column(0), constant: column(1), slope: column(2), wave: column(3), omega: column(4) };
}
