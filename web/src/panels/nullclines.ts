/** Nullclines of the phase plane, computed when the page is idle for a moment, and kept while they are valid. */
import { effect, signal } from "@preact/signals";
import type { Engine, Experiment } from "../engine/contract";
import { remote } from "../engine/remote";

export type Clines = ReturnType<Engine["nullclines"]>;

export interface Wanted {
  readonly of: Experiment;
  readonly x: string;
  readonly y: string;
  readonly current: number; // µA/cm²
}

const COLUMNS = 120;
const LEVELS = 120;
const STILL = 60; // ms
const KEPT = 8;

export const wanted = signal<Wanted | null>(null);
/** The last nullclines, and the setting that they belong to. */
export const foundNullclines = signal<{ readonly of: Wanted; readonly found: Clines } | null>(null);

const keyOf = ({ of, x, y, current }: Wanted): string => [of.model.key, x, y, current, ...of.parameters, ...[...of.frozen].flat()].join();

/** Whether the wanted nullclines exist; may be called in a computed. */
export const found = (): boolean => wanted.value !== null && foundNullclines.value !== null && keyOf(foundNullclines.value.of) === keyOf(wanted.value);

const known = new Map<string, Clines>();
let timer: ReturnType<typeof setTimeout> | undefined;

effect(() => {
  const now = wanted.value;
  if (!now) return;
  const key = keyOf(now);
  const have = known.get(key);
  clearTimeout(timer);
  if (have) {
    if (foundNullclines.peek()?.found !== have) foundNullclines.value = { of: now, found: have };
  }
  else timer = setTimeout(() => void (async () => {
    const lines = await computed(now);
    known.set(key, lines);
    const oldest = known.keys().next();
    if (known.size > KEPT && !oldest.done) known.delete(oldest.value);
    if (wanted.peek() === now) foundNullclines.value = { of: now, found: lines };
  })(), STILL);
});

async function computed({ of, x, y, current }: Wanted): Promise<Clines> {
  const state = of.model.states.find((s) => s.name === x);
  const [low, high] = [state?.low ?? 0, state?.high ?? 1];
  const at = Float64Array.from({ length: COLUMNS }, (_, i) => low + ((high - low) * i) / (COLUMNS - 1));
  try {
    return await remote.nullclines(of, x, y, at, current, LEVELS);
  } catch {
    return []; // a model whose rates are not finite there has no nullclines to show
  }
}
