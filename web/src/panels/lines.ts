/** What a time panel shows: which arrays of a run, with name, colour and range. */
import type { Run } from "../engine/contract";
import type { Model } from "../model/model";
import type { Panel } from "../state/setting";

export interface Line {
  readonly name: string;
  readonly column: string; // the head of its values in a table, with the unit
  readonly colour: string | null; // null: the ink of the theme
  readonly dashed: boolean;
  readonly of: (run: Run) => Float64Array;
}

export interface TimeContent {
  readonly unit: string;
  readonly lines: readonly Line[];
  readonly decimals: number;
  readonly range: readonly [number, number] | null; // smallest range shown; null: the range of the data
}

const nothing = new Float64Array(0);
const headOf = (name: string, unit: string): string => (unit ? `${name} [${unit}]` : name);

export function contentOf(panel: Panel, model: Model): TimeContent {
  switch (panel) {
    case "v":
      return { unit: "mV", decimals: 2, range: model.voltages, lines: [{ name: "v", column: "v [mV]", colour: null, dashed: false, of: (run) => run.y[0] ?? nothing }] };
    case "gates":
      return { unit: "open fraction", decimals: 3, range: [0, 1], lines: gateLines(model) };
    case "states":
      return {
        unit: [...new Set(further(model).map(({ state }) => state.unit))].join(", "), decimals: 4, range: null,
        lines: further(model).map(({ state, at }) => ({ name: state.name, column: headOf(state.name, state.unit), colour: null, dashed: false, of: (run) => run.y[at] ?? nothing })),
      };
    case "currents":
      return {
        unit: "µA/cm², outward positive", decimals: 2, range: null,
        lines: model.channels.map((c, at) => ({ name: `I_${c.name}`, column: `I_${c.name} [µA/cm²]`, colour: c.colour, dashed: false, of: (run) => run.currents[at] ?? nothing })),
      };
    case "conductances":
      return {
        unit: "mS/cm²", decimals: 3, range: null,
        lines: model.channels.flatMap((c, at) =>
          c.ohmic ? [{ name: `g_${c.name}`, column: `g_${c.name} [mS/cm²]`, colour: c.colour, dashed: false, of: (run: Run) => run.conductances[at] ?? nothing }] : []),
      };
    default:
      return { unit: "µA/cm²", decimals: 2, range: null, lines: [{ name: "I", column: "stimulus [µA/cm²]", colour: null, dashed: false, of: (run) => run.I }] };
  }
}

const further = (model: Model): { state: Model["states"][number]; at: number }[] =>
  model.states.map((state, at) => ({ state, at })).filter(({ state }) => state.kind === "state");

function gateLines(model: Model): Line[] {
  const lines: Line[] = [];
  model.states.forEach((state, at) => {
    if (state.kind !== "gate" && state.kind !== "occupancy") return;
    const colour = state.colour ?? model.gates.find((gate) => gate.name === state.name)?.colour ?? null;
    lines.push({ name: state.name, column: state.name, colour, dashed: state.name.startsWith("h"), of: (run) => run.y[at] ?? nothing });
  });
  return lines;
}

/** A round range around data, so that the axis does not jitter while a slider moves. */
export function roundRange(low: number, high: number): [number, number] {
  if (!(Number.isFinite(low) && Number.isFinite(high))) return [-1, 1];
  const span = Math.max(high - low, 1e-9, Math.abs(high) * 1e-6);
  if (high - low < 1e-9) return low === 0 ? [-1, 1] : [Math.min(0, low * 1.2), Math.max(0, high * 1.2)];
  const step = 10 ** Math.floor(Math.log10(span)) / 2;
  const [least, most] = [low === 0 ? 0 : low - 0.04 * span, high === 0 ? 0 : high + 0.04 * span];
  return [Math.floor(least / step) * step, Math.ceil(most / step) * step];
}

/** The times of two runs in one order, each once. */
export function merged(a: Float64Array, b: Float64Array): Float64Array {
  return Float64Array.from(new Set([...a, ...b])).sort();
}

/** Values of one run at the times of another, by straight lines between its points; null beyond its end. */
export function resampled(t: Float64Array, values: Float64Array, at: Float64Array): (number | null)[] {
  const out = new Array<number | null>(at.length).fill(null);
  let k = 0;
  for (let i = 0; i < at.length; i++) {
    const x = at[i] ?? 0;
    while (k + 1 < t.length && (t[k + 1] ?? 0) < x) k++;
    const [a, b] = [t[k] ?? NaN, t[k + 1] ?? NaN];
    if (x === a || x === b) out[i] = values[x === a ? k : k + 1] ?? null; // to the last bit
    else if (x > a && x < b) out[i] = (values[k] ?? 0) + ((values[k + 1] ?? 0) - (values[k] ?? 0)) * (b > a ? (x - a) / (b - a) : 1);
  }
  return out;
}

/** The index of the sample nearest a time. */
export function nearest(t: Float64Array, at: number): number {
  let [low, high] = [0, t.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((t[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  return at - (t[low] ?? 0) <= (t[high] ?? 0) - at ? low : high;
}
