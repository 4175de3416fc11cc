/** A run from rest: traces on the drawing grid, spikes, and a sentence when it did not reach its end. */
import type { Model } from "../model/model";
import type { Experiment, Run } from "./contract";
import { momentsOf } from "./interventions";
import { jumps, MOST_PIECES, onPiece, piecesOf, valueAt, type Pieces } from "./pieces";
import { numeric, startFor } from "./resting";
import { type End, Solver, type Watch } from "./solver";
import type { Step } from "./tsit5";

const WITHIN = 0.5; // of a step: away from its ends, which may be edges of the stimulus
const EVERY = 2; // steps from one such sample to the next, in runs of up to LONG
const LONG = 2000; // ms
const MOST_MORE = 20_000; // of them

const BEFORE_EDGE = 1 - 4 * Number.EPSILON; // a moment before a jump, so that it is drawn upright

/** With `faithful`, times within steps that are short against the grid are added, every other one, so that no peak is cut. */
export function simulate(experiment: Experiment, points: number, faithful = false): Run {
  const { model, parameters, stimulus, duration, frozen, interventions } = numeric(experiment);
  const pieces = piecesOf(stimulus, duration);
  const times = gridOf(pieces, duration, points, momentsOf(model, interventions).map(({ at }) => at));
  const start = startFor(model, parameters, frozen);
  const solver = new Solver(model, parameters, frozen, undefined, interventions);
  const traces = new Traces(model, parameters, pieces, times, faithful ? duration / Math.max(1, points - 1) : 0, EVERY * Math.max(1, Math.round(duration / LONG)));
  const refused = refusal(experiment, pieces, start);
  const end: End = refused ? "diverged" : solver.run(pieces, start, duration, traces);
  const message = refused ?? sentence(end, solver, model, pieces.starts.length);
  return traces.run(end === "stopped" ? "finished" : end, message, refused ? 0 : solver.t);
}

/** Uniform times, the jumps of the stimulus and further moments at which something may jump, each with the moment before it. */
function gridOf(pieces: Pieces, duration: number, points: number, moments: readonly number[]): Float64Array {
  const count = Math.max(2, Math.floor(points));
  const at = Array.from(pieces.starts).filter((_, k) => k > 0 && jumps(pieces, k)).concat(moments).filter((time) => time > 0 && time < duration);
  const edges = at.sort((a, b) => a - b).flatMap((time) => [time * BEFORE_EDGE, time]);
  const all = new Float64Array(count + edges.length);
  let size = 0;
  let edge = 0;
  for (let k = 0; k < count; k++) {
    const t = k + 1 === count ? duration : (k * duration) / (count - 1);
    while (edge < edges.length && edges[edge]! <= t) size = added(all, size, edges[edge++]!);
    size = added(all, size, t);
  }
  return all.subarray(0, size);
}

function added(times: Float64Array, size: number, t: number): number {
  if (size > 0 && t <= times[size - 1]!) return size;
  times[size] = t;
  return size + 1;
}

function refusal(experiment: Experiment, pieces: Pieces, start: Float64Array): string | null {
  if (!(experiment.duration > 0 && Number.isFinite(experiment.duration))) return "The duration must be a positive number of ms.";
  if (pieces.starts.length >= MOST_PIECES) return "The stimulus has too many edges: make it shorter, or use fewer pulses.";
  const bad = (array: Float64Array): boolean => !array.every(Number.isFinite);
  if (bad(pieces.starts) || bad(pieces.constant) || bad(pieces.slope) || bad(pieces.wave) || bad(pieces.omega))
    return "The stimulus has a value that is not a number.";
  if (bad(experiment.parameters)) return "A parameter is not a number.";
  return bad(start) ? "There is no rest to start from: the equations are not finite." : null;
}

export function sentence(end: End, solver: Solver, model: Model, edges = 1): string {
  if (end === "diverged")
    return `The run diverged at ${solver.t.toPrecision(4)} ms: ${model.states[solver.trouble]!.name} is no longer finite. ` +
      "Try a smaller amplitude, or reset the parameters.";
  if (end === "too many steps") {
    const { name, kind } = model.states[solver.trouble]!;
    const stopped = `The run was stopped at ${solver.t.toPrecision(4)} ms after ${solver.steps} steps`;
    if (3 * edges > solver.steps) return `${stopped}: the stimulus changes too often. Make it shorter, or use fewer changes.`;
    return `${stopped}: ${name} changes within ${solver.quickest.toPrecision(2)} ms, which needs very many short steps. Try a shorter duration, ` +
      (kind === "voltage" ? "a larger capacitance, or smaller conductances." : "a weaker current, or a lower temperature.");
  }
  return "";
}

/** Everything that is drawn, written at each time of the grid as the solver passes it. */
class Traces implements Watch {
  readonly spikes: number[] = [];
  private readonly y: Float64Array[];
  private readonly I: Float64Array;
  private readonly currents: Float64Array[];
  private readonly conductances: Float64Array[];
  private readonly state: Float64Array;
  private readonly channels: Float64Array;
  private readonly t: Float64Array;
  private sampled = 0;
  private turn = 0; // of EVERY
  private more = 0;

  constructor(
    private readonly model: Model,
    private readonly parameters: Float64Array,
    private readonly pieces: Pieces,
    readonly times: Float64Array,
    private readonly short: number, // ms; shorter steps are sampled inside
    private readonly every: number,
  ) {
    const room = times.length + (short > 0 ? MOST_MORE : 0);
    const column = (): Float64Array => new Float64Array(room);
    this.t = short > 0 ? column() : times;
    this.y = model.states.map(column);
    this.currents = model.channels.map(column);
    this.conductances = model.channels.map(column);
    this.I = column();
    this.state = new Float64Array(model.states.length);
    this.channels = new Float64Array(model.channels.length);
  }

  sample(index: number, step: Step, x: number, h: number, piece: number): void {
    const time = this.times[index]!;
    if (h < this.short && x > WITHIN) this.within(step, time - x * h, h, piece);
    this.write(step, x, h, piece, time);
  }

  taken(step: Step, t: number, h: number, piece: number): void {
    if (h < this.short) this.within(step, t, h, piece);
    this.turn = (this.turn + 1) % this.every;
  }

  /** The place within the step to sample, once, if this step is due, or if v has an extremum on it. */
  private within(step: Step, t: number, h: number, piece: number): void {
    const time = t + WITHIN * h;
    const turns = step.k[0]![0]! * step.k[6]![0]! < 0;
    if ((this.turn > 0 && !turns) || this.more >= MOST_MORE || !(time > (this.t[this.sampled - 1] ?? -1))) return;
    this.more++;
    this.write(step, WITHIN, h, piece, time);
  }

  private write(step: Step, x: number, h: number, piece: number, time: number): void {
    const index = this.sampled;
    const { state, channels, y, currents, conductances, model, parameters } = this;
    step.at(x, h, state);
    for (let i = 0; i < state.length; i++) y[i]![index] = state[i]!;
    model.currents(state, parameters, channels);
    for (let i = 0; i < channels.length; i++) currents[i]![index] = channels[i]!;
    model.conductances(state, parameters, channels);
    for (let i = 0; i < channels.length; i++) conductances[i]![index] = channels[i]!;
    this.I[index] = onPiece(this.pieces, piece, time);
    this.t[index] = time;
    this.sampled = index + 1;
  }

  spike(time: number): boolean {
    this.spikes.push(time);
    return false;
  }

  after(): boolean {
    return false;
  }

  run(end: Run["end"], message: string, endedAt: number): Run {
    const whole = this.sampled === this.t.length;
    const cut = (column: Float64Array): Float64Array => (whole ? column : column.slice(0, this.sampled));
    return {
      t: cut(this.t),
      y: this.y.map(cut),
      I: cut(this.I),
      currents: this.currents.map(cut),
      conductances: this.conductances.map(cut),
      spikes: this.spikes,
      end,
      message,
      endedAt,
    };
  }
}

export function currentAt(stimulus: Experiment["stimulus"], t: number): number {
  return t >= 0 ? valueAt(piecesOf(stimulus, t + 1), t) : 0;
}
