/** The rates of the gates over v: steady state, time constant, and the rates of opening and closing. */
import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { cursor, experiment, membrane, model, run } from "../state/store";
import { inks, legible } from "../view/colours";
import { planes } from "../takeaway/save";
import { PlanePlot } from "../view/PlanePlot";
import type { Curve, Scene } from "../view/scene";
import { Frame } from "./Frame";
import { Swatch } from "./Readout";
import { nearest, roundRange } from "./lines";
import { Name } from "../view/Name";

const SAMPLES = 201;

/** For each gate four arrays over v: alpha, beta, inf, tau. */
const table = computed(() => {
  const { model: of, parameters } = membrane.value ?? experiment.peek();
  const [low, high] = of.voltages;
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
});

const vNow = computed(() => {
  const [now, at] = [run.value, cursor.value];
  return now && at !== null && now.t.length > 0 ? now.y[0]?.[nearest(now.t, at)] ?? null : null;
});

function scene(kinds: readonly { readonly at: number; readonly dash?: readonly number[] }[], fixed: readonly [number, number] | null, label: string): Scene {
  const { of, v, arrays } = table.value;
  const ink = inks.value;
  const curves: Curve[] = of.gates.flatMap((gate, g) =>
    kinds.map(({ at, dash }) => ({
      name: `${["alpha", "beta", "inf", "tau"][at] ?? ""} of ${gate.name}`, x: v, y: arrays[g]?.[at] ?? [], colour: legible(gate.colour, ink.ground), width: 1.6,
      ...(dash ?? (gate.name.startsWith("h") && kinds.length === 1 ? [7, 3] : null) ? { dash: dash ?? [7, 3] } : {}),
    })));
  const values = curves.flatMap((curve) => Array.from(curve.y)).filter(Number.isFinite);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const marks = vNow.value === null ? [] : [{ x: vNow.value, y: null, colour: ink.accent }];
  return { labels: ["v [mV]", label], x: of.voltages, y: fixed ?? [0, roundRange(0, most)[1]], curves, marks };
}

const steady = computed(() => scene([{ at: 2 }], [0, 1], "inf"));
const constants = computed(() => scene([{ at: 3 }], null, "tau [ms]"));
const rates = computed(() => scene([{ at: 0 }, { at: 1, dash: [4, 3] }], null, "alpha, beta [kHz]"));

planes.set("rates", () => [steady.peek(), constants.peek(), rates.peek()]);

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
