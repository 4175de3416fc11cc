/** Undo goes back one change, and a drag of a slider is one change. */
import { expect, it } from "vitest";
import { begin, changed, redone, settled, undone } from "../src/state/history";

it("goes back and forth", () => {
  const two = changed(changed(begin(0), 1, "a"), 2, "b");
  expect(undone(two).present).toBe(1);
  expect(undone(undone(two)).present).toBe(0);
  expect(redone(undone(two))).toEqual({ ...two, open: null });
  expect(undone(begin(0)).present).toBe(0);
  expect(redone(two)).toEqual(two);
});

it("joins a drag, and parts two drags", () => {
  const dragged = changed(changed(begin(0), 1, "a"), 2, "a");
  expect(undone(dragged).present).toBe(0);
  expect(undone(changed(settled(dragged), 3, "a")).present).toBe(2);
});

it("forgets what was undone when something else is done", () => {
  expect(redone(changed(undone(changed(begin(0), 1, "a")), 5, "b")).present).toBe(5);
});
