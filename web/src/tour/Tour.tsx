/** The exercise as a guided tour: a question at a time, with its setting, a place for the answer, a check and hints. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { remote } from "../engine/remote";
import type { Model } from "../model/model";
import { change, conditions, model, setting, settle, view } from "../state/store";
import { NONE_EXISTS, judge } from "./check";
import { Report } from "./Report";
import { changesOf, givenTo, go, note, setUp, questionsFor } from "./progress";
import { HINTED } from "./outcome";
import type { Question, Solution } from "./questions";
import { experimentsOf } from "./questions";

const reporting = signal(false);
const NONE = "none";

async function check(question: Question): Promise<void> {
  const of = model.peek();
  const { answer, tries } = givenTo(of, question);
  const membrane = changesOf(conditions.peek());
  const solution = await solved(question);
  if (givenTo(of, question).answer !== answer) return;
  const verdict = judge(answer, solution, question.unit);
  note(of, question, { verdict, membrane, tries: tries + (verdict.right || verdict.unjudged ? 0 : 1) });
}

async function solved(question: Question): Promise<Solution> {
  const { of, own } = experimentsOf(question, conditions.peek(), model.peek());
  try {
    return await remote.solve(question.number, of, own);
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

export function Tour(): JSX.Element | null {
  const of = model.value;
  const all = questionsFor(of);
  const at = Math.min(setting.value.tour ?? 0, all.length - 1);
  const question = all[at];
  if (!question) return null;
  const { answer, tries, membrane = "", verdict: judged } = givenTo(of, question);
  const verdict = membrane === changesOf(conditions.value) ? judged : null; // an answer for another membrane does not count
  return (
    <section class="tour panel" aria-labelledby="tour-title">
      <header>
        <h2 id="tour-title">{question.title}</h2>
        <span class="unit">question {at + 1} of {all.length}</span>
        <div class="aside" />
        <button type="button" class="hide" aria-label="Close the exercise" onClick={() => { go(null); }}>×</button>
      </header>
      <p>{question.ask(of)}</p>
      <div class="buttons">
        <button type="button" onClick={() => { setUp(question); }}>Set it up</button>
        {question.full && view.value === "beginner" && (
          <button type="button" onClick={() => { change({ view: "full" }, "view"); settle(); }}>Show everything</button>
        )}
        <form class="answering" onSubmit={(event) => { event.preventDefault(); void check(question); }}>
          {question.choices ? <Choices of={of} question={question} choices={question.choices(of)} answer={answer} /> : (
            <label>Answer <input type="text" inputMode="decimal" autocomplete="off" class="number" value={answer === NONE_EXISTS ? "" : answer} aria-label={`Your answer${question.unit && `, in ${question.unit}`}`}
              onInput={(event) => { note(of, question, { answer: event.currentTarget.value, verdict: null }); }} /></label>
          )}
          <span class="unit">{question.unit}</span>
          {question.absent && (
            <label class="check"><input type="checkbox" checked={answer === NONE_EXISTS}
              onChange={(event) => { note(of, question, { answer: event.currentTarget.checked ? NONE_EXISTS : "", verdict: null }); }} /> {question.absent}</label>
          )}
          <button type="submit" class="main">Check</button>
        </form>
      </div>
      <p class={`verdict${verdict ? (verdict.right ? " right" : " notyet") : ""}`} role="status">
        {verdict?.text}{verdict && !verdict.right && tries >= HINTED && ` ${question.hint(of)}`}
      </p>
      <div class="buttons">
        <button type="button" class="small" disabled={at === 0} onClick={() => { go(at - 1); }}>Previous</button>
        <button type="button" class="small" disabled={at === all.length - 1} onClick={() => { go(at + 1); }}>Next</button>
        <ol class="steps" aria-hidden="true">
          {all.map((q, i) => <li key={q.number} class={`${i === at ? "now" : ""}${givenTo(of, q).verdict?.right ? " done" : ""}`} />)}
        </ol>
        <button type="button" class="small" onClick={() => { reporting.value = true; }}>Summary</button>
      </div>
      {reporting.value && <Report close={() => { reporting.value = false; }} />}
    </section>
  );
}

/** An answer made of several names, or of none. */
function Choices({ of, question, choices, answer }: { of: Model; question: Question; choices: readonly string[]; answer: string }): JSX.Element {
  const chosen = answer.split(",");
  const toggle = (name: string): void => {
    const next = name === NONE ? (chosen.includes(NONE) ? [] : [NONE]) : choices.filter((one) => (one === name ? !chosen.includes(one) : chosen.includes(one)));
    note(of, question, { answer: next.join(), verdict: null });
  };
  return (
    <span class="buttons" role="group" aria-label="Your answer">
      {[...choices, NONE].map((name) => (
        <label class="check" key={name}><input type="checkbox" checked={chosen.includes(name)} onChange={() => { toggle(name); }} /> {name === NONE ? "none of them" : name}</label>
      ))}
    </span>
  );
}
