/** The head of the page: model, view, history, theme. */
import type { JSX } from "preact";
import type { Setting } from "../state/setting";
import { startingConditions } from "../state/setting";
import { change, history, model, models, redo, reset, setting, settle, theme, undo, view } from "../state/store";
import { modelOf } from "../state/link";
import { go, setUpOpen } from "../tour/progress";

export function Header(): JSX.Element {
  const open = setting.value.tour !== null;
  return (
    <header class="top">
      <h1>Loligo <span>lab</span></h1>
      <select class="model" aria-label="Model" value={model.value.key} onChange={(event) => { choose(event.currentTarget.value); }}>
        {models.map((m) => <option key={m.key} value={m.key}>{m.title}</option>)}
      </select>
      <div class="segments" role="group" aria-label="View">
        <Segment of="beginner" title="Beginner" />
        <Segment of="full" title="Full" />
      </div>
      <div class="buttons" role="group" aria-label="History">
        <button type="button" class="icon" onClick={undo} disabled={history.value.past.length === 0} aria-label="Undo" title="Undo (Ctrl+Z)">↶</button>
        <button type="button" class="icon" onClick={redo} disabled={history.value.future.length === 0} aria-label="Redo" title="Redo (Ctrl+Shift+Z)">↷</button>
        <button type="button" onClick={() => { reset(); setUpOpen(); }}>Reset</button>
      </div>
      <div class="buttons end">
        <button type="button" aria-pressed={open} onClick={() => { go(open ? null : 0); }}>Exercise</button>
        <button type="button" class="icon" onClick={turn} aria-label={`Theme: ${theme.value}; change it`} title={`Theme: ${theme.value}`}>{SIGNS[theme.value]}</button>
      </div>
    </header>
  );
}

const SIGNS = { auto: "◐", light: "○", dark: "●" } as const;
const NEXT: Readonly<Record<Setting["theme"], Setting["theme"]>> = { auto: "dark", dark: "light", light: "auto" };

function turn(): void {
  change({ theme: NEXT[theme.peek()] }, "theme");
  settle();
}

function choose(key: string): void {
  change({ conditions: startingConditions(modelOf(models, key)) }, "model");
  settle();
  setUpOpen();
}

function Segment({ of, title }: { of: Setting["view"]; title: string }): JSX.Element {
  return <button type="button" aria-pressed={view.value === of} onClick={() => { change({ view: of }, "view"); settle(); }}>{title}</button>;
}
