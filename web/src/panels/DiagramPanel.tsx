/** The bifurcation diagram over the current, computed beforehand, with the present current marked. */
import { computed } from "@preact/signals";
import type { JSX } from "preact";
import type { Branch, Diagram } from "../model/model";
import { analysed, conditions, experiment, model } from "../state/store";
import { steadyOf } from "../state/stimuli";
import { inks, legible } from "../view/colours";
import { readable } from "../view/format";
import { planes } from "../takeaway/planes";
import { PlanePlot } from "../view/PlanePlot";
import type { Curve, Mark, Scene } from "../view/scene";
import { paleCurve } from "../view/scene";
import { Frame } from "./Frame";

const CYCLE = "#009E73";

/** A branch cut where its stability changes; cuts share their end so that no gap shows. */
function parts(branch: Branch, of: "low" | "high", colour: string): Curve[] {
  const out: Curve[] = [];
  const [kind, quantity] = "period" in branch ? ["cycles", of === "low" ? "lowest v" : "highest v"] : ["equilibria", "v"];
  let from = 0;
  for (let i = 1; i <= branch.I.length; i++) {
    const stable = branch.stable[from] ?? false;
    if (i < branch.I.length && branch.stable[i] === stable) continue;
    const to = Math.min(i + 1, branch.I.length);
    const name = `${stable ? "stable" : "unstable"} ${kind}`;
    out.push({ name, column: `${quantity} of ${name}`, x: branch.I.slice(from, to), y: branch[of].slice(from, to), colour, width: stable ? 2 : 1.3, ...(stable ? {} : { dash: [4, 3] }) });
    from = i;
  }
  return out;
}

const curvesOf = ({ equilibria, cycles }: Diagram, ink: string, green: string): Curve[] => [
  ...equilibria.flatMap((branch) => parts(branch, "low", ink)),
  ...cycles.flatMap((branch) => [...parts(branch, "low", green), ...parts(branch, "high", green)]),
];

/** Which label is kept where there is room for only one. */
const rank = (kind: string): number => (/cycles|doubling/.test(kind) ? 1 : 0);

const scene = computed<Scene | null>(() => {
  const of = model.value;
  const { diagram } = of;
  if (!diagram) return null;
  const ink = inks.value;
  const green = legible(CYCLE, ink.ground);
  const b = analysed.value?.other?.of;
  const other = b && b.model !== of ? b.model.diagram : null; // the diagram of the same model is the same
  const curves = [...(other ? curvesOf(other, ink.ghost, green).map((curve) => paleCurve(curve, curve.colour === green ? `${green}88` : ink.ghost)) : []), ...curvesOf(diagram, ink.ink, green)];
  const all = [...diagram.equilibria, ...diagram.cycles];
  const finite = (pick: (branch: Branch) => readonly number[]): number[] => all.flatMap(pick).filter(Number.isFinite);
  const [I, v] = [finite((b) => b.I), [...finite((b) => b.low), ...finite((b) => b.high)]];
  const least = (values: number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (values: number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
  const now = steadyOf((analysed.value?.of ?? experiment.peek()).stimulus);
  const room = 0.06 * (most(v) - least(v));
  const points = [...diagram.points].sort((a, b) => rank(a.kind) - rank(b.kind));
  const marks: Mark[] = points.map((point) => ({ x: point.value, y: point.v, colour: ink.soft, hollow: true, label: point.kind }));
  return {
    labels: ["I [µA/cm²]", "v [mV]"], x: [least(I), most(I)], y: [Math.max(least(v) - room, of.voltages[0] - 20), Math.min(most(v) + room, of.voltages[1] + 20)], curves,
    marks: [...marks, ...(b ? [{ x: steadyOf(b.stimulus), y: null, colour: ink.ghost }] : []), { x: now, y: null, colour: ink.accent }],
  };
});

/** In words, because a line beyond the edge is not visible. */
const where = computed(() => {
  const now = steadyOf((analysed.value?.of ?? experiment.peek()).stimulus);
  const [low, high] = scene.value?.x ?? [now, now];
  if (now >= low && now <= high) return `The line is the present amplitude${analysed.value?.other ? ", the pale one that of B" : ""}.`;
  return `The present amplitude lies to the ${now < low ? "left" : "right"} of it.`;
});

planes.set("diagram", {
  of: "model", scenes: () => [scene.peek()], current: () => true,
  about: () => {
    const points = model.peek().diagram?.points.map(({ kind, value }) => `${kind} at ${readable(value, 6)} µA/cm²`) ?? [];
    return ["For the model’s own membrane", ...(points.length > 0 ? [points.join(", ")] : [])];
  },
});

export function DiagramPanel(): JSX.Element {
  const { parameters, frozen } = conditions.value;
  const other = [
    ...Object.keys(parameters).map((name) => (name === "celsius" ? "temperature changed" : `${name.replaceAll("_", " ")} changed`)),
    ...Object.keys(frozen).map((name) => `${name} held`), // a reset changes neither equilibria nor cycles
  ];
  const { points = [], cycles = [] } = model.value.diagram ?? {};
  return (
    <Frame panel="diagram" title="Bifurcation diagram">
      {other.length > 0 ? <p class="note own other" role="note" title={other.join(", ")}>Not for the present membrane: {other.join(", ")}.</p>
        : <p class="note own">For the model’s own membrane, which is the present one.</p>}
      <PlanePlot scene={scene} kind="diagram" label="Equilibria and limit cycles over the constant current, with the present current marked" />
      <p class="note">Plain: equilibria; {cycles.length > 0 ? "green: highest and lowest v of firing" : "limit cycles are not computed for this model"}. Solid: stable; dashed: unstable. {where.value}</p>
      {points.length > 0 && (
        <details>
          <summary>Special points</summary>
          <ul class="points">{points.map((p) => <li key={`${p.kind} ${p.value}`}>{p.kind}: I = {readable(p.value, 6)} µA/cm², v = {readable(p.v)} mV</li>)}</ul>
        </details>
      )}
    </Frame>
  );
}
