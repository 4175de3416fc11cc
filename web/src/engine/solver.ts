/**
 * The loop: pieces of the stimulus, step control, samples and spikes.
 *
 * Steps end at the edges of the stimulus and pass over no wave of it; spikes are crossings of the dense output, found
 * to the last digit. The number of steps is bounded, so a page can wait but never hang. Nothing is allocated inside.
 */
import type { Model } from "../model/model";
import type { NumericIntervention } from "./contract";
import { Crossings } from "./crossings";
import { Following, INTERVAL } from "./following";
import { type Moment, momentsOf } from "./interventions";
import type { Pieces } from "./pieces";
import { ORDER, Step } from "./tsit5";

export const TOLERANCE = 1e-5; // of 10 mV and of 0.1 in a gate, as loligo measures it: spikes to some 1e-4 ms
export const MOST_STEPS = 150_000;
export const STEPS_PER_MS = 150; // of a long run
const RUNAWAY = 1e4; // mV
const GATE = 0.1; // scale of a gate
const MOST_PHASE = 2; // rad that a wave of the stimulus runs through on one step
const SPIKE_GAP = 10; // tolerances of v below the spike level, which separate two spikes
/*
 * The estimate of a step's error passes through zero where the error does not: for a wave at one phase of each half
 * turn, for two motions that cancel. So a step that bends more than BEND_LIMIT is checked against the equations between
 * its ends. Of random linear equations (the left half plane to |h lambda| = 5, waves of up to 2 rad a step), all
 * accepted steps that were off by more than 10 tolerances had a defect of more than 16 there.
 */
const BEND_LIMIT = 0.4; // times tolerance^(-1/5), in tolerances
const MOST_DEFECT = 16; // tolerances
// Where |h lambda| is larger than a damped motion lets it become, the error of the end is 4 to 6 times its estimate.
const STIFF_LIMIT = 3.5;
const STIFF_FACTOR = 3;
const CHECKED = [0.2, 0.8] as const; // fractions of a step, near the extremes of the defect
const LOG_SMALLEST = Math.log(1e-4); // smaller errors than this do not shorten the next step

export type End = "finished" | "diverged" | "too many steps" | "stopped";

/** The observers of a run. Any of the methods may be empty. */
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
  readonly scale: Float64Array; // the scale of its error
  private readonly relative: Float64Array;
  private readonly mostBend: number; // tolerances
  private readonly held: number[]; // indices of variables, at present
  private readonly always: readonly number[];
  private readonly moments: readonly Moment[];
  private readonly following: Following;
  private origin = 0; // of the present piece, ms
  private constant = 0;
  private ramp = 0;
  private wave = 0;
  private omega = 0;
  private longest = Infinity; // step on this piece, ms
  private gain = 0; // dv/dt per unit of current: 1/C
  private readonly derivatives: (y: Float64Array, I: number, out: Float64Array) => void;
  private readonly slope: (t: number, y: Float64Array, out: Float64Array) => void;
  /** Where the last run ended, ms. */
  t = 0;
  steps = 0;
  trouble = 0; // the variable that moved fastest when a run diverged, or changes fastest where the run was stopped
  quickest = 0; // the time in which that variable changes, ms

  constructor(
    private readonly model: Model,
    parameters: Float64Array,
    frozen: ReadonlyMap<string, number>,
    private readonly tolerance = TOLERANCE,
    interventions: readonly NumericIntervention[] = [],
  ) {
    const { states } = model;
    this.step = new Step(states.length);
    this.always = states.flatMap((state, i) => (frozen.has(state.name) ? [i] : []));
    this.held = [...this.always];
    this.moments = momentsOf(model, interventions);
    this.following = new Following(model, parameters);
    const further = (i: number): number => Math.abs(model.rest[i]!) || 0.01 * states[i]!.high || 1;
    this.scale = Float64Array.from(states, (s, i) => (s.kind === "voltage" ? model.vScale : s.kind === "state" ? further(i) : GATE));
    this.relative = Float64Array.from(states, (s) => (s.kind === "state" ? 1 : 0));
    this.mostBend = BEND_LIMIT * tolerance ** (-1 / ORDER);
    const held = this.held;
    const { gates } = this.following;
    this.derivatives = (y, I, out) => {
      model.derivatives(y, I, parameters, out);
      for (let k = 0; k < held.length; k++) out[held[k]!] = 0;
      for (let k = 0; k < gates.length; k++) out[gates[k]!] = 0;
    };
    this.slope = (t, y, out) => {
      const s = t - this.origin;
      const I = this.constant + this.ramp * s + (this.wave === 0 ? 0 : this.wave * Math.sin(this.omega * s));
      this.derivatives(y, I, out);
    };
  }

  /** Integrate from `state` at 0 to `end`. The last state is `step.y`. */
  run(pieces: Pieces, state: Float64Array, end: number, watch: Watch, mostSteps = Math.max(MOST_STEPS, STEPS_PER_MS * end)): End {
    const { step, slope } = this;
    const crossings = new Crossings(this.model.spikeLevel, SPIKE_GAP * this.tolerance * this.scale[0]!);
    step.y.set(state);
    crossings.begin(state[0]!);
    this.gain = this.gainOf(state);
    let t = 0;
    let h = end;
    let lastLog = LOG_SMALLEST;
    let sampled = 0;
    this.steps = 0;
    this.following.clear();
    this.held.splice(0, Infinity, ...this.always);
    let [piece, moment] = [0, 0];
    this.play(pieces, 0);
    for (;;) {
      while (moment < this.moments.length && this.moments[moment]!.at <= t) this.interfere(this.moments[moment++]!, crossings);
      const edge = pieces.starts[piece + 1] ?? Infinity;
      const stop = Math.min(end, edge, this.moments[moment]?.at ?? Infinity);
      const last = stop === end;
      slope(t, step.y, step.k[0]!);
      h = Math.min(h, this.cautious());
      while (t < stop) {
        if (this.steps++ >= mostSteps) return this.ended(t, "too many steps");
        h = Math.min(h, this.longest);
        const finishing = t + 1.01 * h >= stop;
        const size = finishing ? stop - t : h;
        step.attempt(slope, t, size);
        const error = this.errorOf(t, size);
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
        if (crossings.near(step, size))
          for (let x = crossings.next(step, size, 0); x >= 0; x = crossings.next(step, size, x))
            if (watch.spike(t + x * size)) return this.ended(t + x * size, "stopped");
        t = after;
        if (this.following.gates.length > 0) {
          this.following.put(step.next, size);
          slope(t, step.next, step.k[6]!);
        }
        step.advance();
        if (this.steps % INTERVAL === 0 && this.following.take(step.y, size, this.held, this.tolerance * GATE)) slope(t, step.y, step.k[0]!);
        if (watch.after(t, step)) return this.ended(t, "stopped");
        const thisLog = Math.log(Math.max(error, 1e-10));
        const factor = 0.9 * Math.exp((0.4 * lastLog - 0.7 * thisLog) / ORDER);
        lastLog = Math.max(thisLog, LOG_SMALLEST);
        const proposed = size * Math.min(6, Math.max(0.2, factor));
        h = finishing ? Math.max(h, proposed) : proposed;
      }
      if (last) break;
      if (stop === edge) this.play(pieces, ++piece);
    }
    return this.ended(end, "finished");
  }

  /** Release, set and hold variables as a moment requires; setting v above the spike level is not a spike. */
  private interfere({ released, set, held }: Moment, crossings: Crossings): void {
    this.following.clear();
    for (const i of released) this.held.splice(this.held.indexOf(i), 1);
    set.forEach((value, i) => { this.step.y[i] = value; });
    this.held.push(...held);
    if (set.has(0)) crossings.begin(this.step.y[0]!);
  }

  private play(pieces: Pieces, piece: number): void {
    this.origin = pieces.starts[piece]!;
    this.constant = pieces.constant[piece]!;
    this.ramp = pieces.slope[piece]!;
    this.wave = pieces.wave[piece]!;
    this.omega = pieces.omega[piece]!;
    this.longest = this.wave === 0 ? Infinity : MOST_PHASE / Math.abs(this.omega);
  }

  private ended(t: number, how: End): End {
    this.t = t;
    if (how === "diverged") this.trouble = this.largest((i) => Math.abs(this.step.k[0]![i]!) / this.scale[i]!);
    if (how === "too many steps") {
      this.trouble = this.largest((i) => this.rate(t, i));
      this.quickest = 1 / this.rate(t, this.trouble);
    }
    return how;
  }

  private largest(of: (variable: number) => number): number {
    let [most, found] = [-1, 0];
    for (let i = 0; i < this.scale.length; i++) {
      const size = of(i);
      if (size > most) [most, found] = [size, i];
    }
    return found;
  }

  /** The rate at which a displacement of a variable decays, 1/ms. */
  private rate(t: number, i: number): number {
    const { y, next, k } = this.step;
    next.set(y);
    this.slope(t, next, k[1]!);
    const small = 1e-4 * this.scale[i]!;
    next[i]! += small;
    this.slope(t, next, k[2]!);
    return Math.abs(k[2]![i]! - k[1]![i]!) / small;
  }

  /** The error of the attempted step, 1 being just acceptable; NaN where something is not finite. */
  private errorOf(t: number, h: number): number {
    const { step, slope } = this;
    let error = this.norm();
    if (!(error <= 1)) return error;
    if (step.stiffness(h, this.scale) > STIFF_LIMIT) error *= STIFF_FACTOR;
    if (this.following.gates.length > 0) error = Math.max(error, this.following.moved(step) / (this.tolerance * GATE));
    if (!(error <= 1)) return error;
    step.bend(h);
    if (this.norm() <= this.mostBend) return error;
    for (const x of CHECKED) {
      step.defect(slope, t, h, x);
      error = Math.max(error, this.norm() / MOST_DEFECT);
    }
    return error;
  }

  /** The size of `step.error` in tolerances. */
  private norm(): number {
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

  /** dv/dt per unit of current, which does not depend on the state. */
  private gainOf(state: Float64Array): number {
    const [without, withUnit] = [this.step.k[1]!, this.step.k[2]!];
    this.derivatives(state, 0, without);
    this.derivatives(state, 1, withUnit);
    return Math.abs(withUnit[0]! - without[0]!);
  }

  /** A first step that is short against the time in which the state, or what the stimulus adds to it, changes by its scale. */
  private cautious(): number {
    let fastest = 1e-300;
    for (let i = 0; i < this.scale.length; i++) {
      const size = this.scale[i]! + this.relative[i]! * Math.abs(this.step.y[i]!);
      fastest = Math.max(fastest, Math.abs(this.step.k[0]![i]!) / size);
    }
    const share = 0.5 * this.tolerance ** (1 / ORDER);
    const bend = this.gain * Math.abs(this.ramp + this.wave * this.omega); // of v by the stimulus, mV/ms²
    return Math.min(share / fastest, bend > 0 ? Math.sqrt((2 * share * this.scale[0]!) / bend) : Infinity);
  }
}
