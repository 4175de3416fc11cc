/** What one takes away: a link, figures, numbers, the Python program. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { TIME_PANELS, panelsShown } from "../state/setting";
import { announcement, conditions, link, model, overlayExperiment, overlayRun, run, setting } from "../state/store";
import { csvOf } from "./csv";
import type { Figure } from "./figure";
import { figureOf } from "./figure";
import { pngOf } from "./png";
import { pythonOf } from "./python";
import { svgOf } from "./svg";

const said = signal("");
const showing = signal(false);

function say(text: string): void {
  said.value = announcement.value = text;
}

function save(name: string, content: Blob): void {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(content);
  a.download = name;
  a.click();
  setTimeout(() => { URL.revokeObjectURL(a.href); }, 10000);
  say(`${name} is saved.`);
}

async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} is copied.`);
  } catch {
    say(`${what} could not be copied: the browser does not allow it here.`);
  }
}

function figure(): Figure | null {
  const [now, other, of] = [run.peek(), overlayRun.peek(), overlayExperiment.peek()];
  if (!now) return null;
  const panels = panelsShown(setting.peek(), model.peek()).filter((panel) => TIME_PANELS.includes(panel));
  return figureOf(model.peek(), conditions.peek().duration, now, panels, other && of ? { model: of.model, run: other } : null);
}

const name = (ending: string): string => `loligo-${model.peek().key.replace(/[^\w-]/g, "_")}.${ending}`;

async function savePng(): Promise<void> {
  const drawing = figure();
  const png = drawing && await pngOf(drawing);
  if (png) save(name("png"), png);
}

function saveSvg(): void {
  const drawing = figure();
  if (drawing) save(name("svg"), new Blob([svgOf(drawing)], { type: "image/svg+xml" }));
}

function saveCsv(): void {
  const now = run.peek();
  if (now) save(name("csv"), new Blob([csvOf(now, model.peek())], { type: "text/csv" }));
}

export function Takeaway(): JSX.Element {
  return (
    <section class="group takeaway" aria-labelledby="g-take">
      <h2 id="g-take">Take away</h2>
      <div class="buttons">
        <button type="button" onClick={() => { void copy(link(), "The link"); }}>Copy link</button>
        <button type="button" onClick={() => { void savePng(); }}>PNG</button>
        <button type="button" onClick={saveSvg}>SVG</button>
        <button type="button" onClick={saveCsv}>CSV</button>
        <button type="button" onClick={() => { showing.value = true; }}>Show the Python</button>
      </div>
      {said.value && <p class="note">{said.value}</p>}
      {showing.value && <Python />}
    </section>
  );
}

function Python(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const code = pythonOf(conditions.value, model.value);
  useEffect(() => { dialog.current?.showModal(); }, []);
  return (
    <dialog ref={dialog} aria-labelledby="python-title" onClose={() => { showing.value = false; }}>
      <h2 id="python-title">The same run in Python</h2>
      <pre tabIndex={0} aria-label="Python program"><code id="python">{code}</code></pre>
      <div class="buttons">
        <button type="button" class="main" onClick={() => { void copy(code, "The program"); }}>Copy</button>
        <button type="button" onClick={() => { dialog.current?.close(); }}>Close</button>
        <span class="note" role="status">{said.value}</span>
      </div>
    </dialog>
  );
}
