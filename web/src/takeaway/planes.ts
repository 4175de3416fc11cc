/** The data of panels with curves in a plane, for files and tables: curves, their setting, and whether that is the present one. */
import { effect } from "@preact/signals";
import type { Panel } from "../state/setting";
import { analysed, drawn, experiment, overlayDrawn, overlayExperiment, run } from "../state/store";
import type { Scene } from "../view/scene";

export interface Plane {
  readonly scenes: () => readonly (Scene | null)[];
  readonly about: () => readonly string[]; // what is drawn, in words, beside the setting
  readonly of: "run" | "membrane" | "model"; // which part of the setting it shows
  readonly current: () => boolean; // whether the drawing belongs to the last run; may be called in a computed
}

export const planes = new Map<Panel, Plane>();

/** Whether the runs and the content of a panel belong to the present setting. */
function current(panel: Panel | null): boolean {
  if (run.value === null || drawn.value !== experiment.value || overlayDrawn.value !== overlayExperiment.value) return false;
  const plane = panel && planes.get(panel);
  if (!plane) return true;
  const now = analysed.value;
  return now?.of === drawn.value && (now.other?.of ?? null) === overlayDrawn.value && plane.current();
}

/** Waits until everything in a panel belongs to the present setting. */
export function upToDate(panel: Panel | null): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (!current(panel)) return;
      queueMicrotask(() => { stop(); });
      resolve();
    });
  });
}
