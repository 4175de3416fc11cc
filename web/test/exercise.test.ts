/** An answer is right within its tolerance; usual mistakes get their own hint. */
import { describe, expect, it } from "vitest";
import { judge } from "../src/tour/check";
import type { Solution } from "../src/tour/questions";

const solution: Solution = {
  value: 2.24, tolerance: 0.1, explanation: "Between 2.24 and 2.25.", mistakes: [{ value: 6.26, hint: "That is where it fires repetitively." }],
};
const unit = "µA/cm²";

describe("answers", () => {
  it.each(["2.24", "2,24", " 2.3 ", "2.2 µA/cm²", "+2.15", "2.24e0"])("%s is right", (text) => {
    expect(judge(text, solution, unit).right).toBe(true);
  });
  it.each([
    ["6.3", /repetitively/], ["-2.24", /sign/], ["2240", /1000/], ["0.00224", /thousandth/], ["0.0224", /A\/m²/], ["22.4", /ten times/],
    ["1", /larger/], ["5", /smaller/], ["", /number/], ["two", /number/], ["NaN", /number/], ["Infinity", /number/],
  ])("%s gets a hint", (text, hint) => {
    const verdict = judge(text, solution, unit);
    expect(verdict.right).toBe(false);
    expect(verdict.text).toMatch(hint);
  });
  it("says why there is none", () => {
    expect(judge("3", { reason: "It fires without any stimulus." }, unit)).toEqual({ right: false, text: "Here the question has no answer: It fires without any stimulus." });
  });
  it("counts exactly", () => {
    const count: Solution = { value: 1, tolerance: 0, explanation: "", mistakes: [{ value: 0, hint: "Look later." }] };
    expect(judge("1 spike", count, "spikes").right).toBe(true);
    expect(judge("0", count, "spikes").text).toBe("Look later.");
    expect(judge("2", count, "spikes").right).toBe(false);
  });
});
