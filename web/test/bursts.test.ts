/** Bursts are told from regular and from adapting firing. */
import { expect, test } from "vitest";
import { burstsOf } from "../src/engine/bursts";
import { inWords } from "../src/view/spikesInWords";

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

/** Bursts of so many spikes, 10 ms apart within, one every 500 ms. */
const bursting = (sizes: readonly number[]): number[] => sizes.flatMap((size, k) => train(100 + 500 * k, Array<number>(size - 1).fill(10)));

test("a run that ends anywhere within a burst tells of the whole bursts, and how much it saw of the last", () => {
  const spikes = bursting([6, 6, 6, 6]);
  for (let end = 600; end < 2000; end += 0.7) {
    const seen = spikes.filter((time) => time <= end);
    const said = inWords({ spikes: seen, endedAt: end });
    const whole = [100, 600, 1100, 1600].filter((begin) => begin + 50 + 10 <= end).length;
    const cut = seen.length - 6 * whole;
    expect(said).toMatch(whole === 1 ? /^A burst of 6 spikes/ : new RegExp(`^${whole} bursts of 6 spikes`));
    if (cut > 0) expect(said).toContain(`and one that the end of the run cuts off after ${cut} ${cut === 1 ? "spike" : "spikes"}`);
    else expect(said).not.toContain("cuts off");
    if (whole + Math.sign(cut) > 1) expect(said).toContain("one every 500 ms");
  }
});

test("single spikes before a burst that is cut off", () => {
  expect(inWords({ spikes: [100, 600, 1100, 1110, 1120, 1130, 1140], endedAt: 1145 })).toBe("2 single spikes, and a burst that the end of the run cuts off after 5 spikes");
});
