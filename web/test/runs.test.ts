import { describe, expect, test } from "vitest";
import type { Experiment, Stimulus } from "../src/engine/contract";
import { engine } from "../src/engine/engine";
import type { Model } from "../src/model/model";
import { PASSIVE, passive, SQUID, squid } from "./membranes";

function experiment(model: Model, stimulus: Stimulus, more: Partial<Experiment> = {}): Experiment {
  return { model, parameters: model === passive ? PASSIVE : SQUID, stimulus, duration: 100, frozen: new Map(), ...more };
}

const step = (amplitude: number, start = 20, stop = 80): Stimulus => ({ kind: "step", amplitude, start, stop });

describe("a passive membrane", () => {
  const tau = 8; // C / g, ms

  test("follows the closed form of a step", () => {
    const run = engine.simulate(experiment(passive, step(1)), 401);
    run.t.forEach((t, k) => {
      const on = 4 * (1 - Math.exp(-Math.min(Math.max(t - 20, 0), 60) / tau));
      const exact = -3 + on * Math.exp(-Math.max(t - 80, 0) / tau);
      expect(Math.abs(run.y[0]![k]! - exact)).toBeLessThan(3e-4);
    });
    expect(run.end).toBe("finished");
  });

  test("follows the closed form of a ramp", () => {
    const run = engine.simulate(experiment(passive, { kind: "ramp", amplitude: 6, start: 10, stop: 70 }), 101);
    const at = run.t.indexOf(50);
    // dv/dt = (s t - g u)/C: u = s/g (t - tau (1 - exp(-t/tau)))
    expect(run.y[0]![at]!).toBeCloseTo(-3 + (0.1 / 0.25) * (40 - tau * (1 - Math.exp(-40 / tau))), 3);
  });

  test("is stopped with a sentence where it leaves the finite numbers", () => {
    const run = engine.simulate(experiment(passive, step(10), { parameters: Float64Array.of(2, -20, -3) }), 500);
    expect(run.end).toBe("diverged");
    expect(run.message).toContain("v is no longer finite");
    expect(run.endedAt).toBeGreaterThan(0.5); // from a tenth of the scale of v above its unstable rest, v grows by e in 0.1 ms
    expect(run.t.length).toBe(run.y[0]!.length);
    expect(run.y[0]!.every(Number.isFinite)).toBe(true);
  });

  test("is stopped where it needs too many steps", () => {
    const run = engine.simulate(experiment(passive, step(1), { parameters: Float64Array.of(1e-9, 0.25, -3) }), 500);
    expect(run.end).toBe("too many steps");
    expect(run.message).toContain("v changes within"); // the cause
    expect(run.message).toContain("very many short steps");
  });

  test("refuses what is not a number", () => {
    for (const stimulus of [step(NaN), step(1, NaN), { kind: "sine", amplitude: 1, frequency: Infinity, start: 0, stop: 9 }] as Stimulus[])
      expect(engine.simulate(experiment(passive, stimulus), 100).end).toBeTypeOf("string");
    expect(engine.simulate(experiment(passive, step(NaN)), 100).message).toContain("not a number");
    expect(engine.simulate(experiment(passive, step(1), { parameters: Float64Array.of(NaN, 1, 1) }), 100).message).toContain("not a number");
    expect(engine.simulate(experiment(passive, step(1), { duration: NaN }), 100).message).toContain("duration");
  });
});

describe("the squid", () => {
  test("rests where the equations say", () => {
    // a reference of 12 digits by independent methods: see tests/reference in the repository
    expect(engine.rest(squid, SQUID, new Map())[0]).toBeCloseTo(0.000277566265, 10);
  });

  test("has the threshold of a long step", () => {
    const found = engine.threshold(experiment(squid, step(1, 20, 180), { duration: 240 }), "once");
    if (typeof found === "string") throw new Error(found);
    expect(found.low).toBeLessThan(2.240946770 + 1e-5);
    expect(found.high).toBeGreaterThan(2.240946770 - 1e-5);
    expect(found.high - found.low).toBeLessThanOrEqual(1e-4);
    expect(Math.abs(found.value - 2.240946770)).toBeLessThan(1e-4);
  });

  test("fires after a step that hyperpolarises it", () => {
    const found = engine.threshold(experiment(squid, step(-1, 20, 60)), "once");
    expect(found).toBeTypeOf("object");
    expect((found as { value: number }).value).toBeLessThan(-1);
  });

  test("has a sentence where there is no threshold", () => {
    const blocked = SQUID.slice();
    blocked[1] = 0;
    expect(engine.threshold(experiment(squid, step(1), { parameters: blocked }), "repetitively")).toContain("does not fire");
  });

  test("fires at no frequency at rest and at the reference frequency when driven", () => {
    expect(engine.frequency(experiment(squid, step(1)), 0)).toBe(0);
    expect(engine.frequency(experiment(squid, step(1)), 200)).toBe(0);
    const run = engine.simulate(experiment(squid, step(10, 0, 400), { duration: 400 }), 100);
    const [before, last] = run.spikes.slice(-2) as [number, number];
    expect(engine.frequency(experiment(squid, step(1)), 10)).toBeCloseTo(1000 / (last - before), 1);
  });

  test("keeps a frozen gate where it is", () => {
    const run = engine.simulate(experiment(squid, step(10), { frozen: new Map([["h", 0.4]]) }), 100);
    expect(new Set(run.y[2])).toEqual(new Set([0.4]));
  });

  test("carries currents that are conductance times driving force", () => {
    const run = engine.simulate(experiment(squid, step(10)), 300);
    run.t.forEach((_, k) => {
      expect(run.currents[0]![k]!).toBeCloseTo(run.conductances[0]![k]! * (run.y[0]![k]! - 115), 9);
    });
  });

  test("is drawn upright at the edges of a step", () => {
    const run = engine.simulate(experiment(squid, step(10, 33.3, 44.4)), 50);
    const at = run.t.indexOf(33.3);
    expect([run.I[at - 1], run.I[at]]).toEqual([0, 10]);
    expect(run.t.every((t, k) => k === 0 || t > run.t[k - 1]!)).toBe(true);
  });

  test("is drawn upright at edges that are on the grid", () => {
    const run = engine.simulate(experiment(squid, step(10)), 101);
    expect(run.t.length).toBe(103);
    expect(run.t.every((t, k) => k === 0 || t > run.t[k - 1]!)).toBe(true);
    expect([run.I[run.t.indexOf(20) - 1], run.I[run.t.indexOf(20)], run.I[run.t.indexOf(80)]]).toEqual([0, 10, 0]);
    expect([run.t[0], run.t.at(-1)]).toEqual([0, 100]);
  });

  test("keeps its peaks, however long it is, where it is drawn faithfully", () => {
    const long = experiment(squid, step(10, 20, 900), { duration: 1000 });
    const peaks = (points: number, faithful: boolean): number[] => {
      const run = engine.simulate(long, points, faithful);
      expect(run.t.every((t, k) => k === 0 || t >= run.t[k - 1]!)).toBe(true);
      expect(run.t.length).toBe(run.y[3]!.length);
      const near = (spike: number): number[] => [...run.conductances[0]!].filter((_, k) => Math.abs(run.t[k]! - spike - 1) < 1.5);
      return run.spikes.map((spike) => Math.max(...near(spike)));
    };
    const [drawn, fine] = [peaks(500, true), peaks(100_001, false)];
    expect(drawn.length).toBeGreaterThan(50);
    drawn.forEach((peak, k) => { expect(Math.abs(peak / fine[k]! - 1)).toBeLessThan(0.01); });
  });

  test("gives the clamp currents of first-order gates", () => {
    const [family] = engine.clamp(experiment(squid, step(0), { duration: 20 }), 0, [60], 5, 15, 400);
    const rates = (v: number): [number, number] => [0.1 * ((10 - v) / 10 / Math.expm1((10 - v) / 10)), 0.125 * Math.exp(-v / 80)];
    const [a, b] = rates(60);
    const [a0, b0] = rates(0);
    const inf = a / (a + b);
    family!.t.forEach((t, k) => {
      if (t <= 5 || t > 15) return;
      const n = inf + (a0 / (a0 + b0) - inf) * Math.exp(-(a + b) * (t - 5));
      expect(family!.currents[1]![k]!).toBeCloseTo(36 * n ** 4 * 72, 1);
    });
  });

  test("has nullclines on which the derivatives vanish", () => {
    const at = Float64Array.from({ length: 60 }, (_, k) => -10 + 2 * k);
    const curves = engine.nullclines(experiment(squid, step(0)), "v", "n", at, 5, 80);
    expect(new Set(curves.map((curve) => curve.of))).toEqual(new Set(["x", "y"]));
    for (const curve of curves)
      curve.x.forEach((v, k) => {
        const alpha = (V: number, s: number, w: number): number => (V === s ? 1 : (s - V) / w / Math.expm1((s - V) / w));
        const m = alpha(v, 25, 10) / (alpha(v, 25, 10) + 4 * Math.exp(-v / 18));
        const h = (0.07 * Math.exp(-v / 20)) / (0.07 * Math.exp(-v / 20) + 1 / (Math.exp((30 - v) / 10) + 1));
        const out = new Float64Array(4);
        squid.derivatives(Float64Array.of(v, m, h, curve.y[k]!), 5, SQUID, out);
        expect(Math.abs(out[curve.of === "x" ? 0 : 3]!)).toBeLessThan(1e-3);
      });
  });
});
