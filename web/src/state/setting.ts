/** Everything that the page shows, as one immutable value. */
import type { Experiment, Intervention, Stimulus, Value } from "../engine/contract";
import type { Model } from "../model/model";
import { readable } from "../view/format";
import { endOf, startingStimulus } from "./stimuli";

export const PANELS = ["v", "gates", "states", "currents", "conductances", "stimulus", "phase", "diagram", "fi", "rates", "clamp"] as const;
export type Panel = (typeof PANELS)[number];
export const TIME_PANELS: readonly Panel[] = ["v", "gates", "states", "currents", "conductances", "stimulus"];

export const PANEL_TITLES: Readonly<Record<Panel, string>> = {
  v: "Membrane potential", gates: "Gates", states: "Concentrations", currents: "Currents", conductances: "Conductances", stimulus: "Stimulus",
  phase: "Phase plane", diagram: "Bifurcation diagram", fi: "f\u2013I curve", rates: "Rates", clamp: "Voltage clamp",
};

/** What is simulated. Parameters that are not named have the model's own values. */
export interface Conditions {
  readonly model: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly stimulus: Stimulus;
  readonly duration: number; // ms
  readonly frozen: Readonly<Record<string, Value>>; // gates that are held, and at what
  readonly during: Readonly<Record<string, Stretch>>; // when they are held; those that are not named, for the whole run
  readonly resets: readonly Reset[];
}

/** When a gate is held: while the stimulus lasts, or from one time to another [ms]. */
export type Stretch = "stimulus" | readonly [number, number];

/** Variables that are set once: when the stimulus ends, or at a time [ms]. */
export interface Reset {
  readonly at: "stimulus" | number;
  readonly values: Readonly<Record<string, Value>>;
}

export const MOST_RESETS = 5;

export interface ClampFamily {
  readonly hold: number; // mV
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

export interface Setting {
  readonly conditions: Conditions; // A
  readonly overlay: Conditions | null; // B
  readonly view: "beginner" | "full";
  readonly panels: readonly Panel[];
  readonly phase: readonly [string, string] | null; // null: the model's first two
  readonly clamp: ClampFamily | null; // null: a family that suits the model
  readonly clamped: string | null; // the channel whose current the clamp shows; null: all currents
  readonly window: readonly [number, number] | null; // the stretch of time on show, ms; null: the whole run
  readonly theme: "auto" | "light" | "dark";
  readonly tour: number | null; // the open question
}


export function startingConditions(model: Model, duration = model.duration): Conditions {
  return { model: model.key, parameters: {}, stimulus: startingStimulus("step", model, duration, model.starts.amplitude), duration, frozen: {}, during: {}, resets: model.starts.reset ? [model.starts.reset] : [] };
}

export function startingSetting(model: Model): Setting {
  return {
    conditions: startingConditions(model), overlay: null, view: "beginner", panels: PANELS, phase: null, clamp: null, clamped: null,
    window: null, theme: "auto", tour: null,
  };
}

/** A setting after a change: axes and clamp steps mean nothing in another model, a stretch of time neither, nor in a run that may end before it. */
export function afterChange(before: Setting, patch: Partial<Setting>): Setting {
  const [was, is] = [before.conditions, patch.conditions ?? before.conditions];
  return {
    ...before,
    ...(was.model === is.model ? {} : { phase: null, clamp: null, clamped: null, window: null }),
    ...(was.duration === is.duration ? {} : { window: null }),
    ...patch,
  };
}

/** The number under a name, if it is an own property: a membrane may call a parameter `constructor` or `valueOf`. */
export function ownNumber<T extends Value>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** The value of a parameter under these conditions. */
export function valueOf(conditions: Conditions, model: Model, name: string): number {
  return ownNumber(conditions.parameters, name) ?? model.parameters.find((p) => p.name === name)?.value ?? NaN;
}

/** Set a parameter; a value equal to the model's own is forgotten. */
export function withParameter(conditions: Conditions, model: Model, name: string, value: number): Conditions {
  const own = model.parameters.find((p) => p.name === name)?.value;
  const rest = Object.fromEntries(Object.entries(conditions.parameters).filter(([key]) => key !== name));
  return { ...conditions, parameters: value === own ? rest : { ...rest, [name]: value } };
}

/** Hold a gate at a value, or release it. */
export function withFrozen(conditions: Conditions, name: string, value: Value | null): Conditions {
  const frozen = put(conditions.frozen, name, value);
  return { ...conditions, frozen, ...(value === null ? { during: put(conditions.during, name, null) } : {}) };
}

/** Hold a gate for a stretch of time, or for the whole run. */
export function withStretch(conditions: Conditions, name: string, stretch: Stretch | null): Conditions {
  return { ...conditions, during: put(conditions.during, name, stretch) };
}

/** Set a variable at the time of a reset, or leave it. The first reset is when the stimulus ends, others in the middle of the run. */
export function withReset(conditions: Conditions, which: number, name: string, value: Value | null): Conditions {
  const { resets, duration } = conditions;
  const before = resets[which] ?? { at: which === 0 ? "stimulus" as const : Math.round(duration / 2), values: {} };
  const after = { ...before, values: put(before.values, name, value) };
  const all = [...resets.slice(0, which), after, ...resets.slice(which + 1)];
  return { ...conditions, resets: all.filter(({ values }) => Object.keys(values).length > 0) };
}

function put<T>(values: Readonly<Record<string, T>>, name: string, value: T | null): Readonly<Record<string, T>> {
  const rest = Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));
  return value === null ? rest : { ...rest, [name]: value };
}

/** The start and end of a gate's hold [ms], within the run; null for the whole run. */
export function stretchOf(conditions: Conditions, name: string): readonly [number, number] | null {
  const stretch = Object.hasOwn(conditions.during, name) ? conditions.during[name] : undefined;
  if (stretch === undefined) return null;
  return stretch === "stimulus" ? [conditions.stimulus.start, endOf(conditions.stimulus)] : stretch;
}

/** What is wrong with the times of a hold, or null. */
export function wrongStretch([start, stop]: readonly [number, number], name: string): string | null {
  return start < stop ? null : `${name} would be held from ${readable(start, 6)} to ${readable(stop, 6)} ms; a hold must stop after it starts`;
}

/** What can be set during a run, and to which value: v, and every gate that is not instantaneous. */
export function resettable(model: Model): readonly { readonly name: string; readonly unit: string; readonly least: number; readonly most: number }[] {
  const [low, high] = model.voltages;
  return model.states.filter((s) => s.kind === "voltage" || s.kind === "gate").map((s) => (
    { name: s.name, unit: s.unit, least: s.kind === "gate" ? 0 : Math.floor(low - 50), most: s.kind === "gate" ? 1 : Math.ceil(high + 50) }));
}

/** Which parts of the stimulus, of holds and of resets lie beyond the end of the run. */
export function beyondRun(conditions: Conditions): readonly string[] {
  const { stimulus, duration, frozen, resets } = conditions;
  const late = (what: string, from: number, to: number): string[] =>
    from >= duration ? [`${what} starts at ${from} ms, after the run has ended (${duration} ms).`]
      : to > duration ? [`${what} lasts until ${to} ms, but the run ends at ${duration} ms.`] : [];
  return [
    ...late("The stimulus", stimulus.start, Math.round(endOf(stimulus) * 1e6) / 1e6),
    ...Object.keys(frozen).flatMap((name) => (typeof conditions.during[name] === "object" ? late(`The hold of ${name}`, ...conditions.during[name]) : [])),
    ...resets.map((reset) => resetTime(conditions, reset)).filter((at) => at >= duration).map((at) => `The reset at ${at} ms comes after the run has ended (${duration} ms).`),
  ];
}

/** When variables are set [ms]. */
export function resetTime({ stimulus }: Conditions, { at }: Reset): number {
  return at === "stimulus" ? endOf(stimulus) : at;
}

/** What is done during the run. A variable that is held at the time of a reset, or from then on, is not set; of two resets at one time the later one counts. */
export function interventionsOf(conditions: Conditions): readonly Intervention[] {
  const { duration, frozen, resets } = conditions;
  const holds = Object.entries(frozen).flatMap(([variable, value]) => {
    const [start, stop] = stretchOf(conditions, variable) ?? [0, Infinity];
    return start < duration ? [{ kind: "hold" as const, variable, value, start, stop: stop < duration ? stop : Infinity }] : [];
  });
  const times = new Map<number, Map<string, Value>>();
  for (const reset of resets) {
    const at = resetTime(conditions, reset);
    const free = Object.entries(reset.values).filter(([name]) => !holds.some((one) => one.variable === name && one.start <= at && at < one.stop));
    if (free.length > 0 && at < duration) times.set(at, new Map([...(times.get(at) ?? []), ...free]));
  }
  return [...holds, ...[...times].sort(([a], [b]) => a - b).map(([at, values]) => ({ kind: "reset" as const, values, at }))];
}

export function experimentOf(conditions: Conditions, model: Model): Experiment {
  const all = interventionsOf(conditions);
  const forEver = (one: Intervention): boolean => one.kind === "hold" && one.start === 0 && one.stop === Infinity;
  return {
    model,
    parameters: Float64Array.from(model.parameters, (p) => ownNumber(conditions.parameters, p.name) ?? p.value),
    stimulus: conditions.stimulus,
    duration: conditions.duration,
    frozen: new Map(all.filter(forEver).flatMap((one) => (one.kind === "hold" ? [[one.variable, one.value]] : []))),
    interventions: all.filter((one) => !forEver(one)),
  };
}

/** The variables of the phase plane: v with n where there is one. */
export function phaseOf(setting: Setting, model: Model): readonly [string, string] {
  const names = model.states.map((s) => s.name);
  if (setting.phase?.every((name) => names.includes(name))) return setting.phase;
  return [names[0] ?? "v", names.includes("n") ? "n" : names[1] ?? names[0] ?? "v"];
}

/** A family of clamp steps that suits the model: from near rest upwards, in tens of mV. */
export function clampOf(setting: Setting, model: Model): ClampFamily {
  if (setting.clamp) return setting.clamp;
  const tens = (v: number): number => 10 * Math.round(v / 10) + 0;
  const hold = tens(model.begin ?? model.rest[0] ?? 0);
  const span = model.voltages[1] - hold;
  const step = Math.max(10, tens(span / 6));
  const count = Math.max(2, Math.floor(span / step));
  return { hold, first: hold + step, last: hold + count * step, count };
}

/** The panels that a model can fill. */
export function panelsOf(model: Model): readonly Panel[] {
  return PANELS.filter((panel) =>
    (panel !== "states" || model.states.some((s) => s.kind === "state")) &&
    (panel !== "rates" || model.gates.length > 0) &&
    (panel !== "diagram" || model.diagram !== null) &&
    (panel !== "phase" || model.states.length > 1));
}

/** The panels on show: the beginner sees the trace and what causes it. */
export function panelsShown(setting: Setting, model: Model): readonly Panel[] {
  if (setting.view === "beginner") return ["v", "stimulus"];
  return panelsOf(model).filter((panel) => setting.panels.includes(panel));
}
