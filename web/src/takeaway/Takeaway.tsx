/** What one takes away: a link, figures, numbers, the Python program. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { conditions, link, model } from "../state/store";
import { pythonOf } from "./python";
import { FORMATS, announced, save, announce } from "./save";
import { useModal } from "../view/modal";

const showing = signal(false);

async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    announce(`${what} is copied.`);
  } catch {
    announce(`${what} could not be copied: the browser does not allow it here.`);
  }
}

/** Whether others cannot open a link: the page is a file, or served to this machine alone. */
const HERE = window.location.protocol === "file:" || ["localhost", "127.0.0.1", "[::1]"].includes(window.location.hostname);

async function copyLink(): Promise<void> {
  await copy(link(), "The link");
  if (HERE) announce(`${announced.peek()} It works only on this machine, where this page is; other people need the page and the part of the link from # on.`);
}

export function Takeaway(): JSX.Element {
  return (
    <section class="group takeaway" aria-labelledby="g-take">
      <h2 id="g-take">Take away</h2>
      <div class="buttons">
        <button type="button" onClick={() => { void copyLink(); }}>Copy link</button>
        {FORMATS.map((format) => <button type="button" key={format} onClick={() => { void save(null, format); }}>{format}</button>)}
        <button type="button" onClick={() => { window.print(); }}>Print</button>
        <button type="button" onClick={() => { showing.value = true; }}>Show the Python</button>
      </div>
      {announced.value && <p class="note">{announced.value}</p>}
      {showing.value && <Python />}
    </section>
  );
}

function Python(): JSX.Element {
  const dialog = useModal();
  const code = pythonOf(conditions.value, model.value);
  return (
    <dialog ref={dialog} aria-labelledby="python-title" onClose={() => { showing.value = false; }}>
      <h2 id="python-title">The same run in Python</h2>
      <pre tabIndex={0} aria-label="Python program"><code id="python">{code}</code></pre>
      <div class="buttons">
        <button type="button" class="main" onClick={() => { void copy(code, "The program"); }}>Copy</button>
        <button type="button" onClick={() => { dialog.current?.close(); }}>Close</button>
        <span class="note" role="status">{announced.value}</span>
      </div>
    </dialog>
  );
}
