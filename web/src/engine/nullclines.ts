/** Where the derivative of one of two variables is zero, with hidden gates at their steady states. */
import type { Experiment } from "./contract";
import { Slaved } from "./rest";
import { numeric, restFor } from "./resting";

export interface Nullcline {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly of: "x" | "y";
}

/** A curve that is still growing from one column of the grid to the next. */
interface Growing {
  readonly x: number[];
  readonly y: number[];
}

export function nullclines(
  experiment: Experiment, x: string, y: string, at: Float64Array, I: number, points: number,
): Nullcline[] {
  const { model, parameters, frozen } = numeric(experiment);
  const [i, j] = [x, y].map((name) => model.states.findIndex((state) => state.name === name)) as [number, number];
  if (i < 0 || j < 0 || i === j) return [];
  const shown = new Map(frozen);
  shown.delete(x);
  shown.delete(y);
  const state = Float64Array.from(restFor(model, parameters, frozen, 0).state);
  const slaved = new Slaved(model, parameters, heldToo(shown, model.states.map((s) => s.name), i, j, state), I);
  const { low, high } = model.states[j]!;
  const levels = Float64Array.from({ length: Math.max(3, points) }, (_, k) => low + ((high - low) * k) / (Math.max(3, points) - 1));
  const slopes = new Float64Array(state.length);
  const fast = model.states.every((s) => s.kind === "voltage" || s.kind === "gate"); // gates follow v alone
  let settled = NaN;
  const put = (a: number, b: number): void => {
    [state[i], state[j]] = [a, b];
    if (!fast || state[0] !== settled) slaved.settleGates(state);
    settled = state[0]!;
    model.derivatives(state, I, parameters, slopes);
  };
  return (["x", "y"] as const).flatMap((of) => {
    if (frozen.has(of === "x" ? x : y)) return [];
    const which = of === "x" ? i : j;
    const columns = Array.from(at, (a) =>
      roots((b) => {
        put(a, b);
        return slopes[which]!;
      }, levels),
    );
    return curves(at, columns, (high - low) / 4).map((curve) => ({
      x: Float64Array.from(curve.x), y: Float64Array.from(curve.y), of,
    }));
  });
}

/** The gates that follow are those that are neither shown nor frozen; the two that are shown are held. */
function heldToo(
  frozen: ReadonlyMap<string, number>, names: readonly string[], i: number, j: number, state: Float64Array,
): ReadonlyMap<string, number> {
  return new Map([...frozen, [names[i]!, state[i]!], [names[j]!, state[j]!]]);
}

function roots(f: (b: number) => number, levels: Float64Array): number[] {
  const found: number[] = [];
  let before = f(levels[0]!);
  for (let k = 1; k < levels.length; k++) {
    const here = f(levels[k]!);
    if (before === 0) found.push(levels[k - 1]!);
    else if (before * here < 0) found.push(between(f, levels[k - 1]!, levels[k]!, before, here));
    before = here;
  }
  return found;
}

/** A root in a bracket, by the Illinois variant of false position: drawn, so a few digits are enough. */
function between(f: (b: number) => number, a: number, b: number, fa: number, fb: number): number {
  const close = 1e-7 * Math.abs(b - a);
  for (let k = 0; k < 40 && Math.abs(b - a) > close; k++) {
    const c = b - (fb * (b - a)) / (fb - fa);
    const fc = f(c);
    if (fc === 0) return c;
    if (fc * fb < 0) [a, fa] = [b, fb];
    else fa *= 0.5;
    if (Math.abs(c - b) < close) return c;
    [b, fb] = [c, fc];
  }
  return b;
}

/** Join roots of neighbouring columns to curves, each to the nearest end. */
function curves(at: Float64Array, columns: readonly (readonly number[])[], far: number): Growing[] {
  const all: Growing[] = [];
  let open: Growing[] = [];
  columns.forEach((column, k) => {
    const taken = new Set<Growing>();
    for (const b of column) {
      let nearest: Growing | null = null;
      for (const curve of open) {
        const end = curve.y[curve.y.length - 1]!;
        const gap = Math.abs(end - b);
        if (!taken.has(curve) && gap < far && (!nearest || gap < Math.abs(nearest.y[nearest.y.length - 1]! - b))) nearest = curve;
      }
      if (!nearest) {
        nearest = { x: [], y: [] };
        all.push(nearest);
      }
      nearest.x.push(at[k]!);
      nearest.y.push(b);
      taken.add(nearest);
    }
    open = [...taken];
  });
  return all.filter((curve) => curve.x.length > 1);
}
