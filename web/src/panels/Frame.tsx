/** The frame of a panel: title, unit, what is read, and the button that hides it. */
import type { ComponentChildren, JSX } from "preact";
import type { Panel } from "../state/setting";
import { change, panels, settle, view } from "../state/store";

interface Properties {
  readonly panel: Panel;
  readonly title: string;
  readonly unit?: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
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
        {view.value === "full" && (
          <button type="button" class="hide" onClick={hide} aria-label={`Hide ${title}`} title="Hide this panel">×</button>
        )}
      </header>
      {children}
    </section>
  );
}
