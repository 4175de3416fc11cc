/** How many tolerances a run is off a closed form, and whether its spikes are those of the closed form. */
import { Solver, type Watch } from "../src/engine/solver";
import type { Step } from "../src/engine/tsit5";
import { between, logBetween, type Problem } from "./closed_forms";

export interface Judged {
  readonly samples: number; // largest error of any variable at any sample, in tolerances
  readonly end: number;
  readonly spikes: number; // of the closed form at a spike that was found, off the level, in tolerances
  readonly invented: number; // spikes found less those that are
  readonly decided: boolean; // no extremum is so near the level that it is open whether there is a spike
  readonly steps: number;
  readonly evaluations: number;
  readonly how: string;
}

class Drawn implements Watch {
  readonly spikes: number[] = [];
  readonly y: Float64Array[] = [];
  constructor(readonly times: Float64Array) {}
  sample(index: number, step: Step, x: number, h: number): void {
    this.y[index] = new Float64Array(step.y.length);
    step.at(x, h, this.y[index]);
  }
  spike(time: number): boolean {
    this.spikes.push(time);
    return false;
  }
  after(): boolean {
    return false;
  }
}

export function judged(problem: Problem, random: () => number, tolerance: number): Judged {
  const { pieces, parameters, start, end, exact } = problem;
  const curve = curveOf(problem, random);
  const level = levelFor(curve, random);
  let evaluations = 0;
  const model: Problem["model"] = {
    ...problem.model, spikeLevel: level,
    derivatives: (y, I, p, out) => {
      evaluations++;
      problem.model.derivatives(y, I, p, out);
    },
  };
  const drawn = new Drawn(curve.t);
  const solver = new Solver(model, parameters, new Map(), tolerance);
  const how = solver.run(pieces, start, end, drawn);
  const unit = Array.from(solver.scale, (scale) => scale * tolerance);
  const off = (y: Float64Array, t: number): number => Math.max(...exact(t).map((x, i) => Math.abs(x - y[i]!) / unit[i]!));
  const extrema = extremaOf(problem, curve);
  return {
    samples: drawn.y.reduce((worst, y, k) => Math.max(worst, off(y, curve.t[k]!)), 0),
    end: off(solver.step.y, end),
    spikes: Math.max(0, ...drawn.spikes.map((t) => Math.abs(exact(t)[0]! - level) / unit[0]!)),
    invented: drawn.spikes.length - crossings(extrema, level),
    decided: extrema.every((v) => Math.abs(v - level) > 10 * unit[0]!),
    steps: solver.steps, evaluations, how,
  };
}

interface Curve {
  readonly t: Float64Array;
  readonly v: Float64Array;
}

/** Times after each edge on all scales, and others that do not miss a turn of a wave. */
function curveOf(problem: Problem, random: () => number): Curve {
  const { pieces, end, fastest, exact } = problem;
  const all: number[] = [0, end];
  const few = pieces.starts.length > 20 ? 8 : 60;
  for (let k = 0; k < pieces.starts.length; k++) {
    const from = pieces.starts[k]!;
    const length = (pieces.starts[k + 1] ?? end) - from;
    all.push(from);
    for (let j = 0; j < few; j++) all.push(from + Math.min(logBetween(random, 1e-3, 20) / fastest, 0.999 * length));
    const more = Math.ceil(few + 4 * Math.max(pieces.omega[k]! * length, Math.min(fastest * length, 400)));
    for (let j = 0; j < more; j++) all.push(from + ((j + between(random, 0.2, 0.8)) * length) / more);
  }
  const t = Float64Array.from(all).sort().filter((x, k, sorted) => x <= end && (k === 0 || x > sorted[k - 1]!));
  return { t, v: t.map((x) => exact(x)[0]!) };
}

/** Anywhere in the range of v, beyond it, or near one of its extremes. */
function levelFor({ v }: Curve, random: () => number): number {
  const [low, high] = [Math.min(...v), Math.max(...v)];
  const range = Math.max(high - low, 1e-3);
  if (random() < 0.4) return between(random, low - 0.1 * range, high + 0.1 * range);
  const near = logBetween(random, 1e-5, 1) * range * (random() < 0.5 ? 1 : -1);
  return random() < 0.7 ? high + near : low + near;
}

/** v at its start, its turns, its kinks and its end, in order. */
function extremaOf({ exact }: Problem, { t, v }: Curve): number[] {
  const found = [v[0]!];
  for (let k = 1; k + 1 < t.length; k++) {
    const sign = Math.sign(v[k]! - v[k - 1]!);
    if (sign * (v[k + 1]! - v[k]!) > 0 || sign === 0) continue;
    let [low, high] = [t[k - 1]!, t[k + 1]!];
    for (let j = 0; j < 25; j++) {
      const [a, b] = [low + 0.382 * (high - low), low + 0.618 * (high - low)];
      if (sign * exact(a)[0]! < sign * exact(b)[0]!) low = a;
      else high = b;
    }
    found.push(exact(0.5 * (low + high))[0]!);
  }
  found.push(v.at(-1)!);
  return found;
}

function crossings(extrema: readonly number[], level: number): number {
  return extrema.filter((v, k) => k > 0 && extrema[k - 1]! < level && level <= v).length;
}

