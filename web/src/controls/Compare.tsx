/** Two settings drawn over each other: B is fixed and drawn faintly, A can still be changed. */
import type { JSX } from "preact";
import { change, conditions, setting, settle } from "../state/store";

export function Compare(): JSX.Element {
  const { overlay } = setting.value;
  const keep = (): void => { change({ overlay: conditions.peek() }, "overlay"); settle(); };
  const swap = (): void => {
    if (overlay) change({ conditions: overlay, overlay: conditions.peek() }, "overlay");
    settle();
  };
  return (
    <section class="group" aria-labelledby="g-compare">
      <h2 id="g-compare">Compare</h2>
      <div class="buttons">
        <button type="button" onClick={keep}>{overlay ? "Keep this as B instead" : "Keep this as B"}</button>
        {overlay && <button type="button" onClick={swap}>Swap A and B</button>}
        {overlay && <button type="button" onClick={() => { change({ overlay: null }, "overlay"); settle(); }}>Remove B</button>}
      </div>
      {overlay && <p class="note">B is drawn dotted and pale, {overlay.model === conditions.value.model ? "the same model" : "of another model"}.</p>}
    </section>
  );
}
