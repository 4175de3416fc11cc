/**
 * Equilibria by a scan over v, as loligo finds them: gates follow v exactly, so only v and the further states are unknown.
 *
 * The rest is the stable equilibrium with the lowest v within 20 scales of v of 0 (-200 to 200 mV); when none is stable,
 * the lowest.
 */
import type { Model } from "../model/model";
import { growth, linearSolution } from "./linear";

const LOWEST = -200;
const HIGHEST = 200; // tenths of the scale of v
const NEWTON = 60;
const TIGHT = 1e-14;
const LOOSE = 1e-5; // relative, of further states: enough to see on which side of zero dv/dt is

/** A membrane whose gates are always at their steady states. */
export class Slaved {
  readonly size: number;
  readonly unit: number; // of the scan, mV
  private readonly gates: readonly number[]; // dynamic ones that are not frozen
  private readonly further: readonly number[];
  private readonly held: readonly number[];
  private readonly a: Float64Array;
  private readonly b: Float64Array;
  private guess: Float64Array;

  constructor(
    private readonly model: Model,
    private readonly parameters: Float64Array,
    private readonly frozen: ReadonlyMap<string, number>,
    private readonly current: number,
  ) {
    const free = (...kinds: string[]): number[] =>
      model.states.flatMap((state, i) => (kinds.includes(state.kind) && !frozen.has(state.name) ? [i] : []));
    this.size = model.states.length;
    this.unit = model.vScale / 10;
    this.gates = free("gate");
    this.further = free("occupancy", "state");
    this.held = model.states.flatMap((state, i) => (frozen.has(state.name) ? [i] : []));
    this.a = new Float64Array(this.size);
    this.b = new Float64Array(this.size);
    this.guess = Float64Array.from(this.further, (i) => model.rest[i]!);
  }

  slopes(y: Float64Array, out: Float64Array): void {
    this.model.derivatives(y, this.current, this.parameters, out);
    for (const i of this.held) out[i] = 0;
  }

  /** Set every free gate of `y` to its steady state; its equation is linear, so two slopes determine it. */
  settleGates(y: Float64Array): void {
    for (const i of this.gates) y[i] = 0;
    this.slopes(y, this.a);
    for (const i of this.gates) y[i] = 1;
    this.slopes(y, this.b);
    for (const i of this.gates) y[i] = this.a[i]! / (this.a[i]! - this.b[i]!);
  }

  /** The state at which everything but v is constant. */
  at(v: number, exact = TIGHT): Float64Array {
    const y = Float64Array.from(this.model.rest);
    this.model.states.forEach((state, i) => {
      const held = this.frozen.get(state.name);
      if (held !== undefined) y[i] = held;
    });
    if (!this.frozen.has("v")) y[0] = v;
    if (this.further.length === 0) this.settleGates(y);
    else this.settleAll(y, exact);
    return y;
  }

  /** dv/dt at that state, mV/ms. */
  rise(v: number, exact = TIGHT): number {
    this.slopes(this.at(v, exact), this.a);
    return this.a[0]!;
  }

  private drift(y: Float64Array, x: Float64Array): Float64Array {
    this.further.forEach((i, k) => (y[i] = x[k]!));
    this.settleGates(y);
    this.slopes(y, this.a);
    return Float64Array.from(this.further, (i) => this.a[i]!);
  }

  /** Solve for the further states by damped Newton steps; the solution is the start at the next potential. */
  private settleAll(y: Float64Array, exact: number): void {
    const n = this.further.length;
    let x = this.guess.slice();
    let f = this.drift(y, x);
    for (let k = 0; k < NEWTON; k++) {
      const jacobian = new Float64Array(n * n);
      for (let j = 0; j < n; j++) {
        const moved = x.slice();
        const small = 1e-7 * (Math.abs(x[j]!) + 1e-9);
        moved[j]! += small;
        const there = this.drift(y, moved);
        for (let i = 0; i < n; i++) jacobian[i * n + j] = (there[i]! - f[i]!) / small;
      }
      const step = linearSolution(jacobian, f);
      if (!step) break;
      const better = [1, 0.5, 0.25, 0.1, 0.01].some((damping) => {
        const trial = x.map((value, i) => value - damping * step[i]!);
        const g = this.drift(y, trial);
        if (!(norm(g) < norm(f))) return false;
        [x, f] = [trial, g];
        return true;
      });
      if (!better || step.every((s, i) => Math.abs(s) < exact * Math.abs(x[i]!))) break;
    }
    if (x.every(Number.isFinite)) this.guess = x;
    this.drift(y, x);
  }
}

function norm(x: Float64Array): number {
  return Math.hypot(...x);
}

/** The equilibria from low v to high. */
export function equilibria(slaved: Slaved): Float64Array[] {
  const found: Float64Array[] = [];
  let before = NaN;
  for (let k = LOWEST; k <= HIGHEST; k++) {
    const v = k * slaved.unit;
    const rise = slaved.rise(v, LOOSE);
    if (rise === 0) found.push(slaved.at(v));
    else if (before * rise < 0) found.push(slaved.at(root((x) => slaved.rise(x), (k - 1) * slaved.unit, v, before)));
    before = rise;
  }
  return found;
}

/** Halve a bracket until no number lies between its ends. */
export function root(f: (x: number) => number, low: number, high: number, atLow: number): number {
  for (let k = 0; k < 70; k++) {
    const middle = 0.5 * (low + high);
    if (!(low < middle && middle < high)) break;
    const value = f(middle);
    if (value === 0) return middle;
    if (value < 0 === atLow < 0) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

/** The rate [1/ms] at which a small displacement from an equilibrium grows (negative: dies out). */
export function growthAt(slaved: Slaved, model: Model, state: Float64Array): number {
  const n = state.length;
  const jacobian = new Float64Array(n * n);
  const [up, down] = [new Float64Array(n), new Float64Array(n)];
  for (let j = 0; j < n; j++) {
    const small = 1e-6 * Math.max(Math.abs(state[j]!), 1e-3);
    const moved = state.slice();
    moved[j] = state[j]! + small;
    slaved.slopes(moved, up);
    moved[j] = state[j]! - small;
    slaved.slopes(moved, down);
    for (let i = 0; i < n; i++) jacobian[i * n + j] = (up[i]! - down[i]!) / (2 * small);
  }
  return growth(scaled(jacobian, model, state), n);
}

/** The matrix in variables of comparable size, which its powers need; eigenvalues stay. */
function scaled(jacobian: Float64Array, model: Model, state: Float64Array): Float64Array {
  const n = state.length;
  const size = model.states.map((s, i) => (s.kind === "voltage" ? 10 : s.kind === "state" ? Math.abs(state[i]!) || 1 : 0.1));
  return jacobian.map((entry, k) => (entry * size[k % n]!) / size[Math.floor(k / n)]!);
}

/** The rest of a membrane, or null where there is none. A frozen v is a voltage clamp: all else settles to it. */
export function restOf(
  model: Model,
  parameters: Float64Array,
  frozen: ReadonlyMap<string, number>,
  current: number,
): { readonly state: Float64Array; readonly stable: boolean } | null {
  const slaved = new Slaved(model, parameters, frozen, current);
  const held = frozen.get("v");
  if (held !== undefined) return { state: slaved.at(held), stable: true };
  const found = equilibria(slaved).filter((state) => state.every(Number.isFinite));
  for (const state of found) {
    // a frozen gate has an eigenvalue of zero, which rounding may turn to either side
    if (growthAt(slaved, model, state) < 1e-9) return { state: state, stable: true };
  }
  const lowest = found[0];
  return lowest ? { state: lowest, stable: false } : null;
}
