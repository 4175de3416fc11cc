/** The stimuli that the page offers: their fields, ranges and starting values. */
import type { Stimulus } from "../engine/contract";
import { knotsBetween, spacing } from "../engine/noise";
import { MOST_PIECES } from "../engine/pieces";
import type { Model } from "../model/model";
import { readable } from "../view/format";

export type Kind = Stimulus["kind"];

export const KINDS: readonly { readonly kind: Kind; readonly title: string }[] = [
  { kind: "step", title: "Step" },
  { kind: "ramp", title: "Ramp" },
  { kind: "sine", title: "Sine" },
  { kind: "pulses", title: "Pulses" },
  { kind: "pair", title: "Paired pulses" },
  { kind: "noise", title: "Noise" },
];

export interface Field {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number; // what the slider offers
  readonly most: number; // what a typed value or a link may say
  readonly least: number;
  readonly whole: boolean;
}

export const LONGEST = 20_000; // ms
export const SHORTEST = 5;
export const MOST_PULSES = 200;

function field(key: string, label: string, unit: string, low: number, high: number, whole = false, least = low, most = high): Field {
  return { key, label, unit, low, high, least, most, whole };
}

/** The amplitudes that a slider offers: near those worth showing; larger ones can be typed. */
export function slidable(model: Model): readonly [number, number] {
  const { value, low, high } = model.amplitude;
  return [Math.max(low, -2 * Math.abs(value)), Math.min(high, 4 * Math.abs(value))];
}

/** The fields of a kind of stimulus, in the order in which they are shown. */
export function fieldsOf(kind: Kind, model: Model, duration: number): readonly Field[] {
  const [low, high] = slidable(model);
  const widest = 4 * Math.max(Math.abs(model.amplitude.low), model.amplitude.high);
  const current = (key: string, label: string, from = low): Field =>
    field(key, label, "µA/cm²", from, high, false, from === 0 ? 0 : -widest, widest);
  const time = (key: string, label: string, from = 0, most = LONGEST): Field =>
    field(key, label, "ms", from, Math.min(duration, most), false, from, most);
  const length = (key: string, label: string, high: number): Field => field(key, label, "ms", 0.1, high, false, 0.05, LONGEST);
  const window = [time("start", "Start", 0, LONGEST - 1), time("stop", "Stop", 0.1)];
  switch (kind) {
    case "step":
      return [current("amplitude", "Amplitude"), ...window];
    case "ramp":
      return [current("amplitude", "Final amplitude"), ...window];
    case "sine":
      return [current("amplitude", "Amplitude"), field("frequency", "Frequency", "Hz", 1, 300, false, 0.1, 2000), ...window];
    case "pulses":
      return [
        current("amplitude", "Amplitude"), time("start", "First pulse"), length("width", "Width", 20),
        length("period", "Period", 100), field("count", "Pulses", "", 1, 40, true, 1, MOST_PULSES),
      ];
    case "pair":
      return [
        current("amplitude", "First amplitude"), current("second", "Second amplitude"), time("start", "Start"),
        length("width", "Width", 20), length("interval", "Interval", 100),
      ];
    case "noise":
      return [
        current("amplitude", "Standard deviation", 0), current("mean", "Mean"), field("tau", "Correlation time", "ms", 0.5, 50, false, 0.1, 1000),
        field("seed", "Seed", "", 0, 99, true, 0, 999999), ...window,
      ];
  }
}

/** A stimulus as a plain mapping of its numbers. */
export function numbersOf(stimulus: Stimulus): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const [key, value] of Object.entries(stimulus)) if (typeof value === "number") numbers.set(key, value);
  return numbers;
}

/** The stimulus of a kind with these numbers; every field of the kind must be among them. */
export function stimulusOf(kind: Kind, numbers: ReadonlyMap<string, number>): Stimulus {
  const n = (key: string): number => {
    const value = numbers.get(key);
    if (value === undefined) throw new Error(`${kind} needs ${key}`);
    return value;
  };
  const amplitude = n("amplitude");
  const start = n("start");
  switch (kind) {
    case "step":
    case "ramp":
      return { kind, amplitude, start, stop: n("stop") };
    case "sine":
      return { kind, amplitude, frequency: n("frequency"), start, stop: n("stop") };
    case "pulses":
      return { kind, amplitude, start, width: n("width"), period: n("period"), count: n("count") };
    case "pair":
      return { kind, amplitude, start, width: n("width"), interval: n("interval"), second: n("second") };
    case "noise":
      return { kind, amplitude, mean: n("mean"), tau: n("tau"), seed: n("seed"), start, stop: n("stop") };
  }
}

/** The shortest correlation time [ms], rounded, at which noise has no more changes than a run may have. */
const quickestNoise = (start: number, stop: number): number => Math.ceil((10 * (stop - start)) / (spacing(1) * (MOST_PIECES - 20))) / 10;

/** A rounded tenth, so that starting values are easy to read. */
const tenth = (duration: number): number => Math.max(1, Math.round(duration / 10));

/** The stimulus that a kind starts with; the amplitude of the one before is kept. */
export function startingStimulus(kind: Kind, model: Model, duration: number, amplitude = model.amplitude.value): Stimulus {
  const start = tenth(duration);
  const stop = duration - start;
  switch (kind) {
    case "step":
    case "ramp":
      return { kind, amplitude, start, stop };
    case "sine":
      return { kind, amplitude, frequency: 20, start, stop };
    case "pulses":
      return { kind, amplitude, start, width: 1, period: 20, count: Math.max(1, Math.min(8, Math.floor((stop - start) / 20))) };
    case "pair":
      return { kind, amplitude, start, width: 1, interval: 12, second: amplitude };
    case "noise":
      return { kind, amplitude: Math.abs(amplitude) / 2, mean: amplitude / 2, tau: Math.max(2, quickestNoise(start, stop)), seed: 1, start, stop };
  }
}

/** Change one number; numbers that would contradict it change with it. */
export function withNumber(stimulus: Stimulus, key: string, value: number): Stimulus {
  const numbers = new Map(numbersOf(stimulus)).set(key, value);
  const move = (other: string, to: number): void => { numbers.set(other, Math.round(to * 1e6) / 1e6); };
  const [start, stop] = [numbers.get("start") ?? 0, numbers.get("stop")];
  if (stop !== undefined && stop <= start) {
    if (key === "start") move("stop", start + 1);
    else if (stop >= 1) move("start", stop - 1);
    else { move("start", 0); move("stop", Math.max(stop, 0.1)); }
  }
  const width = numbers.get("width") ?? 0;
  const between = stimulus.kind === "pulses" ? "period" : "interval";
  const gap = numbers.get(between);
  if (gap !== undefined && gap < width) {
    if (key === "width") move(between, width);
    else move("width", gap);
  }
  return stimulusOf(stimulus.kind, numbers);
}

/** The stimulus with one other number, whether or not that contradicts the others. */
export function withOnly(stimulus: Stimulus, key: string, value: number): Stimulus {
  return stimulusOf(stimulus.kind, new Map(numbersOf(stimulus)).set(key, value));
}

/** What is wrong with a stimulus, or null. */
export function wrongStimulus(stimulus: Stimulus, model: Model, duration: number): string | null {
  const numbers = numbersOf(stimulus);
  for (const f of fieldsOf(stimulus.kind, model, duration)) {
    const value = numbers.get(f.key) ?? NaN;
    if (!(value >= f.least && value <= f.most)) return `${f.label.toLowerCase()} is ${readable(value, 6)}; allowed: ${readable(f.least)} to ${readable(f.most)}`;
    if (f.whole && !Number.isInteger(value)) return `${f.label.toLowerCase()} is ${value}; it must be a whole number`;
  }
  const [start, stop] = [numbers.get("start") ?? 0, numbers.get("stop")];
  if (stop !== undefined && !(stop > start)) return `the stimulus would stop at ${stop} ms and start at ${start} ms; it must stop after it starts`;
  if (stimulus.kind === "noise" && knotsBetween(start, Math.min(stimulus.stop, duration), stimulus.tau) > MOST_PIECES - 10)
    return `noise with a correlation time of ${stimulus.tau} ms changes too often: make it longer, or the noise shorter`;
  const gap = numbers.get("period") ?? numbers.get("interval");
  if (gap !== undefined && gap < (numbers.get("width") ?? 0)) return `pulses of ${numbers.get("width") ?? 0} ms would overlap, ${gap} ms after each other`;
  return null;
}

/** The constant current closest to a stimulus: its position on curves over a steady current. */
export const steadyOf = (stimulus: Stimulus): number => (stimulus.kind === "noise" ? stimulus.mean : stimulus.amplitude);

/** When the stimulus ends, in ms. */
export function endOf(stimulus: Stimulus): number {
  if (stimulus.kind === "pulses") return stimulus.start + (stimulus.count - 1) * stimulus.period + stimulus.width;
  if (stimulus.kind === "pair") return stimulus.start + stimulus.interval + stimulus.width;
  return stimulus.stop;
}
