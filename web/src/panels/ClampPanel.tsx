/** Voltage clamp: the currents of a family of steps. */
import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { Clamp } from "../engine/contract";
import { engine } from "../engine/engine";
import { clampRange } from "../state/link";
import type { ClampFamily } from "../state/setting";
import { clampOf } from "../state/setting";
import { change, experiment, membrane, model, setting, settle } from "../state/store";
import { NumberField } from "../controls/NumberField";
import { inks, legible } from "../view/colours";
import { PlanePlot } from "../view/PlanePlot";
import type { Curve, Scene } from "../view/scene";
import { Frame } from "./Frame";
import { roundRange } from "./lines";

const [START, STOP, DURATION, POINTS] = [2, 22, 28, 300]; // ms
const ALL = ""; // no channel has this name

function family(clamp: ClampFamily): number[] {
  const { first, last, count } = clamp;
  return Array.from({ length: count }, (_, i) => (count === 1 ? first : first + ((last - first) * i) / (count - 1)));
}

export function ClampPanel(): JSX.Element {
  const of = model.value;
  const shown = useComputed(() => setting.value.clamped);
  const show = (name: string): void => { change({ clamped: name === ALL ? null : name }, "clamped"); settle(); };
  const clamp = useComputed(() => clampOf(setting.value, model.value));
  const runs = useComputed<Clamp[]>(() => {
    try {
      return engine.clamp({ ...(membrane.value ?? experiment.peek()), duration: DURATION }, clamp.value.hold, family(clamp.value), START, STOP, POINTS);
    } catch {
      return [];
    }
  });
  const scene = useComputed<Scene>(() => sceneOf(runs.value, model.value.channels.findIndex((c) => c.name === shown.value)));
  const [low, high] = clampRange(of);
  const field = (key: keyof ClampFamily, name: string, least: number, most: number): JSX.Element => (
    <ClampField key={key} of={key} name={name} least={least} most={most} />
  );
  return (
    <Frame panel="clamp" title="Voltage clamp" aside={
      <select aria-label="Current shown" value={shown.value ?? ALL} onChange={(event) => { show(event.currentTarget.value); }}>
        <option value={ALL}>all currents</option>
        {of.channels.map((c) => <option key={c.name} value={c.name}>{`I_${c.name}`}</option>)}
      </select>}>
      <PlanePlot scene={scene} kind="clamp" label="Ionic current under a family of voltage steps" x="t [ms]" y="I [µA/cm²]" />
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
  const value = useComputed(() => clampOf(setting.value, model.value)[of]);
  const set = (to: number): void => { change({ clamp: { ...clampOf(setting.peek(), model.peek()), [of]: to } }, `clamp ${of}`); };
  return <NumberField name={name} spoken={name} unit={of === "count" ? "" : "mV"} value={value} low={least} high={most} whole={of === "count"} set={set} />;
}

function sceneOf(runs: readonly Clamp[], channel: number): Scene {
  const ink = inks.value;
  const colour = channel >= 0 ? legible(model.value.channels[channel]?.colour ?? ink.ink, ink.ground) : ink.ink;
  const values = runs.map((run) => (run.currents[channel] ?? run.total));
  let [low, high] = [0, 0];
  for (const each of values) for (const value of each) if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const curves: Curve[] = runs.map((run, i) => ({
    x: run.t, y: values[i] ?? [], width: 1.4,
    colour: `${colour}${Math.round(255 * (0.4 + (0.6 * (i + 1)) / runs.length)).toString(16).padStart(2, "0")}`,
  }));
  return { x: [runs[0]?.t[0] ?? 0, runs[0]?.t.at(-1) ?? DURATION], y: roundRange(low, high), curves, marks: [] };
}
