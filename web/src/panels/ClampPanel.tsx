/** Voltage clamp: the currents of a family of steps. */
import { computed, effect, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Clamp, Experiment } from "../engine/contract";
import { remote } from "../engine/remote";
import { clampRange } from "../state/link";
import type { Model } from "../model/model";
import type { ClampFamily } from "../state/setting";
import { clampOf } from "../state/setting";
import { change, experiment, membrane, model, otherMembrane, setting, settle } from "../state/store";
import { NumberField } from "../controls/NumberField";
import { inks, legible } from "../view/colours";
import { readable } from "../view/format";
import { planes } from "../takeaway/planes";
import { PlanePlot } from "../view/PlanePlot";
import type { Curve, Mark, Scene } from "../view/scene";
import { paleCurve } from "../view/scene";
import { Frame } from "./Frame";
import { roundRange } from "./lines";

const [START, STOP, DURATION, POINTS] = [2, 22, 28, 300]; // ms
const LABELLED = [20, 17, 14, 11, 8]; // ms: range in which the voltage may be written on a curve
const HEADROOM = 0.1; // for the label of the highest curve, relatively
const ALL = ""; // no channel has this name

function levelsOf(clamp: ClampFamily): number[] {
  const { first, last, count } = clamp;
  return Array.from({ length: count }, (_, i) => (count === 1 ? first : first + ((last - first) * i) / (count - 1)));
}

interface Family {
  readonly of: Model;
  readonly runs: readonly Clamp[];
}

/** The last family that was computed, and that of B under the same voltages. */
const family = signal<(Family & { readonly other: Family | null; readonly asked: readonly unknown[] }) | null>(null);

/** The membranes and voltages of the present family. */
const asked = (): readonly unknown[] => {
  const of = membrane.value ?? experiment.peek();
  const { hold, first, last, count } = clampOf(setting.value, of.model);
  return [of, otherMembrane.value, hold, first, last, count];
};
const same = (a: readonly unknown[], b: readonly unknown[]): boolean => a.every((one, k) => one === b[k]);

async function computedFor(of: Experiment, clamp: ClampFamily): Promise<Family> {
  const runs = await remote.clamp({ ...of, duration: DURATION }, clamp.hold, levelsOf(clamp), START, STOP, POINTS).catch(() => []);
  return { of: of.model, runs };
}

/** Compute the family whenever a membrane or voltages change; returns what stops it. */
function follow(): () => void {
  let turn = 0;
  const stop = effect(() => {
    const [of, other] = [membrane.value ?? experiment.peek(), otherMembrane.value];
    const [clamp, now] = [clampOf(setting.value, of.model), asked()];
    const mine = ++turn;
    void Promise.all([computedFor(of, clamp), other && computedFor(other, clamp)]).then(([own, ghost]) => {
      if (mine === turn) family.value = { ...own, other: ghost, asked: now };
    });
  });
  return () => { turn++; stop(); };
}

const scene = computed<Scene | null>(() => {
  const now = family.value;
  return now && sceneOf(now, now.other, setting.value.clamped);
});

planes.set("clamp", {
  of: "membrane", scenes: () => [scene.peek()],
  about: () => [`Ionic current: held at ${readable(clampOf(setting.peek(), model.peek()).hold)} mV, stepped at ${START} ms to the voltage of each curve, back at ${STOP} ms`],
  current: () => family.value !== null && same(family.value.asked, asked()),
});

export function ClampPanel(): JSX.Element {
  useEffect(follow, []);
  const of = model.value;
  const show = (name: string): void => { change({ clamped: name === ALL ? null : name }, "clamped"); settle(); };
  const [low, high] = clampRange(of);
  const field = (key: keyof ClampFamily, name: string, least: number, most: number): JSX.Element => (
    <ClampField key={`${of.key} ${key}`} of={key} name={name} least={least} most={most} />
  );
  return (
    <Frame panel="clamp" title="Voltage clamp" aside={
      <select aria-label="Current shown" value={setting.value.clamped ?? ALL} onChange={(event) => { show(event.currentTarget.value); }}>
        <option value={ALL}>all currents</option>
        {of.channels.map((c) => <option key={c.name} value={c.name}>{`I_${c.name}`}</option>)}
      </select>}>
      <PlanePlot scene={scene} kind="clamp" label="Ionic current under a family of voltage steps" />
      <p class="note">Numbers: the voltage of the step in mV, held before and after at {readable(clampOf(setting.value, of).hold)} mV; the paler, the lower: {levelsOf(clampOf(setting.value, of)).map((level) => readable(level)).join(", ")}.</p>
      <details>
        <summary>Holding potential and steps</summary>
        {field("hold", "Hold at", low, high)}
        {field("first", "First step to", low, high)}
        {field("last", "Last step to", low, high)}
        {field("count", "Steps", 1, 15)}
      </details>
    </Frame>
  );
}

function ClampField({ of, name, least, most }: { of: keyof ClampFamily; name: string; least: number; most: number }): JSX.Element {
  const value = clampOf(setting.value, model.value)[of];
  const set = (to: number): void => { change({ clamp: { ...clampOf(setting.peek(), model.peek()), [of]: to } }, `clamp ${of}`); };
  return <NumberField name={name} spoken={name} unit={of === "count" ? "" : "mV"} value={value} low={least} high={most} whole={of === "count"} set={set} />;
}

/** The current through one channel, or through all of them, at each voltage; empty if the membrane has no such channel. */
function currentsOf({ of, runs }: Family, channel: string | null): readonly { readonly run: Clamp; readonly values: Float64Array }[] {
  const at = of.channels.findIndex((c) => c.name === channel);
  return runs.flatMap((run) => { const values = channel === null ? run.total : run.currents[at]; return values ? [{ run, values }] : []; });
}

function sceneOf(own: Family, other: Family | null, channel: string | null): Scene {
  const ink = inks.value;
  const colour = legible(own.of.channels.find((c) => c.name === channel)?.colour ?? ink.ink, ink.ground);
  const [shown, ghosts] = [currentsOf(own, channel), other ? currentsOf(other, channel) : []];
  let [low, high] = [0, 0];
  for (const { values } of [...shown, ...ghosts]) for (const value of values) if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const curveOf = ({ run, values }: (typeof shown)[number], i: number): Curve => ({
    name: `${readable(run.level)} mV`, column: `I at ${readable(run.level)} mV`, x: run.t, y: values, width: 1.4,
    colour: `${colour}${Math.round(255 * (0.4 + (0.6 * (i + 1)) / shown.length)).toString(16).padStart(2, "0")}`,
  });
  const marks: Mark[] = shown.map(({ run, values }) => {
    const [[x, y] = [NaN, NaN], ...also] = LABELLED.map((time) => {
      const at = run.t.findLastIndex((t) => t <= time);
      return [run.t[at] ?? NaN, values[at] ?? NaN] as const;
    });
    const last = run.t.findLastIndex((t) => t < STOP);
    return { x, y, also, aside: [run.t[last] ?? NaN, values[last] ?? NaN], colour: ink.soft, label: readable(run.level), bare: true };
  });
  const t = own.runs[0]?.t;
  return {
    labels: ["t [ms]", `${channel === null ? "I" : `I_${channel}`} [µA/cm²]`], x: [t?.[0] ?? 0, t?.at(-1) ?? DURATION],
    y: roundRange(low, high + HEADROOM * (high - low)), marks,
    curves: [...ghosts.map((one, i) => paleCurve(curveOf(one, i), channel === null ? ink.ghost : `${colour}88`)), ...shown.map(curveOf)],
  };
}
