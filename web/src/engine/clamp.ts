/** Voltage clamp: v is held, stepped to each level of a family, and held again; the ionic currents are recorded. */
import type { Clamp, Experiment } from "./contract";
import type { Pieces } from "./pieces";
import { numeric, restFor } from "./resting";
import { Solver, type Watch } from "./solver";
import type { Step } from "./tsit5";

const AFTER_EDGE = 1 + 4 * Number.EPSILON;
const NOTHING: Pieces = {
  starts: new Float64Array(1), constant: new Float64Array(1), slope: new Float64Array(1),
  wave: new Float64Array(1), omega: new Float64Array(1),
};

export function clamp(
  experiment: Experiment, hold: number, levels: readonly number[], start: number, stop: number, points: number,
): Clamp[] {
  const { model, parameters, frozen, duration } = numeric(experiment);
  const held = new Map([...frozen, ["v", hold]]);
  const settled = restFor(model, parameters, held, 0).state;
  const solver = new Solver(model, parameters, held);
  const begins = Math.min(Math.max(start, 0), duration);
  const ends = Math.min(Math.max(stop, begins), duration);
  return levels.map((level) => {
    const parts: Part[] = [];
    const state = settled.slice();
    for (const [from, to, v] of [[0, begins, hold], [begins, ends, level], [ends, duration, hold]] as const) {
      if (!(to > from)) continue;
      state[0] = v;
      const count = Math.max(2, Math.round((points * (to - from)) / duration));
      const part = new Part(experiment, from, to, count);
      solver.run(NOTHING, state, to - from, part);
      state.set(solver.step.y);
      parts.push(part);
    }
    return joined(level, parts, model.channels.length);
  });
}

/** The currents while v is constant; the first sample is just after the edge, because the edge itself belongs to the part before. */
class Part implements Watch {
  readonly times: Float64Array;
  readonly t: Float64Array;
  readonly currents: Float64Array[];
  private readonly state: Float64Array;
  private readonly out: Float64Array;
  sampled = 0;

  constructor(private readonly experiment: Experiment, from: number, to: number, count: number) {
    const { model } = experiment;
    this.times = Float64Array.from({ length: count }, (_, k) => ((to - from) * k) / (count - 1));
    this.times[count - 1] = to - from;
    this.t = this.times.map((t, k) => (k === 0 ? from * AFTER_EDGE : k + 1 === count ? to : from + t));
    this.currents = model.channels.map(() => new Float64Array(count));
    this.state = new Float64Array(model.states.length);
    this.out = new Float64Array(model.channels.length);
  }

  sample(index: number, step: Step, x: number, h: number): void {
    step.at(x, h, this.state);
    this.experiment.model.currents(this.state, this.experiment.parameters, this.out);
    for (let i = 0; i < this.out.length; i++) this.currents[i]![index] = this.out[i]!;
    this.sampled = index + 1;
  }

  spike(): boolean {
    return false;
  }

  after(): boolean {
    return false;
  }
}

function joined(level: number, parts: readonly Part[], channels: number): Clamp {
  const size = parts.reduce((sum, part) => sum + part.sampled, 0);
  const t = new Float64Array(size);
  const total = new Float64Array(size);
  const currents = Array.from({ length: channels }, () => new Float64Array(size));
  let at = 0;
  for (const part of parts) {
    t.set(part.t.subarray(0, part.sampled), at);
    currents.forEach((column, k) => {
      column.set(part.currents[k]!.subarray(0, part.sampled), at);
    });
    at += part.sampled;
  }
  for (let k = 0; k < size; k++) for (const column of currents) total[k]! += column[k]!;
  return { level, t, total, currents };
}
