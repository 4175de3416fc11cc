/** The phase plane: the run in two of its variables, and the nullclines at the current under the cursor. */
import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { Model, State } from "../model/model";
import { phaseOf } from "../state/setting";
import { analysed, change, cursor, model, setting, settle } from "../state/store";
import { steadyOf } from "../state/stimuli";
import { inks, legible } from "../view/colours";
import { readable } from "../view/format";
import { PlanePlot } from "../view/PlanePlot";
import type { Curve, Mark, Scene } from "../view/scene";
import { clines, wanted } from "./nullclines";
import { Frame } from "./Frame";
import { nearest, roundRange } from "./lines";

export function PhasePanel(): JSX.Element {
  const of = model.value;
  const [x, y] = phaseOf(setting.value, of);
  const scene = useComputed(() => sceneOf(x, y));
  const choose = (which: 0 | 1, name: string): void => {
    const next: [string, string] = which === 0 ? [name, y === name ? x : y] : [x === name ? y : x, name];
    change({ phase: next }, "phase");
    settle();
  };
  const unit = (name: string): string => {
    const state = of.states.find((s) => s.name === name);
    return state?.unit ? `${name} [${state.unit}]` : name;
  };
  return (
    <Frame panel="phase" title="Phase plane" aside={
      <span class="choices">
        <Choice label="Vertical axis" value={y} of={of} set={(name) => { choose(1, name); }} /> over{" "}
        <Choice label="Horizontal axis" value={x} of={of} set={(name) => { choose(0, name); }} />
      </span>}>
      <PlanePlot scene={scene} kind="phase" label={`Phase plane: ${y} over ${x}, with nullclines`} x={unit(x)} y={unit(y)} />
      <p class="note">Thin lines: where {x} (dashed) and {y} (solid) stand still, other gates at their steady state.</p>
    </Frame>
  );
}

function Choice({ label, value, of, set }: { label: string; value: string; of: Model; set: (name: string) => void }): JSX.Element {
  return (
    <select aria-label={`${label} of the phase plane`} value={value} onChange={(event) => { set(event.currentTarget.value); }}>
      {of.states.map((s) => <option key={s.name} value={s.name}>{s.name}</option>)}
    </select>
  );
}

function rangeOf(state: State | undefined, values: ArrayLike<number>): [number, number] {
  let [low, high] = [state?.low ?? 0, state?.high ?? 1];
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (state?.kind === "state") [low, high] = roundRange(least, most);
  return [Math.min(low, least), Math.max(high, most)];
}

function sceneOf(x: string, y: string): Scene | null {
  const [now, of] = [analysed.value?.run, analysed.value?.of];
  const [i, j] = [x, y].map((name) => of?.model.states.findIndex((s) => s.name === name) ?? -1) as [number, number];
  const [xs, ys] = [now?.y[i], now?.y[j]];
  if (!now || !of || !xs || !ys || xs.length === 0) return null;
  const at = cursor.value;
  const index = at === null ? 0 : nearest(now.t, at);
  const current = at === null ? steadyOf(of.stimulus) : now.I[index] ?? 0;
  const ink = inks.value;
  wanted.value = { of, x, y, current };
  const curves: Curve[] = clines.value.map((cline) => ({
    x: cline.x, y: cline.y, colour: clineColour(of.model, cline.of === "x" ? x : y, ink.ground, ink.soft), width: 1.2,
    ...(cline.of === "x" ? { dash: [5, 3] } : {}),
  }));
  const other = analysed.value?.other;
  const others = [x, y].map((name) => other?.run.y[other.of.model.states.findIndex((s) => s.name === name)]);
  if (others[0] && others[1]) curves.push({ x: others[0], y: others[1], colour: ink.ghost, width: 1.2 });
  curves.push({ x: xs, y: ys, colour: ink.ink, width: 1.6 });
  const marks: Mark[] = [{ x: xs[index] ?? 0, y: ys[index] ?? 0, colour: ink.accent, label: `I = ${readable(current, 3)}` }];
  return { x: rangeOf(of.model.states[i], xs), y: rangeOf(of.model.states[j], ys), curves, marks };
}

const clineColour = (of: Model, name: string, ground: string, soft: string): string => {
  const gate = of.gates.find((g) => g.name === name);
  return gate ? legible(gate.colour, ground) : soft;
};
