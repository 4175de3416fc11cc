import { describe, expect, test } from "vitest";
import { Step } from "../src/engine/tsit5";

/** Largest error of fixed steps for dy/dt = y cos(t), whose solution is exp(sin t), at the ends and inside steps. */
function errors(steps: number): { ends: number; inside: number } {
  const step = new Step(1);
  const slope = (t: number, y: Float64Array, out: Float64Array): void => {
    out[0] = y[0]! * Math.cos(t);
  };
  const h = 10 / steps;
  step.y[0] = 1;
  slope(0, step.y, step.k[0]!);
  let [ends, inside] = [0, 0];
  for (let k = 0; k < steps; k++) {
    step.attempt(slope, k * h, h);
    for (const x of [0.3, 0.7]) inside = Math.max(inside, Math.abs(step.between(x, h) - Math.exp(Math.sin((k + x) * h))));
    step.advance();
    ends = Math.max(ends, Math.abs(step.y[0] - Math.exp(Math.sin((k + 1) * h))));
  }
  return { ends, inside };
}

describe("the integrator", () => {
  test("is of order five at the ends of its steps", () => {
    const order = Math.log2(errors(80).ends / errors(160).ends);
    expect(order).toBeGreaterThan(4.8);
    expect(order).toBeLessThan(5.6);
  });

  test("is of order four or more inside them", () => {
    expect(Math.log2(errors(80).inside / errors(160).inside)).toBeGreaterThan(3.8);
  });

  test("has dense output that joins at the steps", () => {
    const step = new Step(1);
    const slope = (t: number, y: Float64Array, out: Float64Array): void => {
      out[0] = Math.sin(3 * t) - y[0]!;
    };
    step.y[0] = 0.2;
    slope(0, step.y, step.k[0]!);
    step.attempt(slope, 0, 0.4);
    expect(step.between(0, 0.4)).toBe(0.2);
    expect(step.between(1, 0.4)).toBeCloseTo(step.next[0]!, 13);
  });
});
