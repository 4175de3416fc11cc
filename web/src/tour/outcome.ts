/** What became of a question, in words: what was answered, with which membrane, after how many tries. */
import { NONE_EXISTS, withoutUnit } from "./check";
import type { Given } from "./progress";
import type { Question } from "./questions";

export const HINTED = 2; // wrong tries after which the hint of the question is shown

export type Outcome = "answered" | "tried" | "unchecked" | "open";

export function outcomeOf({ answer, verdict, tries }: Given): Outcome {
  if (verdict?.right) return "answered";
  if (verdict && !verdict.unjudged) return "tried";
  return answer === "" ? (tries > 0 ? "tried" : "open") : "unchecked";
}

export function inWords(question: Question, given: Given): string {
  const { tries } = given;
  const before = tries === 0 ? "" : ` ${tries} wrong ${tries === 1 ? "try" : "tries"}${tries >= HINTED ? ", and the hint" : ""}.`;
  switch (outcomeOf(given)) {
    case "answered":
      return `Answered: ${said(question, given.answer)}${given.membrane ? `, with ${given.membrane}` : ""}, at the ${ordinal(tries + 1)} try${tries >= HINTED ? ", with the hint" : ""}.`;
    case "tried":
      return `Not answered.${before}${given.answer === "" ? "" : ` Last tried: ${said(question, given.answer)}.`}`;
    case "unchecked":
      return `Not answered: ${said(question, given.answer)} was not checked.${before}`;
    case "open":
      return "Not answered.";
  }
}

function said({ unit, absent = "", choices }: Question, answer: string): string {
  if (answer === NONE_EXISTS) return absent;
  if (answer === "none") return "none of them";
  if (choices) return answer.replaceAll(",", ", ");
  const number = withoutUnit(answer, unit);
  return `${number.replace("-", "−")} ${number === "1" ? unit.replace(/^spikes$/, "spike") : unit}`.trim();
}

function ordinal(n: number): string {
  const ending = n % 100 > 10 && n % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][n % 10] ?? "th";
  return n === 1 ? "first" : `${n}${ending}`;
}

/** How many questions are answered, and what became of the others. */
export function total(outcomes: readonly Outcome[]): string {
  const count = (kind: Outcome): number => outcomes.filter((one) => one === kind).length;
  const others = [[count("tried"), "tried without success"], [count("unchecked"), "not checked"], [count("open"), "not tried"]] as const;
  return [`${count("answered")} of ${outcomes.length} questions are answered`, ...others.flatMap(([n, what]) => (n > 0 ? [`${n} ${what}`] : []))].join(", ") + ".";
}
