/**
 * The loop: pieces of the stimulus, step control, samples and spikes.
 *
 * Steps end at the edges of the stimulus; spikes are crossings of the dense output, found to the last digit. The
 * number of steps is bounded, so a page can wait but never hang. Nothing is allocated inside.
 */
import type { Model } from "../model/model";
import type { Pieces } from "./pieces";
import { ORDER, Step } from "./tsit5";

export const TOLERANCE = 1e-5; // of 10 mV and of 0.1 in a gate, as loligo measures it: spikes to some 1e-4 ms
export const MOST_STEPS = 150_000;
const RUNAWAY = 1e4; // mV
const LOG_SMALLEST = Math.log(1e-4); // an error smaller than this is no reason to hold the next step back

export type End = "finished" | "diverged" | "too many steps" | "stopped";

/** What a run looks at. Any of its methods may be empty. */
export interface Watch {
  /** Times to sample, in order; `sample` is called once for each, with the step that reaches it. */
  readonly times: Float64Array;
  sample(index: number, step: Step, x: number, h: number, piece: number): void;
  /** A step that was accepted, after its samples, with the state still before it. */
  taken?(step: Step, t: number, h: number, piece: number): void;
  /** A spike; true ends the run. */
  spike(time: number): boolean;
  /** The end of a step; true ends the run. */
  after(t: number, step: Step): boolean;
}

export class Solver {
  readonly step: Step;
  readonly scale: Float64Array; // size against which an error is held
  private readonly relative: Float64Array;
  private readonly held: readonly number[];
  private origin = 0; // of the present piece, ms
  private constant = 0;
  private ramp = 0;
  private wave = 0;
  private omega = 0;
  private readonly slope: (t: number, y: Float64Array, out: Float64Array) => void;
  /** Where the last run ended, ms. */
  t = 0;
  steps = 0;
  trouble = 0; // the variable that moved fastest when a run diverged

  constructor(
    private readonly model: Model,
    parameters: Float64Array,
    frozen: ReadonlyMap<string, number>,
    private readonly tolerance = TOLERANCE,
  ) {
    const { states } = model;
    this.step = new Step(states.length);
    this.held = states.flatMap((state, i) => (frozen.has(state.name) ? [i] : []));
    const further = (i: number): number => Math.abs(model.rest[i]!) || 0.01 * states[i]!.high || 1;
    this.scale = Float64Array.from(states, (s, i) => (s.kind === "voltage" ? 10 : s.kind === "gate" ? 0.1 : further(i)));
    this.relative = Float64Array.from(states, (s) => (s.kind === "state" ? 1 : 0));
    const held = this.held;
    this.slope = (t, y, out) => {
      const s = t - this.origin;
      const I = this.constant + this.ramp * s + (this.wave === 0 ? 0 : this.wave * Math.sin(this.omega * s));
      model.derivatives(y, I, parameters, out);
      for (let k = 0; k < held.length; k++) out[held[k]!] = 0;
    };
  }

  /** Integrate from `state` at 0 to `end`. The last state is `step.y`. */
  run(pieces: Pieces, state: Float64Array, end: number, watch: Watch, mostSteps = MOST_STEPS): End {
    const { step, slope } = this;
    const level = this.model.spikeLevel;
    step.y.set(state);
    let t = 0;
    let h = end;
    let lastLog = LOG_SMALLEST;
    let sampled = 0;
    this.steps = 0;
    const count = pieces.starts.length;
    for (let piece = 0; piece < count; piece++) {
      const last = piece + 1 === count || pieces.starts[piece + 1]! >= end;
      const stop = last ? end : pieces.starts[piece + 1]!;
      this.play(pieces, piece);
      slope(t, step.y, step.k[0]!);
      h = Math.min(h, this.cautious());
      while (t < stop) {
        if (this.steps++ >= mostSteps) return this.ended(t, "too many steps");
        const finishing = t + 1.01 * h >= stop;
        const size = finishing ? stop - t : h;
        step.attempt(slope, t, size);
        const error = this.error();
        if (!(error <= 1)) {
          h = size * (Number.isFinite(error) ? Math.max(0.2, 0.9 * error ** (-1 / ORDER)) : 0.1);
          if (h < 1e-13 * Math.max(Math.abs(t), 1e-3)) return this.ended(t, "diverged");
          continue;
        }
        const after = finishing ? stop : t + size;
        if (!(Math.abs(step.next[0]!) < RUNAWAY)) return this.ended(t, "diverged");
        while (sampled < watch.times.length && (watch.times[sampled]! < after || (last && watch.times[sampled]! <= after))) {
          watch.sample(sampled, step, Math.max(0, (watch.times[sampled]! - t) / size), size, piece);
          sampled++;
        }
        watch.taken?.(step, t, size, piece);
        const crossing = this.mayCross(size, level) ? this.crossing(size, level) : -1;
        if (crossing >= 0 && watch.spike(t + crossing * size)) return this.ended(t + crossing * size, "stopped");
        t = after;
        step.advance();
        if (watch.after(t, step)) return this.ended(t, "stopped");
        const thisLog = Math.log(Math.max(error, 1e-10));
        const factor = 0.9 * Math.exp((0.4 * lastLog - 0.7 * thisLog) / ORDER);
        lastLog = Math.max(thisLog, LOG_SMALLEST);
        const proposed = size * Math.min(6, Math.max(0.2, factor));
        h = finishing ? Math.max(h, proposed) : proposed;
      }
      if (last) break;
    }
    return this.ended(end, "finished");
  }

  private play(pieces: Pieces, piece: number): void {
    this.origin = pieces.starts[piece]!;
    this.constant = pieces.constant[piece]!;
    this.ramp = pieces.slope[piece]!;
    this.wave = pieces.wave[piece]!;
    this.omega = pieces.omega[piece]!;
  }

  private ended(t: number, how: End): End {
    this.t = t;
    if (how === "diverged") {
      let fastest = -1;
      for (let i = 0; i < this.scale.length; i++) {
        const speed = Math.abs(this.step.k[0]![i]!) / this.scale[i]!;
        if (speed > fastest) [fastest, this.trouble] = [speed, i];
      }
    }
    return how;
  }

  /** The error of the attempted step, 1 being just acceptable; NaN where something is not finite. */
  private error(): number {
    const { scale, relative, tolerance } = this;
    const { y, next, error } = this.step;
    let sum = 0;
    for (let i = 0; i < scale.length; i++) {
      const size = relative[i]! * Math.max(Math.abs(y[i]!), Math.abs(next[i]!));
      const part = error[i]! / (tolerance * (scale[i]! + size));
      sum += part * part;
    }
    return Math.sqrt(sum);
  }

  /** A first step that is short against the time in which the state changes by its scale. */
  private cautious(): number {
    let fastest = 1e-300;
    for (let i = 0; i < this.scale.length; i++) {
      const size = this.scale[i]! + this.relative[i]! * Math.abs(this.step.y[i]!);
      fastest = Math.max(fastest, Math.abs(this.step.k[0]![i]!) / size);
    }
    return (0.5 * this.tolerance ** (1 / ORDER)) / fastest;
  }

  /** Whether v can cross the level upwards on the step, given its ends and tangents there. */
  private mayCross(h: number, level: number): boolean {
    const step = this.step;
    const v0 = step.y[0]!;
    const v1 = step.next[0]!;
    if (v0 < level && level <= v1) return true;
    const rise0 = h * step.k[0]![0]!;
    const rise1 = h * step.k[6]![0]!;
    if (v0 < level && v1 < level) return rise0 > 0 && rise1 < 0 && v0 + rise0 >= level && v1 - rise1 >= level;
    return v0 >= level && v1 >= level && rise0 < 0 && rise1 > 0 && v0 + rise0 < level && v1 - rise1 < level;
  }

  /** Where on the step (0 to 1) v crosses the level upwards, or -1. */
  private crossing(h: number, level: number): number {
    const step = this.step;
    let low = 0;
    let high = 1;
    if (!(step.y[0]! < level && level <= step.next[0]!)) {
      const sign = step.y[0]! < level ? 1 : -1; // a maximum above the level, or a minimum below it, inside
      for (let k = 0; k < 60; k++) {
        const a = low + 0.382 * (high - low);
        const b = low + 0.618 * (high - low);
        if (sign * step.between(a, h) < sign * step.between(b, h)) low = a;
        else high = b;
      }
      const extreme = 0.5 * (low + high);
      if (step.between(extreme, h) >= level !== sign > 0) return -1;
      [low, high] = sign > 0 ? [0, extreme] : [extreme, 1];
    }
    for (let k = 0; k < 48; k++) {
      const middle = 0.5 * (low + high);
      if (step.between(middle, h) < level) low = middle;
      else high = middle;
    }
    return high;
  }
}
