/** However a stimulus is dragged, it stays one that can be played. */
import { expect, it } from "vitest";
import { KINDS, fieldsOf, numbersOf, startingStimulus, withNumber, wrongStimulus } from "../src/state/stimuli";
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
