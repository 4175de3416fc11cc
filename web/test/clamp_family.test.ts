/** The clamp steps that a model starts with are round: tens of mV from a holding potential near rest. */
import { expect, it } from "vitest";
import { clampOf, startingSetting } from "../src/state/setting";
import { axon } from "./page_models";

const cases = [-95.2, -70.5, -65, -59.474, -29.1, 0, 0.0021, 12].flatMap((rest) => [25.3, 60, 115].flatMap((high) => [null, -60].map((begin) => ({ rest, high, begin }))));

it.each(cases)("%j", ({ rest, high, begin }) => {
  const model = { ...axon, rest: [rest, 0.6], voltages: [rest - 20, high] as const, begin };
  const { hold, first, last, count } = clampOf(startingSetting(model), model);
  const step = (last - first) / (count - 1);
  for (const value of [hold, first, last, step]) expect(Math.abs(value % 10)).toBe(0);
  expect(Math.abs(hold - (begin ?? rest))).toBeLessThanOrEqual(5);
  expect(first).toBeGreaterThan(hold);
  expect(last).toBeLessThanOrEqual(Math.max(high, hold + 20));
  expect(count).toBeGreaterThanOrEqual(2);
  expect(count).toBeLessThanOrEqual(9);
});
