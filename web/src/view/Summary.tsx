/** A one-line summary of the run, with errors if there are any. */
import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { beyondRun } from "../state/setting";
import { announcement, conditions, enlarge, message, overlayRun, run, shownWindow } from "../state/store";
import { fixed } from "./format";
import { inWords } from "./spikesInWords";

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

const QUIET = 600; // ms without another run before the summary is spoken

export function Summary(): JSX.Element {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = effect(() => {
      const words = run.value && inWords(run.value);
      clearTimeout(timer);
      if (words !== null) timer = setTimeout(() => { announcement.value = `${words}.`; }, QUIET);
    });
    return () => { clearTimeout(timer); stop(); };
  }, []);
  return (
    <p class="summary">
      <span id="spikes">{run.value ? inWords(run.value) : "No spike"}</span>
      {overlayRun.value && <span class="soft" id="spikes-of-b">B, dotted: {inWords(overlayRun.value)}</span>}
      {beyondRun(conditions.value).map((text) => <span key={text} class="beyond-run">{text}</span>)}
      {shownWindow.value && <button type="button" class="small" onClick={() => { enlarge(null); }}>Show the whole run</button>}
    </p>
  );
}
