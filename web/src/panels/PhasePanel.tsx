/** The phase plane: the run in two of its variables, and the nullclines at the current under the cursor. */
import { computed, effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Model, State } from "../model/model";
import { phaseOf } from "../state/setting";
import type { Analysed } from "../state/store";
import { analysed, change, cursor, model, setting, settle } from "../state/store";
import { steadyOf } from "../state/stimuli";
import { inks, legible } from "../view/colours";
import { readable } from "../view/format";
import { planes } from "../takeaway/planes";
import { PlanePlot } from "../view/PlanePlot";
import type { Curve, Mark, Scene } from "../view/scene";
import { foundNullclines, found, wanted } from "./nullclines";
import { Frame } from "./Frame";
import { nearest, roundRange } from "./lines";

/** All that the panel says, of one moment: choosing an axis changes curves, axis and caption at once. */
interface Plane {
  readonly of: Model;
  readonly x: string;
  readonly y: string;
  readonly scene: Scene;
  readonly current: number | null; // of the nullclines on show, µA/cm²
}

const plane = computed<Plane | null>(() => {
  const now = analysed.value;
  return now && planeOf(now, ...phaseOf(setting.value, now.of.model));
});
const scene = computed(() => plane.value?.scene ?? null);
/** Ask for the nullclines of what is shown; returns what stops it. */
const follow = (): (() => void) => effect(() => {
  const [now, at] = [plane.value, analysed.peek()];
  if (now && at) wanted.value = { of: at.of, x: now.x, y: now.y, current: currentOf(at).current };
});

planes.set("phase", {
  of: "run", scenes: () => [scene.peek()], current: () => plane.value !== null && found(),
  about: () => { const current = plane.peek()?.current; return current === null || current === undefined ? [] : [`Nullclines at I = ${readable(current, 6)} µA/cm²`]; },
});

export function PhasePanel(): JSX.Element {
  useEffect(follow, []);
  const now = plane.value;
  const of = now?.of ?? model.value;
  const [x, y] = now ? [now.x, now.y] : phaseOf(setting.value, of);
  const choose = (which: 0 | 1, name: string): void => {
    const next: [string, string] = which === 0 ? [name, y === name ? x : y] : [x === name ? y : x, name];
    change({ phase: next }, "phase");
    settle();
  };
  const at = now?.current === null || !now ? "" : ` at I = ${readable(now.current, 3)} µA/cm²`;
  return (
    <Frame panel="phase" title="Phase plane" aside={
      <span class="choices">
        <Choice label="Vertical axis" value={y} of={of} set={(name) => { choose(1, name); }} /> over{" "}
        <Choice label="Horizontal axis" value={x} of={of} set={(name) => { choose(0, name); }} />
      </span>}>
      <PlanePlot scene={scene} kind="phase" label={`Phase plane: ${y} over ${x}, with nullclines`} />
      <p class="note">Thin lines: where {x} (dashed) and {y} (solid) stand still{at}, other gates at their steady state.</p>
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

/** Which sample the cursor is at, and the current there; without a cursor the first one, and the steady current. */
function currentOf({ of, run }: Analysed): { index: number; current: number } {
  const at = cursor.value;
  const index = at === null ? 0 : nearest(run.t, at);
  return { index, current: at === null ? steadyOf(of.stimulus) : run.I[index] ?? 0 };
}

function planeOf(now: Analysed, x: string, y: string): Plane | null {
  const { of, run, other } = now;
  const [i, j] = [x, y].map((name) => of.model.states.findIndex((s) => s.name === name)) as [number, number];
  const [xs, ys] = [run.y[i], run.y[j]];
  if (!xs || !ys || xs.length === 0) return null;
  const { index } = currentOf(now);
  const ink = inks.value;
  const known = foundNullclines.value;
  const fits = known?.of.of.model === of.model && known.of.x === x && known.of.y === y;
  const curves: Curve[] = !fits ? [] : known.found.map((cline) => ({
    name: `nullcline of ${cline.of === "x" ? x : y}`, column: `${y} on the nullcline of ${cline.of === "x" ? x : y}`, x: cline.x, y: cline.y, colour: clineColour(of.model, cline.of === "x" ? x : y, ink.ground, ink.soft), width: 1.2,
    ...(cline.of === "x" ? { dash: [5, 3] } : {}),
  }));
  const others = [x, y].map((name) => other?.run.y[other.of.model.states.findIndex((s) => s.name === name)]);
  if (others[0] && others[1]) curves.push({ name: "B", column: `${y} (B)`, x: others[0], y: others[1], colour: ink.ghost, width: 1.2 });
  curves.push({ name: "run", column: y, x: xs, y: ys, colour: ink.ink, width: 1.6 });
  const marks: Mark[] = [{ x: xs[index] ?? 0, y: ys[index] ?? 0, colour: ink.accent }];
  const [states, unit] = [[of.model.states[i], of.model.states[j]], (s: State | undefined): string => (s?.unit ? ` [${s.unit}]` : "")];
  const drawn: Scene = {
    labels: [`${x}${unit(states[0])}`, `${y}${unit(states[1])}`], x: rangeOf(states[0], xs), y: rangeOf(states[1], ys), curves, marks,
  };
  return { of: of.model, x, y, scene: drawn, current: fits ? known.of.current : null };
}

const clineColour = (of: Model, name: string, ground: string, soft: string): string => {
  const gate = of.gates.find((g) => g.name === name);
  return gate ? legible(gate.colour, ground) : soft;
};
