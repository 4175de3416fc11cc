/** All questions with the answers given, to be printed. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { model } from "../state/store";
import { forget, givenTo, suited } from "./progress";

export function Report({ close }: { close: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => { dialog.current?.showModal(); }, []);
  const of = model.value;
  const all = suited(of).map((question) => ({ question, now: givenTo(of, question) }));
  const right = all.filter(({ now }) => now.verdict?.right).length;
  return (
    <dialog ref={dialog} class="report" aria-labelledby="report-title" onClose={close}>
      <h2 id="report-title">The exercise: {of.title}</h2>
      <p>{right} of {all.length} questions are answered right.</p>
      <ol>
        {all.map(({ question, now }) => (
          <li key={question.number}>
            <h3>{question.title}</h3>
            <p>{question.ask(of)}</p>
            <p><strong>{now.answer === "" ? "No answer yet" : `Answer: ${now.answer.replaceAll(",", ", ")} ${now.answer === "1" ? question.unit.replace(/^spikes$/, "spike") : question.unit}${now.membrane ? `, with ${now.membrane}` : ""}`}</strong>{now.tries > 0 && ` (wrong attempts: ${now.tries})`}</p>
            {now.verdict && <p class="soft">{now.verdict.text}</p>}
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
