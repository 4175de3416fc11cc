/** What was answered, and the setting of each question; answers survive a reload. */
import { batch, effect, signal } from "@preact/signals";
import type { Model } from "../model/model";
import type { Conditions } from "../state/setting";
import { startingConditions } from "../state/setting";
import { change, conditions, model, setting, settle } from "../state/store";
import type { Verdict } from "./check";
import type { Question } from "./questions";
import { QUESTIONS } from "./questions";

export interface Given {
  readonly answer: string;
  readonly verdict: Verdict | null;
  readonly tries: number; // wrong ones
  readonly membrane?: string; // what was changed in it when the answer was checked
}

const PLACE = "loligo-lab-exercise";
const MOST = 200; // answers that are kept
const NOTHING: Given = { answer: "", verdict: null, tries: 0 };

/** By model and question. */
const given = signal<Readonly<Record<string, Given>>>(stored());
/** What was on show before the exercise was opened, and how each question was left. */
let own: Conditions | null = null;
const left = new Map<string, Conditions>();

export const questionsFor = (of: Model): readonly Question[] => QUESTIONS.filter((question) => question.suits(of));
const keyOf = (of: Model, question: Question): string => `${of.key} ${question.number}`;

export function givenTo(of: Model, question: Question): Given {
  const key = keyOf(of, question);
  return (Object.hasOwn(given.value, key) ? given.value[key] : undefined) ?? NOTHING;
}

export function note(of: Model, question: Question, patch: Partial<Given>): void {
  given.value = { ...given.peek(), [keyOf(of, question)]: { ...givenTo(of, question), ...patch } };
}

/** Which parameters of the model are changed. */
export const changesOf = ({ parameters }: Conditions): string => Object.entries(parameters).map(([name, value]) => `${name} = ${String(value).replace("-", "−")}`).join(", ");

export function forget(): void {
  given.value = {};
}

effect(() => {
  const text = JSON.stringify(given.value);
  try {
    if (text !== "{}" || localStorage.getItem(PLACE) !== null) localStorage.setItem(PLACE, text);
  } catch {
    // A browser may keep nothing; then answers last as long as the page.
  }
});

function stored(): Readonly<Record<string, Given>> {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    if (typeof read !== "object" || read === null) return {};
    return Object.fromEntries(Object.entries(read).slice(0, MOST).flatMap(([key, value]) => (isGiven(value) ? [[key, value]] : [])));
  } catch {
    return {};
  }
}

function isGiven(value: unknown): value is Given {
  if (typeof value !== "object" || value === null) return false;
  const { answer, tries, verdict, membrane } = value as Record<string, unknown>;
  if (membrane !== undefined && typeof membrane !== "string") return false;
  if (typeof answer !== "string" || typeof tries !== "number" || typeof verdict !== "object") return false;
  return verdict === null || (typeof (verdict as Record<string, unknown>)["right"] === "boolean" && typeof (verdict as Record<string, unknown>)["text"] === "string");
}

/** Where the exercise is now. */
export function questionAt(of: Model, at: number | null): Question | undefined {
  const all = questionsFor(of);
  return at === null ? undefined : all[Math.min(at, all.length - 1)];
}

/** The setting that a model, or a question of it, starts with. */
export function startOf(of: Model, tour: number | null): Conditions {
  const start = startingConditions(of);
  return questionAt(of, tour)?.preset(start, of) ?? start;
}

/** Go to a question and set it up as it was left; without one, close the exercise and show what was there before it. */
export function go(to: number | null): void {
  const of = model.peek();
  const [from, next] = [questionAt(of, setting.peek().tour), questionAt(of, to)];
  if (from) left.set(keyOf(of, from), conditions.peek());
  else own = conditions.peek();
  const base = own?.model === of.key ? own : startingConditions(of);
  batch(() => {
    change({ tour: to }, "tour");
    change({ conditions: next ? left.get(keyOf(of, next)) ?? next.preset(base, of) : base }, "preset");
    settle();
  });
}

/** After the model was chosen or reset: an open question is about its own setting, whatever was changed before. */
export function setUpOpen(): void {
  const question = questionAt(model.peek(), setting.peek().tour);
  own = null;
  left.clear();
  if (question) setUp(question);
}

/** Resets the settings of the open question. */
export function setUp(question: Question): void {
  const of = model.peek();
  change({ conditions: question.preset(own?.model === of.key ? own : conditions.peek(), of) }, "preset");
  settle();
}
