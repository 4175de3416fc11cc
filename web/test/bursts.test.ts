/** Bursts are told from regular and from adapting firing. */
import { expect, test } from "vitest";
import { burstsOf } from "../src/engine/bursts";

const train = (start: number, intervals: readonly number[]): number[] => intervals.reduce((all, dt) => [...all, all.at(-1)! + dt], [start]);

test.each([
  ["none", []], ["one", [3]], ["two", [3, 90]], ["regular", train(5, Array<number>(20).fill(14))],
  ["adapting", train(65, [20, 23, 28, 34, 43, 52, 60, 65])], ["slowing by a half", train(0, [10, 15, 22, 33, 50, 75, 110])],
])("%s: no bursts", (_, spikes) => {
  expect(burstsOf(spikes)).toBeNull();
});

test("bursts, and a single spike", () => {
  const spikes = [...train(100, [5, 6, 7, 9, 13]), 455, ...train(700, [5, 5, 6])];
  expect(burstsOf(spikes)?.map((burst) => burst.length)).toEqual([6, 1, 4]);
});
