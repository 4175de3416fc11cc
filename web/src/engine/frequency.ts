/** The steady frequency under a constant current that is switched on at rest. */
import type { Experiment } from "./contract";
import type { Pieces } from "./pieces";
import { numeric, restFor, type Resting, startFor } from "./resting";
import { Solver, type Watch } from "./solver";
import type { Step } from "./tsit5";

const LONGEST = 1000; // ms
const TOLERANCE = 1e-4;
const MOST_STEPS = 20_000;
const STEADY = 1e-3; // three successive intervals that differ by less are the result
const SILENCE = 30; // ms without a spike, after which to check whether it is settling
const NEAR = 0.02; // of a variable's scale: this near a stable equilibrium it stays there

class Firing implements Watch {
  readonly times = new Float64Array(0);
  readonly spikes: number[] = [];
  silent = false;
  private goal: Resting | null = null;

  constructor(private readonly scale: Float64Array, private readonly equilibrium: () => Resting) {}

  sample(): void { /* nothing is drawn */ }

  spike(time: number): boolean {
    this.spikes.push(time);
    const [a, b, c, d] = this.spikes.slice(-4);
    if (a === undefined || b === undefined || c === undefined || d === undefined) return false;
    const last = d - c;
    return Math.abs(c - b - last) < STEADY * last && Math.abs(b - a - last) < STEADY * last;
  }

  after(t: number, step: Step): boolean {
    const since = this.spikes.length > 0 ? t - this.spikes[this.spikes.length - 1]! : t;
    if (since < SILENCE) return false;
    this.goal ??= this.equilibrium();
    const { state, stable, found } = this.goal;
    if (!stable || !found) return false;
    for (let i = 0; i < this.scale.length; i++) {
      if (!(Math.abs(step.y[i]! - state[i]!) < NEAR * this.scale[i]!)) return false;
    }
    this.silent = true;
    return true;
  }
}

/** In Hz; 0 if it does not keep firing. */
export function frequency(experiment: Experiment, amplitude: number): number {
  const { model, parameters, frozen } = numeric(experiment);
  const solver = new Solver(model, parameters, frozen, TOLERANCE);
  const firing = new Firing(solver.scale, () => restFor(model, parameters, frozen, amplitude));
  const start = startFor(model, parameters, frozen);
  const end = solver.run(constant(amplitude), start, LONGEST, firing, MOST_STEPS);
  const { spikes } = firing;
  if (firing.silent || end === "diverged" || spikes.length < 3) return 0;
  const last = spikes[spikes.length - 1]!;
  if (end === "stopped") return 1000 / (last - spikes[spikes.length - 2]!);
  // neither steady nor silent: bursts, or time ran out; the second half of the run counts
  const longest = Math.max(...spikes.slice(1).map((time, k) => time - spikes[k]!));
  if (solver.t - last > 1.5 * longest) return 0;
  const late = spikes.filter((time) => time >= solver.t / 2);
  return late.length >= 2 ? (1000 * (late.length - 1)) / (last - late[0]!) : 0;
}

function constant(amplitude: number): Pieces {
  const one = (value: number): Float64Array => Float64Array.of(value);
  return { starts: one(0), constant: one(amplitude), slope: one(0), wave: one(0), omega: one(0) };
}
