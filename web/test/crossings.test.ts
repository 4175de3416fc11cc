/** Every upward crossing of the dense output is found, wherever on the step and however many there are. */
import { describe, expect, test } from "vitest";
import { Crossings } from "../src/engine/crossings";
import { Step } from "../src/engine/tsit5";
import { between, generator } from "./closed_forms";

const GRID = 2000;

/** A step of length 1 whose slopes are as they come, with v at its places. */
function randomStep(random: () => number): { step: Step; v: Float64Array } {
  const step = new Step(1);
  step.y[0] = between(random, -1, 1);
  for (const slope of step.k) slope[0] = between(random, -1, 1);
  const out = new Float64Array(1);
  const at = (x: number): number => {
    step.at(x, 1, out);
    return out[0]!;
  };
  step.next[0] = at(1);
  return { step, v: Float64Array.from({ length: GRID + 1 }, (_, k) => at(k / GRID)) };
}

function found(crossings: Crossings, step: Step): number[] {
  const all: number[] = [];
  crossings.begin(step.y[0]!);
  if (!crossings.near(step, 1)) return all;
  for (let x = crossings.next(step, 1, 0); x >= 0; x = crossings.next(step, 1, x)) all.push(x);
  return all;
}

describe("upward crossings on one step", () => {
  test("are those of a fine grid", () => {
    const random = generator(7);
    const seen = [0, 0];
    for (let trial = 0; trial < 600; trial++) {
      const { step, v } = randomStep(random);
      // near an extreme, inside the step or at its end, or anywhere
      const near = [Math.max(...v), Math.min(...v), v[Math.floor(random() * GRID)]!][trial % 3]!;
      const level = near + between(random, -0.1, 0.1);
      const expected = Array.from(v.keys()).filter((k) => k > 0 && v[k - 1]! < level && level <= v[k]!);
      const places = found(new Crossings(level, 0), step);
      expect(places.length).toBe(expected.length);
      places.forEach((x, k) => { expect(Math.abs(x * GRID - expected[k]!)).toBeLessThanOrEqual(1); });
      seen[places.length]!++;
    }
    expect(Math.min(...seen)).toBeGreaterThan(0);
  });

  test("are the roots at which a quartic rises, up to two of them", () => {
    const random = generator(11);
    const step = new Step(1);
    for (let trial = 0; trial < 500; trial++) {
      const roots = Array.from({ length: 4 }, () => between(random, -0.2, 1.2)).sort((a, b) => a - b);
      const sign = random() < 0.5 ? 1 : -1;
      const [a, b, c, d] = roots as [number, number, number, number];
      const [s, p, q, r] = [a + b, a * b, c + d, c * d];
      step.quartic = (_variable, _h, out) => { out.set([p * r, -(s * r + q * p), p + r + s * q, -(s + q), 1].map((x) => sign * x)); };
      step.y[0] = sign * a * b * c * d;
      step.next[0] = sign * (1 - a) * (1 - b) * (1 - c) * (1 - d);
      const crossings = new Crossings(0, 0);
      crossings.begin(step.y[0]);
      const expected = roots.filter((x, k) => x > 0 && x < 1 && k % 2 === (sign > 0 ? 1 : 0));
      let from = 0;
      for (const x of expected) {
        from = crossings.next(step, 1, from);
        expect(Math.abs(from - x)).toBeLessThan(1e-6);
      }
      expect(crossings.next(step, 1, from)).toBe(-1);
    }
  });

  test("are found where tangents at both ends point away from the level", () => {
    // x² (1 - x)² lies below its value in the middle; its slopes at the ends are 0
    const step = new Step(1);
    const bump = [0, 0, 1, -2, 1];
    const [crossings, missed] = [new Crossings(0.05, 0), new Crossings(0.07, 0)];
    step.quartic = (_variable, _h, out) => { out.set(bump); };
    crossings.begin(0);
    expect(crossings.next(step, 1, 0)).toBeCloseTo(0.5 * (1 - Math.sqrt(1 - 4 * Math.sqrt(0.05))), 12);
    missed.begin(0);
    expect(missed.next(step, 1, 0)).toBe(-1);
  });

  test("count once where v trembles about the level by less than the gap", () => {
    const random = generator(3);
    for (let trial = 0; trial < 200; trial++) {
      const { step, v } = randomStep(random);
      const level = v[GRID / 2]!;
      expect(found(new Crossings(level, 100), step).length).toBeLessThanOrEqual(1);
    }
  });
});
