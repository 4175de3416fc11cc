/** The shared cursor for the keyboard and for screen readers: the trace is a slider over time. */
import type { ComponentChildren, JSX, TargetedKeyboardEvent } from "preact";
import { conditions, cursor, drawn, enlarge, run } from "../state/store";
import { fixed } from "../view/format";
import { pointAt } from "../view/plots";
import { nearest } from "./lines";

export function CursorKeys({ children }: { children: ComponentChildren }): JSX.Element {
  const t = cursor.value;
  const duration = conditions.value.duration;
  const keys = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const next = moved(event.key, cursor.peek() ?? 0, duration);
    if (event.key === "Escape") { pointAt(null); enlarge(null); return; }
    if (next === null) return;
    event.preventDefault();
    pointAt(Math.min(duration, Math.max(0, next)));
  };
  return (
    <div class="reach" role="slider" tabIndex={0} aria-label="Time cursor on the trace" aria-valuemin={0} aria-valuemax={duration}
      aria-valuenow={Math.round((t ?? 0) * 100) / 100} aria-valuetext={spoken(t)} onKeyDown={keys}>
      {children}
    </div>
  );
}

function moved(key: string, t: number, duration: number): number | null {
  const spikes = run.peek()?.spikes ?? [];
  switch (key) {
    case "ArrowRight": case "ArrowUp": return t + duration / 400;
    case "ArrowLeft": case "ArrowDown": return t - duration / 400;
    case "PageUp": return spikes.find((spike) => spike > t + 1e-3 * duration) ?? duration;
    case "PageDown": return spikes.findLast((spike) => spike < t - 1e-3 * duration) ?? 0;
    case "Home": return 0;
    case "End": return duration;
    default: return null;
  }
}

function spoken(t: number | null): string {
  const now = run.peek();
  if (t === null || !now || now.t.length === 0) return "no time chosen; arrow keys move the cursor, page keys go to the next spike";
  const index = nearest(now.t, t);
  const values = drawn.peek().model.states.map((s, i) => `${s.name} ${fixed(now.y[i]?.[index] ?? NaN, 3)} ${s.unit}`);
  return `${fixed(t, 2)} ms: ${values.join(", ")}, I ${fixed(now.I[index] ?? NaN, 2)}`;
}
