/** However a stimulus is dragged, it stays one that can be played. */
import { expect, it } from "vitest";
import { KINDS, fieldsOf, numbersOf, startingStimulus, steadyOf, withNumber, wrongStimulus } from "../src/state/stimuli";
import { axon } from "./page_models";

it.each(KINDS.map((k) => k.kind))("a %s stays valid at the ends of every slider", (kind) => {
  let stimulus = startingStimulus(kind, axon, 200);
  expect(wrongStimulus(stimulus, axon, 200)).toBeNull();
  for (const field of fieldsOf(kind, axon, 200)) {
    for (const value of [field.low, field.high, field.low, (field.low + field.high) / 2]) {
      stimulus = withNumber(stimulus, field.key, field.whole ? Math.round(value) : value);
      expect(wrongStimulus(stimulus, axon, 200)).toBeNull();
      expect(numbersOf(stimulus).get(field.key)).toBe(field.whole ? Math.round(value) : value);
    }
  }
});

it("is not played where noise changes too often for the page", () => {
  const noise = (tau: number) => ({ kind: "noise", amplitude: 3, mean: 0, tau, seed: 1, start: 0, stop: 2000 }) as const;
  expect(wrongStimulus(noise(0.5), axon, 2000)).toBeNull();
  expect(wrongStimulus(noise(0.1), axon, 2000)).toContain("correlation time of 0.1 ms changes too often");
  expect(wrongStimulus({ ...noise(0.1), stop: 400 }, axon, 2000)).toBeNull();
});

it("stands with its mean on curves over a steady current, where it is noise", () => {
  expect(steadyOf({ kind: "noise", amplitude: 3, mean: 7, tau: 2, seed: 1, start: 0, stop: 9 })).toBe(7);
  expect(steadyOf({ kind: "step", amplitude: 3, start: 0, stop: 9 })).toBe(3);
});
