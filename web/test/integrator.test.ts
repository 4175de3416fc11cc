import { describe, expect, test } from "vitest";
import { Step } from "../src/engine/tsit5";

function vAt(step: Step, x: number, h: number): number {
  const out = new Float64Array(1);
  step.at(x, h, out);
  return out[0]!;
}

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
    for (const x of [0.3, 0.7]) inside = Math.max(inside, Math.abs(vAt(step, x, h) - Math.exp(Math.sin((k + x) * h))));
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
    expect(vAt(step, 0, 0.4)).toBe(0.2);
    expect(vAt(step, 1, 0.4)).toBeCloseTo(step.next[0]!, 13);
  });
});

/** The largest ratio of the true error of one step, at its end and inside, to its estimate, for z' = (h lambda) z. */
function blindness(re: number, im: number): number {
  const step = new Step(2);
  const slope = (_: number, y: Float64Array, out: Float64Array): void => {
    out[0] = re * y[0]! - im * y[1]!;
    out[1] = im * y[0]! + re * y[1]!;
  };
  step.y.set([1, 0]);
  slope(0, step.y, step.k[0]!);
  step.attempt(slope, 0, 1);
  const out = new Float64Array(2);
  let worst = 0;
  for (let x = 0.05; x < 1.01; x += 0.05) {
    step.at(x, 1, out);
    const size = Math.exp(re * x);
    worst = Math.max(worst, Math.hypot(out[0]! - size * Math.cos(im * x), out[1]! - size * Math.sin(im * x)));
  }
  return worst / Math.hypot(step.error[0]!, step.error[1]!);
}

describe("the estimate of the error", () => {
  test("is at least a seventh of the error, at the end and inside, for every eigenvalue of a motion that dies out", () => {
    for (let radius = 0.05; radius < 300; radius *= 1.15)
      for (let k = 0; k <= 30; k++) {
        const angle = (Math.PI / 2) * (1 + k / 30);
        expect(blindness(radius * Math.cos(angle), radius * Math.sin(angle))).toBeLessThan(7);
      }
  });
});

describe("the defect of the dense output", () => {
  test("is what is left when the dense output is put into the equations", () => {
    const step = new Step(1);
    const slope = (t: number, y: Float64Array, out: Float64Array): void => {
      out[0] = Math.sin(3 * t) - 4 * y[0]!;
    };
    const h = 0.7;
    step.y[0] = 1;
    slope(0, step.y, step.k[0]!);
    step.attempt(slope, 0, h);
    for (const x of [0.2, 0.8]) {
      step.defect(slope, 0, h, x);
      const small = 1e-5;
      const rise = (vAt(step, x + small, h) - vAt(step, x - small, h)) / (2 * small);
      expect(step.error[0]!).toBeCloseTo(h * (Math.sin(3 * x * h) - 4 * vAt(step, x, h)) - rise, 7);
    }
  });
});
