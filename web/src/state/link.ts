/** A setting as the fragment of a link, and back. A missing part has its starting value; a wrong part makes the whole link invalid. */
import type { Model } from "../model/model";
import type { ClampFamily, Conditions, Panel, Reset, Setting, Stretch } from "./setting";
import { MOST_RESETS, PANELS, ownNumber, resettable, startingConditions, startingSetting } from "./setting";
import type { Stimulus, Value } from "../engine/contract";
import { KINDS, LONGEST, SHORTEST, fieldsOf, numbersOf, startingStimulus, stimulusOf, withNumber, wrongStimulus } from "./stimuli";

const MOST_CHARACTERS = 8000;
const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

export interface Decoded {
  readonly setting: Setting;
  readonly message: string | null; // why the default is shown
}

class LinkError extends Error {}

/** The fragment, without "#"; empty for the setting that the page starts with. */
export function encode(setting: Setting, models: readonly Model[], chosen: string): string {
  const start = startingSetting(modelOf(models, chosen));
  const pairs: [string, string][] = [];
  const put = (key: string, value: string | number): void => { pairs.push([key, String(value)]); };
  encodeConditions(setting.conditions, models, "", put);
  if (setting.overlay) encodeConditions(setting.overlay, models, "b.", put);
  if (setting.view !== start.view) put("view", setting.view);
  if (setting.panels.join() !== start.panels.join()) put("panels", setting.panels.join());
  if (setting.phase) put("phase", setting.phase.join());
  if (setting.clamp) put("clamp", [setting.clamp.hold, setting.clamp.first, setting.clamp.last, setting.clamp.count].join());
  if (setting.clamped !== null) put("clamped", setting.clamped);
  if (setting.window) put("t", setting.window.join());
  if (setting.theme !== "auto") put("theme", setting.theme);
  if (setting.tour !== null) put("tour", setting.tour);
  const text = pairs.map(([key, value]) => `${word(key)}=${word(value)}`).join("&");
  const plain: [string, string][] = [];
  encodeConditions(start.conditions, models, "", (key, value) => plain.push([key, String(value)]));
  return text === plain.map(([key, value]) => `${word(key)}=${word(value)}`).join("&") ? "" : text;
}

const resetKey = (k: number): string => (k === 0 ? "reset" : `reset${k + 1}`);

const word = (text: string): string => encodeURIComponent(text).replaceAll("%2C", ",");

function encodeConditions(c: Conditions, models: readonly Model[], prefix: string, put: (key: string, value: string | number) => void): void {
  put(`${prefix}model`, c.model);
  for (const p of modelOf(models, c.model).parameters) {
    const value = ownNumber(c.parameters, p.name);
    if (value !== undefined) put(`${prefix}p.${p.name}`, value);
  }
  for (const [name, value] of Object.entries(c.frozen)) put(`${prefix}frozen.${name}`, value);
  for (const [name, stretch] of Object.entries(c.during)) put(`${prefix}during.${name}`, typeof stretch === "string" ? stretch : stretch.join());
  c.resets.forEach(({ at, values }, k) => {
    for (const [name, value] of Object.entries(values)) put(`${prefix}${resetKey(k)}.${name}`, value);
    put(`${prefix}${resetKey(k)}`, at);
  });
  put(`${prefix}stimulus`, c.stimulus.kind);
  for (const [key, value] of numbersOf(c.stimulus)) put(`${prefix}I.${key}`, value);
  put(`${prefix}duration`, c.duration);
}

/** Read a fragment. Never throws: what cannot be read gives the starting setting and a message. */
export function decode(fragment: string, models: readonly Model[], chosen: string): Decoded {
  const setting = startingSetting(modelOf(models, chosen));
  const text = fragment.replace(/^#/, "");
  if (text === "") return { setting, message: null };
  try {
    return { setting: read(text, models, setting), message: null };
  } catch (error) {
    const why = error instanceof LinkError ? error.message : "it does not have the form of this page’s links";
    return { setting, message: `The link could not be read (${why}), so the page shows its default setting.` };
  }
}

function read(text: string, models: readonly Model[], start: Setting): Setting {
  if (text.length > MOST_CHARACTERS) throw new LinkError("it is too long");
  const given = new Map<string, string>();
  for (const pair of text.split("&")) {
    const cut = pair.indexOf("=");
    if (cut < 1) throw new LinkError(`“${shown(pair)}” is not a name with a value`);
    const key = decodeURIComponent(pair.slice(0, cut));
    if (given.has(key)) throw new LinkError(`“${shown(key)}” occurs twice`);
    given.set(key, decodeURIComponent(pair.slice(cut + 1)));
  }
  const take = (key: string): string | undefined => {
    const value = given.get(key);
    given.delete(key);
    return value;
  };
  const conditions = readConditions(take, models, "", start.conditions.model);
  const model = modelOf(models, conditions.model);
  const overlay = [...given.keys()].some((key) => key.startsWith("b.")) ? readConditions(take, models, "b.", model.key) : null;
  const setting: Setting = {
    conditions,
    overlay,
    view: oneOf(take("view"), ["beginner", "full"] as const, "view") ?? start.view,
    panels: readPanels(take("panels")) ?? start.panels,
    phase: readPhase(take("phase"), model),
    clamp: readClamp(take("clamp"), model),
    clamped: oneOf(take("clamped"), model.channels.map((c) => c.name), "channel"),
    window: readWindow(take("t"), conditions.duration),
    theme: oneOf(take("theme"), ["auto", "light", "dark"] as const, "theme") ?? start.theme,
    tour: whole(take("tour"), 0, 50, "tour"),
  };
  for (const key of given.keys()) throw new LinkError(`“${shown(key)}” is not known`);
  return setting;
}

type Take = (key: string) => string | undefined;

function readConditions(take: Take, models: readonly Model[], prefix: string, own: string): Conditions {
  const key = take(`${prefix}model`) ?? own;
  const model = models.find((m) => m.key === key);
  if (!model) throw new LinkError(`there is no model “${shown(key)}”`);
  const parameters: [string, number][] = [];
  for (const p of model.parameters) {
    const value = number(take(`${prefix}p.${p.name}`), p.low, p.high, p.name);
    if (value !== null && value !== p.value) parameters.push([p.name, value]);
  }
  const frozen: [string, Value][] = [];
  const during: [string, Stretch][] = [];
  for (const s of model.states) {
    if (s.kind !== "gate") continue;
    const value = valueIn(take(`${prefix}frozen.${s.name}`), 0, 1, s.name);
    if (value !== null) frozen.push([s.name, value]);
    const stretch = take(`${prefix}during.${s.name}`);
    if (stretch !== undefined && value === null) throw new LinkError(`${s.name} is not held`);
    if (stretch !== undefined) during.push([s.name, stretch === "stimulus" ? stretch : readStretch(stretch, LONGEST)]);
  }
  const resets = Array.from({ length: MOST_RESETS }, (_, k) => readReset(take, `${prefix}${resetKey(k)}`, model)).filter((reset) => reset !== null);
  const duration = number(take(`${prefix}duration`), SHORTEST, LONGEST, "duration") ?? model.duration;
  const stimulus = readStimulus(take, prefix, model, duration);
  const start = startingConditions(model, duration);
  return {
    model: model.key, parameters: Object.fromEntries(parameters), stimulus: stimulus ?? start.stimulus, duration, frozen: Object.fromEntries(frozen),
    during: Object.fromEntries(during), resets: stimulus || resets.length > 0 ? resets : start.resets,
  };
}

function readReset(take: Take, key: string, model: Model): Reset | null {
  const values = resettable(model).flatMap((s): [string, Value][] => {
    const value = valueIn(take(`${key}.${s.name}`), s.least, s.most, s.name);
    return value === null ? [] : [[s.name, value]];
  });
  const when = take(key);
  if (values.length === 0 && when !== undefined) throw new LinkError("a reset needs values");
  if (values.length === 0) return null;
  return { at: when === "stimulus" ? when : number(when, 0, LONGEST, "the time of the reset") ?? "stimulus", values: Object.fromEntries(values) };
}

/** The stimulus, or null if a link has none. Missing numbers are chosen to fit the given ones. */
function readStimulus(take: Take, prefix: string, model: Model, duration: number): Stimulus | null {
  const named = oneOf(take(`${prefix}stimulus`), KINDS.map((k) => k.kind), "stimulus");
  const kind = named ?? "step";
  const given = new Map<string, number>();
  for (const f of fieldsOf(kind, model, duration)) {
    const value = number(take(`${prefix}I.${f.key}`), f.least, f.most, f.label.toLowerCase());
    if (value !== null) given.set(f.key, value);
  }
  if (named === null && given.size === 0) return null;
  const moved = [...given].reduce((stimulus, [key, value]) => withNumber(stimulus, key, value), startingStimulus(kind, model, duration, model.starts.amplitude));
  const stimulus = stimulusOf(kind, new Map([...numbersOf(moved), ...given]));
  const wrong = wrongStimulus(stimulus, model, duration);
  if (wrong) throw new LinkError(wrong);
  return stimulus;
}

function readPanels(text: string | undefined): readonly Panel[] | null {
  if (text === undefined) return null;
  const names = text === "" ? [] : text.split(",");
  for (const name of names) oneOf(name, PANELS, "panel");
  return PANELS.filter((panel) => names.includes(panel));
}

function readPhase(text: string | undefined, model: Model): readonly [string, string] | null {
  if (text === undefined) return null;
  const [x, y, ...more] = text.split(",");
  const known = model.states.map((s) => s.name);
  if (x === undefined || y === undefined || more.length > 0 || x === y) throw new LinkError("the phase plane needs two variables");
  return [oneOf(x, known, "variable") ?? x, oneOf(y, known, "variable") ?? y];
}

function readWindow(text: string | undefined, duration: number): readonly [number, number] | null {
  return text === undefined ? null : readStretch(text, duration);
}

function readStretch(text: string, duration: number): readonly [number, number] {
  const [from, to, ...more] = text.split(",").map((part) => number(part, 0, duration, "the stretch of time"));
  if (typeof from !== "number" || typeof to !== "number" || more.length > 0 || !(from < to)) throw new LinkError("a time interval needs a beginning and an end");
  return [from, to];
}

function readClamp(text: string | undefined, model: Model): ClampFamily | null {
  if (text === undefined) return null;
  const parts = text.split(",");
  if (parts.length !== 4) throw new LinkError("a clamp family needs four numbers");
  const [low, high] = clampRange(model);
  const [hold, first, last] = parts.slice(0, 3).map((part) => number(part, low, high, "a clamp potential") ?? 0);
  return { hold: hold ?? 0, first: first ?? 0, last: last ?? 0, count: whole(parts[3], 1, 15, "the number of clamp steps") ?? 1 };
}

/** The potentials that a clamp may command. */
export function clampRange(model: Model): readonly [number, number] {
  const [low, high] = model.voltages;
  return [Math.floor(low - 50), Math.ceil(high + 50)];
}

function oneOf<T extends string>(text: string | undefined, allowed: readonly T[], what: string): T | null {
  if (text === undefined) return null;
  const found = allowed.find((name) => name === text);
  if (found === undefined) throw new LinkError(`there is no ${what} “${shown(text)}”`);
  return found;
}

function number(text: string | undefined, low: number, high: number, what: string): number | null {
  if (text === undefined) return null;
  if (!NUMBER.test(text)) throw new LinkError(`${what} is “${shown(text)}”, not a number`);
  const value = Number(text);
  if (!(value >= low && value <= high)) throw new LinkError(`${what} is ${shown(text)}; allowed: ${low} to ${high}`);
  return value;
}

function valueIn(text: string | undefined, low: number, high: number, what: string): Value | null {
  return text === "rest" ? text : number(text, low, high, what);
}

function whole(text: string | undefined, low: number, high: number, what: string): number | null {
  const value = number(text, low, high, what);
  if (value !== null && !Number.isInteger(value)) throw new LinkError(`${what} is not a whole number`);
  return value;
}

const shown = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

export function modelOf(models: readonly Model[], key: string): Model {
  const model = models.find((m) => m.key === key) ?? models[0];
  if (!model) throw new Error("The page contains no model.");
  return model;
}
