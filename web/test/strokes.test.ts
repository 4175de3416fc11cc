/** Curves are drawn without points that cannot be seen: no point that is left out is farther from the line than asked. */
import { expect, test } from "vitest";
import { thinned } from "../src/view/strokes";

/** Numbers between 0 and 1 from a seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

function distance(x: number, y: number, a: number, b: number, c: number, d: number): number {
  const [dx, dy] = [c - a, d - b];
  const part = Math.min(1, Math.max(0, ((x - a) * dx + (y - b) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - a - part * dx, y - b - part * dy);
}

function farthest(points: readonly number[], line: readonly number[]): number {
  let [most, at] = [0, 0];
  for (let i = 0; i < points.length; i += 2) { // in order: a point belongs to one of the segments from the last one's on
    const near = (k: number): number => distance(points[i]!, points[i + 1]!, line[k]!, line[k + 1]!, line[k + 2]!, line[k + 3]!);
    while (at + 5 < line.length && near(at) > 0.1 + 1e-9) at += 2;
    most = Math.max(most, near(at));
  }
  return most;
}

const CURVES: Readonly<Record<string, (i: number, random: () => number) => readonly [number, number]>> = {
  noise: (i, random) => [i / 10, 100 * random()],
  slow: (i) => [i / 10, 50 * Math.sin(i / 100)],
  spikes: (i) => [i / 5, 100 * Math.exp(-(((i % 97) - 40) ** 2) / 9)],
  orbit: (i, random) => [100 * Math.cos(i / 20), 80 * Math.sin(i / 20) + 0.05 * random()],
  back: (_, random) => [3 * random(), 0],
};

test.each(Object.keys(CURVES))("points of %s that are left out lie on the line", (name) => {
  for (let seed = 1; seed < 20; seed++) {
    const random = numbers(seed);
    const points = Array.from({ length: 1000 }, (_, i) => CURVES[name]!(i, random)).flat();
    const line = thinned(points, 0.1);
    expect(farthest(points, line)).toBeLessThan(0.1 + 1e-9);
    expect([...line.slice(0, 2), ...line.slice(-2)]).toEqual([...points.slice(0, 2), ...points.slice(-2)]);
    if (name === "slow") expect(line.length).toBeLessThan(points.length / 5);
  }
});

test("gaps stay, single points stay, and nothing comes of nothing", () => {
  expect(thinned([], 1)).toEqual([]);
  expect(thinned([1, 2], 1)).toEqual([1, 2]);
  expect(thinned([0, 0, 1, 0, 2, 0, NaN, NaN, 3, 0, 4, 0, 5, 0], 0.1)).toEqual([0, 0, 2, 0, NaN, NaN, 3, 0, 5, 0]);
});
