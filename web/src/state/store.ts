/** The one place where the state of the page lives: setting, history, runs, cursor. */
import type { ReadonlySignal } from "@preact/signals";
import { batch, computed, effect, signal } from "@preact/signals";
import type { Experiment, Run } from "../engine/contract";
import { remote } from "../engine/remote";
import type { Model } from "../model/model";
import type { History } from "./history";
import { begin, changed, redone, settled, undone } from "./history";
import { decode, encode, modelOf } from "./link";
import type { Conditions, Setting } from "./setting";
import { afterChange, experimentOf, startingSetting, withParameter } from "./setting";
import type { Stimulus } from "../engine/contract";

const GRID = 1000; // times of a drawn run; the steps of a spike add further times

const embedded = window.LOLIGO ?? { version: "", models: [], chosen: "" };
export const models: readonly Model[] = embedded.models;
export const version = embedded.version;
export const chosen = embedded.chosen;

const opened = decode(window.location.hash, models, chosen);
export const message = signal<string | null>(opened.message);
export const history = signal<History<Setting>>(begin(opened.setting));
export const setting = computed(() => history.value.present);
export const conditions = computed(() => setting.value.conditions);
export const model = computed(() => modelOf(models, conditions.value.model));
export const experiment = computed<Experiment>(() => experimentOf(conditions.value, model.value));
const overlay = computed(() => setting.value.overlay);
export const overlayExperiment = computed<Experiment | null>(() =>
  overlay.value && experimentOf(overlay.value, modelOf(models, overlay.value.model)));
export const view = computed(() => setting.value.view);
export const theme = computed(() => setting.value.theme);
export const panels = computed(() => setting.value.panels);
export const shownWindow = computed(() => setting.value.window);

export const run = signal<Run | null>(null);
export const overlayRun = signal<Run | null>(null);
/** What the analyses show: the last run, a moment later, so that the traces never wait for them. */
export interface Analysed {
  readonly of: Experiment;
  readonly run: Run;
  readonly other: { readonly of: Experiment; readonly run: Run } | null;
}
export const analysed = signal<Analysed | null>(null);
/** The membranes of the analyses, of A and of B; the same value as long as neither model, parameters nor held gates change. */
export const membrane = membraneOf((now) => now?.of ?? null);
export const otherMembrane = membraneOf((now) => now?.other?.of ?? null);

function membraneOf(pick: (now: Analysed | null) => Experiment | null): ReadonlySignal<Experiment | null> {
  let kept: Experiment | null = null;
  return computed(() => {
    const now = pick(analysed.value);
    if (now && kept && sameMembrane(now, kept)) return kept;
    return (kept = now);
  });
}

export function sameMembrane(a: Experiment, b: Experiment): boolean {
  return a.model === b.model && a.parameters.every((value, i) => value === b.parameters[i]) &&
    a.frozen.size === b.frozen.size && [...a.frozen].every(([name, value]) => b.frozen.get(name) === value);
}

const LAYOUT: ReadonlySet<string> = new Set(["view", "panels", "theme", "tour"]);

/** The time under the shared cursor, or null. */
export const cursor = signal<number | null>(null);
/** What a spoken message says; cleared by the next one. */
export const announcement = signal("");

export function change(patch: Partial<Setting>, label: string): void {
  if (Object.keys(patch).every((key) => LAYOUT.has(key))) {
    history.value = { ...history.peek(), present: { ...setting.peek(), ...patch } };
    return;
  }
  history.value = changed(history.peek(), afterChange(setting.peek(), patch), label);
}

/** Show a stretch of time, or the whole run. */
export function enlarge(window: readonly [number, number] | null): void {
  const ends = window && ([Math.round(window[0] * 1000) / 1000, Math.round(window[1] * 1000) / 1000] as const);
  if (ends === setting.peek().window || (ends && ends[0] >= ends[1])) return;
  change({ window: ends }, "window");
  settle();
}

export function changeConditions(patch: Partial<Conditions>, label: string): void {
  change({ conditions: { ...conditions.peek(), ...patch } }, label);
}

export function setParameter(name: string, value: number): void {
  change({ conditions: withParameter(conditions.peek(), model.peek(), name, value) }, `parameter ${name}`);
}

export function setStimulus(stimulus: Stimulus, label: string): void {
  changeConditions({ stimulus }, `stimulus ${label}`);
}

export const settle = (): void => { history.value = settled(history.peek()); };
export const undo = (): void => { history.value = withLayout(undone(history.peek())); };
export const redo = (): void => { history.value = withLayout(redone(history.peek())); };

/** Undo and redo are for the model and what is done to it: theme, view, panels and exercise stay as they are. */
function withLayout(next: History<Setting>): History<Setting> {
  const { view, panels, theme, tour } = setting.peek();
  return { ...next, present: { ...next.present, view, panels, theme, tour } };
}

/** Everything of the model, stimulus and overlay as at the start; the layout stays. */
export function reset(): void {
  const start = startingSetting(modelOf(models, conditions.peek().model));
  change({ conditions: start.conditions, overlay: null, phase: null, clamp: null, clamped: null, window: null }, "reset");
  settle();
}

export function link(): string {
  const fragment = encode(setting.peek(), models, chosen);
  return window.location.href.replace(/#.*$/, "") + (fragment && `#${fragment}`);
}

/** The setting of the shown runs: for a moment after a change these are still the old runs. */
export const drawn = signal<Experiment>(experiment.peek());
export const overlayDrawn = signal<Experiment | null>(null);

/** Simulate, and let every plot that listens draw in the same frame; changes made meanwhile are simulated next. */
async function frame(): Promise<void> {
  waiting = false;
  if (busy) return;
  busy = true;
  while (experiment.peek() !== drawnFor || overlayExperiment.peek() !== otherDrawnFor) {
    const [of, other] = [experiment.peek(), overlayExperiment.peek()];
    const [now, ghost] = await Promise.all([
      of === drawnFor ? run.peek() : simulated(of), other === otherDrawnFor ? overlayRun.peek() : other && simulated(other),
    ]);
    batch(() => {
      [drawnFor, otherDrawnFor] = [of, other];
      [drawn.value, overlayDrawn.value] = [of, other];
      [run.value, overlayRun.value] = [now, ghost];
    });
    analyseSoon();
  }
  busy = false;
}

async function simulated(of: Experiment): Promise<Run> {
  try {
    return await remote.simulate(of, GRID, true);
  } catch (error) {
    const nothing = new Float64Array(0);
    const none = (items: readonly unknown[]): Float64Array[] => items.map(() => nothing);
    return {
      t: nothing, y: none(of.model.states), I: nothing, currents: none(of.model.channels), conductances: none(of.model.channels),
      spikes: [], end: "diverged", endedAt: 0, message: `The run could not be made: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** When the slider has stopped, and now and then while it moves. */
function analyseSoon(): void {
  clearTimeout(resting);
  const wait = performance.now() - analysedAt > SELDOM ? 0 : RESTED;
  resting = setTimeout(() => {
    analysedAt = performance.now();
    const [of, now, otherOf, other] = [drawnFor, run.peek(), otherDrawnFor, overlayRun.peek()];
    if (of && now) analysed.value = { of, run: now, other: otherOf && other ? { of: otherOf, run: other } : null };
  }, wait);
}

/** One run for all changes of this task, started at once, so that the next frame can show it; what changes meanwhile is simulated after it. */
function schedule(): void {
  if (waiting) return;
  waiting = true;
  queueMicrotask(() => { void frame(); });
}

const [RESTED, SELDOM] = [50, 200]; // ms
let resting: ReturnType<typeof setTimeout> | undefined;
let analysedAt = 0;
let waiting = false;
let busy = false;
let drawnFor: Experiment | null = null;
let otherDrawnFor: Experiment | null = null;
let writing: ReturnType<typeof setTimeout> | undefined;

/** Begin to follow the state: simulate on changes, write the link, read a pasted one. */
export function start(): void {
  effect(() => {
    const [of, other] = [experiment.value, overlayExperiment.value]; // both are read, so that a change of either is heard
    if (of !== drawnFor || other !== otherDrawnFor) schedule();
  });
  effect(() => {
    const fragment = encode(setting.value, models, chosen);
    clearTimeout(writing);
    writing = setTimeout(() => { writeLink(fragment); }, 200);
  });
  window.addEventListener("hashchange", () => {
    known = hash();
    if (window.location.hash.replace(/^#/, "") === encode(setting.peek(), models, chosen)) return;
    const read = decode(window.location.hash, models, chosen);
    batch(() => {
      message.value = read.message;
      change(read.setting, "link");
      settle();
    });
  });
}

const hash = (): string => window.location.hash.replace(/^#/, "");
let known = hash(); // the fragment that was read or written last

function writeLink(fragment: string): void {
  if (hash() === fragment || hash() !== known) return; // a pasted link that is not read yet is left alone
  try {
    window.history.replaceState(null, "", fragment ? `#${fragment}` : window.location.href.replace(/#.*$/, ""));
    known = hash();
  } catch {
    // Some browsers refuse it for files; the link button works all the same.
  }
}
