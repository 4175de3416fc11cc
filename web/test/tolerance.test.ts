/** Runs of linear membranes under any stimulus stay within ten tolerances of their closed forms, spikes included. */
import { describe, expect, test } from "vitest";
import { generator, problem } from "./closed_forms";
import { type Judged, judged } from "./tolerances";

const MOST = 10; // tolerances

function judgedAt(seed: number, tolerance: number): Judged {
  const random = generator(seed);
  return judged(problem(random), random, tolerance);
}

function expectKept(seed: number, tolerance: number): void {
  const { how, samples, end, spikes, invented, decided } = judgedAt(seed, tolerance);
  const said = `seed ${seed} at ${tolerance}`;
  expect(how, said).toBe("finished");
  expect(samples, said).toBeLessThanOrEqual(MOST);
  expect(end, said).toBeLessThanOrEqual(MOST);
  expect(spikes, said).toBeLessThanOrEqual(MOST);
  if (decided) expect(invented, said).toBe(0);
}

describe("a linear membrane", () => {
  test.each([1e-5, 1e-4, 1e-6])("keeps a tolerance of %s in random problems", (tolerance) => {
    for (let seed = 0; seed < (tolerance === 1e-5 ? 160 : 40); seed++) expectKept(seed, tolerance);
  }, 60_000);

  test("keeps it where a wave starts with no slope, and where the estimate of the error passes through zero", () => {
    for (const seed of [1460, 1667, 1783, 1905, 2530, 3394, 3578, 3862]) expectKept(seed, 1e-5);
  });

  test("keeps its spikes where v turns near the level or creeps through it", () => {
    for (const seed of [2652, 2970, 3705, 3796]) expectKept(seed, 1e-5);
  });
});
