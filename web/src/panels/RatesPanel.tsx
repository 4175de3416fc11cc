/** The rates of the gates over v: steady state, time constant, and the rates of opening and closing. */
import { computed } from "@preact/signals";
import type { JSX } from "preact";
import type { Model } from "../model/model";
import { cursor, experiment, membrane, model, otherMembrane, run } from "../state/store";
import { inks, legible } from "../view/colours";
import { planes } from "../takeaway/planes";
import { PlanePlot } from "../view/PlanePlot";
import type { Curve, Scene } from "../view/scene";
import { paleCurve } from "../view/scene";
import { Frame } from "./Frame";
import { Swatch } from "./Readout";
import { nearest, roundRange } from "./lines";
import { Name } from "../view/Name";

const SAMPLES = 201;

interface Rates {
  readonly of: Model;
  readonly v: Float64Array;
  readonly arrays: readonly (readonly Float64Array[])[]; // of each gate: alpha, beta, inf, tau
}

const table = computed(() => { const { model: of, parameters } = membrane.value ?? experiment.peek(); return ratesOf(of, parameters, of.voltages); });
/** Of B, over the potentials of A. */
const otherTable = computed(() => otherMembrane.value && ratesOf(otherMembrane.value.model, otherMembrane.value.parameters, table.value.of.voltages));

function ratesOf(of: Model, parameters: Float64Array, [low, high]: readonly [number, number]): Rates {
  const v = Float64Array.from({ length: SAMPLES }, (_, i) => low + ((high - low) * i) / (SAMPLES - 1));
  const arrays = of.gates.map(() => [0, 1, 2, 3].map(() => new Float64Array(SAMPLES)));
  const y = Float64Array.from(of.rest);
  const out = new Float64Array(4 * of.gates.length);
  for (let i = 0; i < SAMPLES; i++) {
    y[0] = v[i] ?? 0;
    of.rates(y, parameters, out);
    arrays.forEach((four, gate) => { four.forEach((values, k) => { values[i] = out[4 * gate + k] ?? NaN; }); });
  }
  return { of, v, arrays };
}

const vNow = computed(() => {
  const [now, at] = [run.value, cursor.value];
  return now && at !== null && now.t.length > 0 ? now.y[0]?.[nearest(now.t, at)] ?? null : null;
});

interface Kind {
  readonly at: number; // in the arrays of a gate
  readonly dash?: readonly number[];
}

function curvesOf({ of, v, arrays }: Rates, kinds: readonly Kind[], ground: string): (Curve & { readonly gate: string })[] {
  return of.gates.flatMap((gate, g) => kinds.map(({ at, dash = gate.name.startsWith("h") && kinds.length === 1 ? [7, 3] : null }) => ({
    gate: gate.name, name: `${["alpha", "beta", "inf", "tau"][at] ?? ""} of ${gate.name}`, x: v, y: arrays[g]?.[at] ?? [], colour: legible(gate.colour, ground), width: 1.6,
    ...(dash ? { dash } : {}),
  })));
}

function scene(kinds: readonly Kind[], fixed: readonly [number, number] | null, label: string): Scene {
  const { of } = table.value;
  const { ground, accent } = inks.value;
  const others = otherTable.value ? curvesOf(otherTable.value, kinds, ground).filter(({ gate }) => of.gates.some(({ name }) => name === gate)) : [];
  const curves = [...others.map((curve) => paleCurve(curve)), ...curvesOf(table.value, kinds, ground)];
  const most = curves.flatMap((curve) => Array.from(curve.y)).filter(Number.isFinite).reduce((a, b) => Math.max(a, b), 0);
  const marks = vNow.value === null ? [] : [{ x: vNow.value, y: null, colour: accent }];
  return { labels: ["v [mV]", label], x: of.voltages, y: fixed ?? [0, roundRange(0, most)[1]], curves, marks };
}

const steady = computed(() => scene([{ at: 2 }], [0, 1], "inf"));
const constants = computed(() => scene([{ at: 3 }], null, "tau [ms]"));
const rates = computed(() => scene([{ at: 0 }, { at: 1, dash: [4, 3] }], null, "alpha, beta [kHz]"));

planes.set("rates", {
  of: "membrane", scenes: () => [steady.peek(), constants.peek(), rates.peek()], about: () => ["Steady states, time constants and rates of the gates"], current: () => true,
});

export function RatesPanel(): JSX.Element {
  const ink = inks.value;
  const some = table.value.arrays.some((four) => four[0]?.some(Number.isFinite));
  return (
    <Frame panel="rates" title="Rates of the gates" aside={
      <ul class="readout">
        {model.value.gates.map((gate) => (
          <li key={gate.name}><Swatch colour={legible(gate.colour, ink.ground)} dashed={gate.name.startsWith("h")} /> <Name of={gate.name} /></li>
        ))}
      </ul>}>
      <div class="trio">
        <PlanePlot scene={steady} kind="small" label="Steady states of the gates over v" />
        <PlanePlot scene={constants} kind="small" label="Time constants of the gates over v" />
        {some && <PlanePlot scene={rates} kind="small" label="Rates of the gates over v" />}
      </div>
      {some && <p class="note">Rates: alpha solid, beta dashed.</p>}
    </Frame>
  );
}
