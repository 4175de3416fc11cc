/** Which panels are shown. */
import type { JSX } from "preact";
import type { Panel } from "../state/setting";
import { PANELS, PANEL_TITLES, panelsOf } from "../state/setting";
import { change, model, panels, settle } from "../state/store";

export function PanelChoice(): JSX.Element {
  const toggle = (panel: Panel): void => {
    const now = panels.peek();
    change({ panels: PANELS.filter((other) => (other === panel ? !now.includes(panel) : now.includes(other))) }, "panels");
    settle();
  };
  return (
    <fieldset class="group">
      <legend>Panels</legend>
      <div class="checks">
        {panelsOf(model.value).map((panel) => (
          <label class="check" key={panel}>
            <input type="checkbox" checked={panels.value.includes(panel)} onChange={() => { toggle(panel); }} /> {PANEL_TITLES[panel]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
