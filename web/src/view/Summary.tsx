/** The run in one line of words, and what went wrong if something did. */
import type { JSX } from "preact";
import { beyondRun } from "../state/setting";
import { announcement, conditions, enlarge, message, overlayRun, run, shownWindow } from "../state/store";
import { fixed } from "./format";

export function Messages(): JSX.Element {
  const now = run.value;
  return (
    <div class="messages">
      {message.value && (
        <div class="message" role="alert">
          <span>{message.value}</span>
          <button type="button" class="small" onClick={() => { message.value = null; }}>Close</button>
        </div>
      )}
      {now && now.end !== "finished" && <div class="message" role="alert" id="stopped">{now.message || `The run stopped at ${fixed(now.endedAt, 2)} ms.`}</div>}
      <div class="spoken" role="status">{announcement.value}</div>
    </div>
  );
}

export function Summary(): JSX.Element {
  const spikes = run.value?.spikes ?? [];
  return (
    <p class="summary">
      <span id="spikes">{inWords(spikes)}</span>
      {overlayRun.value && <span class="soft" id="spikes-of-b">B, dotted: {inWords(overlayRun.value.spikes)}</span>}
      {beyondRun(conditions.value).map((text) => <span key={text} class="beyond-run">{text}</span>)}
      {shownWindow.value && <button type="button" class="small" onClick={() => { enlarge(null); }}>Show the whole run</button>}
    </p>
  );
}

function inWords(spikes: readonly number[]): string {
  const [first, last] = [spikes[0], spikes.at(-1)];
  if (first === undefined || last === undefined) return "No spike";
  if (spikes.length === 1) return `One spike, at ${fixed(first, 2)} ms`;
  const rate = (1000 * (spikes.length - 1)) / (last - first);
  return `${spikes.length} spikes, the first at ${fixed(first, 2)} ms, ${fixed(rate, 1)} Hz`;
}
