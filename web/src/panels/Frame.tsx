/** The frame of a panel: title, unit, what is read, and the button that hides it. */
import type { ComponentChildren, JSX } from "preact";
import type { Panel } from "../state/setting";
import { change, panels, settle, view } from "../state/store";
import { tableShown } from "../takeaway/Table";
import { FORMATS, save, whenReady } from "../takeaway/save";

interface Properties {
  readonly panel: Panel;
  readonly title: string;
  readonly unit?: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A panel as a file. */
function Save({ panel, title }: { panel: Panel; title: string }): JSX.Element {
  return (
    <select class="save" aria-label={`Save ${title}`} title="Save this panel, or show its numbers" value="" onChange={(event) => {
      const { value } = event.currentTarget;
      const format = FORMATS.find((one) => one === value);
      event.currentTarget.value = "";
      if (format) void save(panel, format);
      else void whenReady(panel).then(() => { tableShown.value = panel; });
    }}>
      <option value="">⤓</option>
      {FORMATS.map((format) => <option key={format} value={format}>{format}</option>)}
      <option value="table">Table</option>
    </select>
  );
}

export function Frame({ panel, title, unit, aside, children }: Properties): JSX.Element {
  const hide = (): void => {
    change({ panels: panels.peek().filter((other) => other !== panel) }, "panels");
    settle();
  };
  return (
    <section class={`panel panel-${panel}`} aria-label={`${title}, panel`}>
      <header>
        <h2>{title}</h2>
        {unit && <span class="unit">{unit}</span>}
        <div class="aside">{aside}</div>
        <Save panel={panel} title={title} />
        {view.value === "full" && (
          <button type="button" class="hide" onClick={hide} aria-label={`Hide ${title}`} title="Hide this panel">×</button>
        )}
      </header>
      {children}
    </section>
  );
}
