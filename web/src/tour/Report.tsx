/** All questions with the answers given, to be printed. */
import type { JSX } from "preact";
import { model } from "../state/store";
import { inWords, outcomeOf, total } from "./outcome";
import { forget, givenTo, questionsFor } from "./progress";
import { useModal } from "../view/modal";

export function Report({ close }: { close: () => void }): JSX.Element {
  const dialog = useModal();
  const of = model.value;
  const all = questionsFor(of).map((question) => ({ question, now: givenTo(of, question) }));
  return (
    <dialog ref={dialog} class="report" aria-labelledby="report-title" onClose={close}>
      <h2 id="report-title">The exercise: {of.title}</h2>
      <p>{total(all.map(({ now }) => outcomeOf(now)))}</p>
      <ol>
        {all.map(({ question, now }) => (
          <li key={question.number}>
            <h3>{question.title}</h3>
            <p>{question.ask(of)}</p>
            <p><strong>{inWords(question, now)}</strong></p>
            {now.verdict?.right && <p class="soft">{now.verdict.text}</p>}
          </li>
        ))}
      </ol>
      <div class="buttons">
        <button type="button" class="main" onClick={() => { window.print(); }}>Print</button>
        <button type="button" onClick={() => { dialog.current?.close(); }}>Close</button>
        <button type="button" onClick={forget}>Delete all answers</button>
      </div>
    </dialog>
  );
}
