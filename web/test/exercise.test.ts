/** An answer is right within its tolerance; usual mistakes get their own hint. */
import { describe, expect, it } from "vitest";
import { NONE_EXISTS, judge } from "../src/tour/check";
import { inWords, outcomeOf, total } from "../src/tour/outcome";
import { QUESTIONS } from "../src/tour/questions";
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
  it("that there is none is right where none is found, and only there", () => {
    expect(judge(NONE_EXISTS, { reason: "it fires by itself." }, unit)).toEqual({ right: true, text: "Right: none is found. It fires by itself." });
    expect(judge(NONE_EXISTS, solution, unit).right).toBe(false);
    expect(judge(NONE_EXISTS, { chosen: ["n"], explanation: "" }, "").right).toBe(false);
    expect(judge(NONE_EXISTS, { failure: "The run diverged." }, unit)).toMatchObject({ right: false, unjudged: true });
  });
  it.each(["", "two"])("“%s” is no wrong try", (text) => {
    expect(judge(text, solution, unit).unjudged).toBe(true);
    expect(judge("1", solution, unit).unjudged).toBeUndefined();
  });
  it("counts exactly", () => {
    const count: Solution = { value: 1, tolerance: 0, explanation: "", mistakes: [{ value: 0, hint: "Look later." }] };
    expect(judge("1 spike", count, "spikes").right).toBe(true);
    expect(judge("0", count, "spikes").text).toBe("Look later.");
    expect(judge("2", count, "spikes").right).toBe(false);
  });
});

describe("the summary", () => {
  const question = QUESTIONS.find((one) => one.number === "1")!;
  const given = { answer: "2.25", verdict: { right: true, text: "" }, tries: 0 };
  const wrong = { right: false, text: "" };
  it.each([
    [given, "answered", "Answered: 2.25 µA/cm², at the first try."],
    [{ ...given, tries: 1 }, "answered", "Answered: 2.25 µA/cm², at the 2nd try."],
    [{ ...given, tries: 2, membrane: "g_Na = 100" }, "answered", "Answered: 2.25 µA/cm², with g_Na = 100, at the 3rd try, with the hint."],
    [{ ...given, answer: NONE_EXISTS, tries: 11 }, "answered", "Answered: there is none, at the 12th try, with the hint."],
    [{ ...given, verdict: wrong, tries: 1 }, "tried", "Not answered. 1 wrong try. Last tried: 2.25 µA/cm²."],
    [{ ...given, answer: "", verdict: null, tries: 3 }, "tried", "Not answered. 3 wrong tries, and the hint."],
    [{ ...given, verdict: null }, "unchecked", "Not answered: 2.25 µA/cm² was not checked."],
    [{ ...given, answer: "two", verdict: { ...wrong, unjudged: true as const } }, "unchecked", "Not answered: two µA/cm² was not checked."],
    [{ ...given, answer: "", verdict: null }, "open", "Not answered."],
  ] as const)("%j is %s", (one, outcome, words) => {
    expect(outcomeOf(one)).toBe(outcome);
    expect(inWords(question, one)).toBe(words);
  });
  it("counts as answered what is right, and nothing else", () => {
    expect(total(["answered", "tried", "unchecked", "open", "open"])).toBe("1 of 5 questions are answered, 1 tried without success, 1 not checked, 2 not tried.");
    expect(total(["answered"])).toBe("1 of 1 questions are answered.");
  });
});
