/** The run in one line of words, and what went wrong if something did. */
import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { beyondRun } from "../state/setting";
import { announcement, conditions, enlarge, message, overlayRun, run, shownWindow } from "../state/store";
import { burstsOf } from "../engine/bursts";
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

const QUIET = 600; // ms without another run before the summary is spoken

export function Summary(): JSX.Element {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = effect(() => {
      const words = run.value && inWords(run.value.spikes);
      clearTimeout(timer);
      if (words !== null) timer = setTimeout(() => { announcement.value = `${words}.`; }, QUIET);
    });
    return () => { clearTimeout(timer); stop(); };
  }, []);
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

export function inWords(spikes: readonly number[]): string {
  const [first, last] = [spikes[0], spikes.at(-1)];
  if (first === undefined || last === undefined) return "No spike";
  if (spikes.length === 1) return `One spike, at ${fixed(first, 2)} ms`;
  const groups = burstsOf(spikes);
  const bursts = groups?.filter((burst) => burst.length > 1) ?? [];
  const singles = (groups?.length ?? 0) - bursts.length;
  if (bursts.length === 0) return `${spikes.length} spikes, the first at ${fixed(first, 2)} ms, ${fixed(rate(spikes), 1)} Hz`;
  const sizes = bursts.map((burst) => burst.length);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const size = `${least === most ? least : `${least} to ${most}`} spikes`;
  const begins = bursts.map((burst) => burst[0] ?? NaN);
  return [
    bursts.length === 1 ? `A burst of ${size} at ${fixed(begins[0] ?? NaN, 2)} ms` : `${bursts.length} bursts of ${size}, the first at ${fixed(begins[0] ?? NaN, 2)} ms, one every ${fixed(1000 / rate(begins), 0)} ms`,
    `${fixed(bursts.reduce((sum, burst) => sum + rate(burst), 0) / bursts.length, 1)} Hz within`,
    ...(singles > 0 ? [`and ${singles} single ${singles === 1 ? "spike" : "spikes"}`] : []),
  ].join(", ");
}

const rate = (times: readonly number[]): number => (1000 * (times.length - 1)) / ((times.at(-1) ?? NaN) - (times[0] ?? NaN));
