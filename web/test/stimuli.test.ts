import { describe, expect, test } from "vitest";
import type { Stimulus } from "../src/engine/contract";
import { engine } from "../src/engine/engine";
import { uniformNumbers } from "../src/engine/noise";
import { piecesOf } from "../src/engine/pieces";

const values = (stimulus: Stimulus, ...times: number[]): number[] => times.map((t) => engine.current(stimulus, t));

describe("stimuli", () => {
  test("are exact at their edges", () => {
    expect(values({ kind: "step", amplitude: 7, start: 20, stop: 180 }, 19.9, 20, 180)).toEqual([0, 7, 0]);
    expect(values({ kind: "ramp", amplitude: 20, start: 30, stop: 270 }, 30, 150, 270)).toEqual([0, 10, 0]);
    expect(values({ kind: "pulses", amplitude: 10, start: 10, width: 1, period: 15, count: 2 }, 10.5, 12, 25, 40)).toEqual([10, 0, 10, 0]);
    expect(values({ kind: "pair", amplitude: 10, second: 4, start: 10, width: 1, interval: 15 }, 10.5, 12, 25, 26)).toEqual([10, 0, 4, 0]);
  });

  test("count a sine's frequency in hertz", () => {
    const sine: Stimulus = { kind: "sine", amplitude: 7, frequency: 10, start: 0, stop: 500 };
    expect(engine.current(sine, 25)).toBeCloseTo(7, 12);
    expect(engine.current(sine, 75)).toBeCloseTo(-7, 12);
  });

  test("add where pulses overlap, and leave nothing behind", () => {
    expect(values({ kind: "pair", amplitude: 0.1, second: 0.2, start: 0, width: 10, interval: 5 }, 2, 7, 12, 20)).toEqual([0.1, 0.1 + 0.2, 0.2, 0]);
    expect(piecesOf({ kind: "pulses", amplitude: 3, start: 0, width: 0.1, period: 0.1, count: 5 }, 10).constant.at(-1)).toBe(0);
  });

  test("draw the published generator's numbers", () => {
    // SplitMix64 from seed 1234567: the first outputs of its authors' program are 6457827717110365317, 3203168211198807973
    const first = [6457827717110365317n, 3203168211198807973n].map((z) => (Number(z >> 11n) + 1) / 2 ** 53);
    expect([...uniformNumbers(1234567, 2)]).toEqual(first);
  });

  test("draw noise whose knots follow its correlation time", () => {
    const noise = (tau: number): Stimulus => ({ kind: "noise", amplitude: 3, mean: 1, tau, seed: 5, start: 0, stop: 10 * tau });
    const [slow, fast] = [piecesOf(noise(8), 80), piecesOf(noise(0.25), 2.5)];
    expect(slow.starts.length).toBe(200);
    expect([...fast.starts].map((t) => 32 * t)).toEqual([...slow.starts]);
    expect(fast.constant).toEqual(slow.constant);
  });

  test("are silent where they stop before they start", () => {
    expect(values({ kind: "step", amplitude: 7, start: 50, stop: 20 }, 10, 30, 60)).toEqual([0, 0, 0]);
  });
});
