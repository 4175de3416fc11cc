/**
 * Gates that are far faster than the step: where v is strongly hyperpolarised, rates of closing grow without bound, and an
 * explicit method would need steps of their size. A gate that has come to its steady state, and whose time constant is a
 * part of the step, follows that steady state until it is slow again; how far the steady state moves in a step counts as
 * the error of the step.
 */
import type { Model } from "../model/model";
import type { Step } from "./tsit5";

export const INTERVAL = 32; // steps from one look for such gates to the next
const FAST = 1; // h / tau of a gate that holds an explicit step back
const ARRIVED = 3; // tolerances from its steady state: an explicit step at its limit makes a gate oscillate by about as much

export class Following {
  readonly gates: number[] = [];
  private readonly candidates: readonly number[];
  private readonly closed: Float64Array;
  private readonly open: Float64Array;
  private readonly steady: Float64Array;
  private readonly tau: Float64Array;
  private readonly state: Float64Array;

  constructor(private readonly model: Model, private readonly parameters: Float64Array) {
    this.candidates = model.states.flatMap((state, i) => (state.kind === "gate" ? [i] : []));
    [this.closed, this.open, this.steady, this.tau, this.state] = [0, 1, 2, 3, 4].map(() => new Float64Array(model.states.length)) as
      [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  }

  clear(): void {
    this.gates.length = 0;
  }

  /** Take those gates that arrived and are fast against a step of h from `y`; true if there are new ones. */
  take(y: Float64Array, h: number, held: readonly number[], least: number): boolean {
    this.settle(y);
    const before = this.gates.length;
    for (const i of this.candidates) {
      if (held.includes(i) || this.gates.includes(i) || !(this.tau[i]! * FAST < h)) continue;
      if (!(Math.abs(y[i]! - this.steady[i]!) < ARRIVED * least)) continue;
      this.gates.push(i);
      y[i] = this.steady[i]!;
    }
    return this.gates.length > before;
  }

  /** The largest distance of the followed steady states at the end of an attempt from where they were at its beginning. */
  moved({ y, next }: Step): number {
    this.settle(next);
    let most = 0;
    for (const i of this.gates) most = Math.max(most, Math.abs(this.steady[i]! - y[i]!));
    return most;
  }

  /** Set the gates to their new steady states, after `moved` of the same attempt; release those that are slow against h. */
  put(next: Float64Array, h: number): void {
    for (const i of this.gates) next[i] = this.steady[i]!;
    for (let k = this.gates.length - 1; k >= 0; k--) if (!(this.tau[this.gates[k]!]! < h)) this.gates.splice(k, 1);
  }

  /** Steady states and time constants at a state; the equation of a gate is linear, so two slopes determine them. */
  private settle(y: Float64Array): void {
    const { state, closed, open } = this;
    state.set(y);
    for (const i of this.candidates) state[i] = 0;
    this.model.derivatives(state, 0, this.parameters, closed);
    for (const i of this.candidates) state[i] = 1;
    this.model.derivatives(state, 0, this.parameters, open);
    for (const i of this.candidates) {
      const [alpha, beta] = [closed[i]!, -open[i]!];
      this.tau[i] = 1 / (alpha + beta);
      this.steady[i] = alpha === Infinity ? 1 : alpha / (alpha + beta);
    }
  }
}
