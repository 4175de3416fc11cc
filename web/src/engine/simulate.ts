/** A run from rest: traces on the drawing grid, spikes, and a sentence when it did not reach its end. */
import type { Model } from "../model/model";
import type { Experiment, Run } from "./contract";
import { jumps, MOST_PIECES, onPiece, piecesOf, valueAt, type Pieces } from "./pieces";
import { startFor } from "./resting";
import { type End, Solver, type Watch } from "./solver";
import type { Step } from "./tsit5";

const BEFORE_EDGE = 1 - 4 * Number.EPSILON; // a moment before a jump, so that it is drawn upright

export function simulate(experiment: Experiment, points: number): Run {
  const { model, parameters, stimulus, duration, frozen } = experiment;
  const pieces = piecesOf(stimulus, duration);
  const times = gridOf(pieces, duration, points);
  const start = startFor(model, parameters, frozen);
  const solver = new Solver(model, parameters, frozen);
  const traces = new Traces(model, parameters, pieces, times);
  const refused = refusal(experiment, pieces, start);
  const end: End = refused ? "diverged" : solver.run(pieces, start, duration, traces);
  const message = refused ?? sentence(end, solver, model);
  return traces.run(end === "stopped" ? "finished" : end, message, refused ? 0 : solver.t);
}

/** Uniform times and the jumps of the stimulus, each with the moment before it. */
function gridOf(pieces: Pieces, duration: number, points: number): Float64Array {
  const count = Math.max(2, Math.floor(points));
  const edges: number[] = [];
  for (let k = 1; k < pieces.starts.length; k++)
    if (pieces.starts[k]! < duration && jumps(pieces, k)) edges.push(pieces.starts[k]! * BEFORE_EDGE, pieces.starts[k]!);
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
  if (pieces.starts.length >= MOST_PIECES) return "The stimulus has too many edges: make it shorter, or its pulses fewer.";
  const bad = (array: Float64Array): boolean => !array.every(Number.isFinite);
  if (bad(pieces.starts) || bad(pieces.constant) || bad(pieces.slope) || bad(pieces.wave) || bad(pieces.omega))
    return "The stimulus has a value that is not a number.";
  if (bad(experiment.parameters)) return "A parameter is not a number.";
  return bad(start) ? "There is no rest to start from: the equations are not finite there." : null;
}

export function sentence(end: End, solver: Solver, model: Model): string {
  if (end === "diverged")
    return `The run left the finite numbers at ${solver.t.toPrecision(4)} ms: ${model.states[solver.trouble]!.name} ran away. ` +
      "Try a smaller amplitude, or reset the parameters.";
  if (end === "too many steps")
    return `The run was stopped at ${solver.t.toPrecision(4)} ms, because it needs very many short steps there. ` +
      "Try a shorter duration, a larger capacitance, or a lower temperature.";
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
  private sampled = 0;

  constructor(
    private readonly model: Model,
    private readonly parameters: Float64Array,
    private readonly pieces: Pieces,
    readonly times: Float64Array,
  ) {
    const column = (): Float64Array => new Float64Array(times.length);
    this.y = model.states.map(column);
    this.currents = model.channels.map(column);
    this.conductances = model.channels.map(column);
    this.I = column();
    this.state = new Float64Array(model.states.length);
    this.channels = new Float64Array(model.channels.length);
  }

  sample(index: number, step: Step, x: number, h: number, piece: number): void {
    const { state, channels, y, currents, conductances, model, parameters } = this;
    step.at(x, h, state);
    for (let i = 0; i < state.length; i++) y[i]![index] = state[i]!;
    model.currents(state, parameters, channels);
    for (let i = 0; i < channels.length; i++) currents[i]![index] = channels[i]!;
    model.conductances(state, parameters, channels);
    for (let i = 0; i < channels.length; i++) conductances[i]![index] = channels[i]!;
    this.I[index] = onPiece(this.pieces, piece, this.times[index]!);
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
    const whole = this.sampled === this.times.length;
    const cut = (column: Float64Array): Float64Array => (whole ? column : column.slice(0, this.sampled));
    return {
      t: cut(this.times),
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
