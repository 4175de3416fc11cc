/** The exercise as a guided tour: a question at a time, with its preset, a field for the answer and a check. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { engine } from "../engine/engine";
import { change, conditions, model, setting, settle, view } from "../state/store";
import type { Verdict } from "./check";
import { judge } from "./check";
import type { Question, Solution } from "./questions";
import { QUESTIONS, experimentsOf } from "./questions";

/** Answers and verdicts by model and question. */
const given = signal<Readonly<Record<string, { readonly answer: string; readonly verdict: Verdict | null }>>>({});

const keyOf = (question: Question): string => `${model.peek().key} ${question.number}`;

function note(question: Question, answer: string, verdict: Verdict | null): void {
  given.value = { ...given.peek(), [keyOf(question)]: { answer, verdict } };
}

function check(question: Question): void {
  const answer = given.peek()[keyOf(question)]?.answer ?? "";
  note(question, answer, judge(answer, solved(question), question.unit));
}

function solved(question: Question): Solution {
  const { of, own } = experimentsOf(question, conditions.peek(), model.peek());
  try {
    return question.solve(engine, of, own);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

function go(to: number | null): void {
  change({ tour: to }, "tour");
  settle();
}

export function Tour(): JSX.Element | null {
  const suited = QUESTIONS.filter((question) => question.suits(model.value));
  const at = Math.min(setting.value.tour ?? 0, suited.length - 1);
  const question = suited[at];
  if (!question) return null;
  const { answer, verdict } = given.value[`${model.value.key} ${question.number}`] ?? { answer: "", verdict: null };
  const setUp = (): void => { change({ conditions: question.preset(conditions.peek(), model.peek()) }, "preset"); settle(); };
  return (
    <section class="tour panel" aria-labelledby="tour-title">
      <header>
        <h2 id="tour-title">{question.title}</h2>
        <span class="unit">question {at + 1} of {suited.length}</span>
        <div class="aside" />
        <button type="button" class="hide" aria-label="Close the exercise" onClick={() => { go(null); }}>×</button>
      </header>
      <p>{question.ask(model.value)}</p>
      <div class="buttons">
        <button type="button" onClick={setUp}>Set it up</button>
        {question.full && view.value === "beginner" && (
          <button type="button" onClick={() => { change({ view: "full" }, "view"); settle(); }}>Show everything</button>
        )}
        <form class="answering" onSubmit={(event) => { event.preventDefault(); check(question); }}>
          <label>Answer <input type="text" inputMode="decimal" autocomplete="off" class="number" value={answer} aria-label={`Your answer${question.unit && `, in ${question.unit}`}`}
            onInput={(event) => { note(question, event.currentTarget.value, null); }} /></label>
          <span class="unit">{question.unit}</span>
          <button type="submit" class="main">Check</button>
        </form>
      </div>
      <p class={`verdict${verdict ? (verdict.right ? " right" : " notyet") : ""}`} role="status">{verdict?.text}</p>
      <div class="buttons">
        <button type="button" class="small" disabled={at === 0} onClick={() => { go(at - 1); }}>Previous</button>
        <button type="button" class="small" disabled={at === suited.length - 1} onClick={() => { go(at + 1); }}>Next</button>
        <ol class="steps" aria-hidden="true">
          {suited.map((q, i) => <li key={q.number} class={`${i === at ? "now" : ""}${given.value[`${model.value.key} ${q.number}`]?.verdict?.right ? " done" : ""}`} />)}
        </ol>
      </div>
    </section>
  );
}
