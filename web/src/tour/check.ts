/** Judge an answer: right within its tolerance, or a hint at the usual mistake. */
import { typed } from "../view/format";
import type { Solution } from "./questions";

export interface Verdict {
  readonly right: boolean;
  readonly text: string;
  readonly unjudged?: true; // nothing that could be right or wrong was given
}

/** The answer that there is none. */
export const NONE_EXISTS = "none exists";

const FACTORS: readonly (readonly [number, string])[] = [
  [1000, "That is 1000 times the answer: is it in nA/cm²?"],
  [1e-3, "That is a thousandth of the answer: is it in mA/cm²?"],
  [1e-2, "That is a hundredth of the answer: is it in A/m²? The answer must be a current density, in µA/cm²."],
  [10, "That is ten times the answer: look at the decimal point."],
  [0.1, "That is a tenth of the answer: look at the decimal point."],
];
/** The units of the questions as they may be typed, and how those without one are asked for. */
const UNITS: Readonly<Record<string, RegExp>> = { "µA/cm²": /\s*[µμu]A(\s*\/\s*cm(²|\^?2))?$/i, Hz: /\s*Hz$/i, spikes: /\s*spikes?$/i };
const ASKED: Readonly<Record<string, string>> = { "": ", without a unit", spikes: ": how many spikes there are" };

/** A typed answer without the unit of its question; another unit stays, and makes it no number. */
export const withoutUnit = (text: string, unit: string): string => text.trim().replace(UNITS[unit] ?? "", "");

const NEAR = 0.03; // a mistaken value is recognised this near, relatively

export function judge(text: string, solution: Solution, unit: string): Verdict {
  if ("failure" in solution) return { right: false, unjudged: true, text: `The answer could not be computed: ${solution.failure}` };
  const absent = text === NONE_EXISTS;
  if ("reason" in solution) return absent ? { right: true, text: `Right: none is found. ${sentence(solution.reason)}` } : { right: false, text: `Here the question has no answer: ${solution.reason}` };
  if (absent) return { right: false, text: "Not yet: there is one." };
  if ("chosen" in solution) return judgeChoice(text, solution.chosen, solution.explanation);
  const answer = typed(withoutUnit(text, unit));
  if (Number.isNaN(answer)) return { right: false, unjudged: true, text: `Enter a number${ASKED[unit] ?? `, in ${unit}`}.` };
  const { value, tolerance, explanation, mistakes, least } = solution;
  const off = Math.abs(answer - value);
  const known = mistakes.find((m) => near(answer, m.value, tolerance) && Math.abs(m.value - answer) < off);
  if (off <= tolerance * (1 + 1e-9) && least && answer < least.value) return { right: false, text: `Not yet. ${least.hint}` };
  if (off <= tolerance * (1 + 1e-9)) return { right: true, text: `Right. ${explanation}` };
  if (known) return { right: false, text: known.hint };
  if (value !== 0 && near(answer, -value, tolerance)) return { right: false, text: "The size is right, the sign is not: a current that makes v rise is positive." };
  if (unit === "µA/cm²" && value !== 0) {
    const factor = FACTORS.find(([f]) => Math.abs(answer - f * value) <= NEAR * Math.abs(f * value));
    if (factor) return { right: false, text: factor[1] };
  }
  if (unit === "spikes") return { right: false, text: "Not yet. Count the marks above the trace." };
  return { right: false, text: answer < value ? "Not yet: the answer is larger." : "Not yet: the answer is smaller." };
}

function judgeChoice(text: string, right: readonly string[], explanation: string): Verdict {
  if (text === "") return { right: false, unjudged: true, text: "Choose the gates, or “none of them”." };
  const chosen = text === "none" ? [] : text.split(",");
  const wrong = chosen.filter((name) => !right.includes(name));
  const missing = right.filter((name) => !chosen.includes(name));
  if (wrong.length === 0 && missing.length === 0) return { right: true, text: `Right. ${explanation}` };
  if (wrong.length > 0) return { right: false, text: `Not yet: with ${wrong.join(" or with ")} held, the spike still comes.` };
  return { right: false, text: "Not yet: there is more than that. Try every gate." };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const near = (answer: number, value: number, tolerance: number): boolean =>
  Math.abs(answer - value) <= Math.max(tolerance, NEAR * Math.abs(value));
