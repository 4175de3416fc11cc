/** Membranes for tests: written by hand, so that the engine is tested without Python. */
import type { Model, State } from "../src/model/model";

function state(name: string, kind: State["kind"] = "gate"): State {
  return { name, kind, unit: kind === "voltage" ? "mV" : "", low: kind === "voltage" ? -20 : 0, high: kind === "voltage" ? 120 : 1 };
}

const COMMON = {
  title: "", source: "", python: "", gates: [], channels: [], spikeLevel: 50, vScale: 10, voltages: [-20, 120] as const, begin: null, starts: {},
  amplitude: { value: 10, low: -20, high: 180 }, duration: 200, diagram: null,
};

/** C dv/dt = I - g (v - E): everything about it is known in closed form. Parameters C, g, E. */
export const passive: Model = {
  ...COMMON,
  key: "passive",
  states: [state("v", "voltage")],
  parameters: [],
  rest: [-3],
  derivatives: (y, I, p, out) => {
    out[0] = (I - p[1]! * (y[0]! - p[2]!)) / p[0]!;
  },
  currents: () => undefined,
  conductances: () => undefined,
  rates: () => undefined,
};

const linoid = (x: number): number => (Math.abs(x) < 1e-5 ? 1 - x / 2 + (x * x) / 12 : x / Math.expm1(x));

/** The squid giant axon at 6.3 °C. Parameters C, g_Na, E_Na, g_K, E_K, g_leak, E_leak. */
export const squid: Model = {
  ...COMMON,
  key: "squid",
  states: [state("v", "voltage"), state("m"), state("h"), state("n")],
  parameters: [],
  channels: ["Na", "K", "leak"].map((name) => ({ name, ohmic: true, blocker: null, conductance: `g_${name}`, colour: "#000" })),
  rest: [0, 0.0529, 0.5961, 0.3177],
  derivatives: (y, I, p, out) => {
    const [v, m, h, n] = y as unknown as [number, number, number, number];
    out[0] = (I - p[1]! * m ** 3 * h * (v - p[2]!) - p[3]! * n ** 4 * (v - p[4]!) - p[5]! * (v - p[6]!)) / p[0]!;
    out[1] = linoid((25 - v) / 10) * (1 - m) - 4 * Math.exp(-v / 18) * m;
    out[2] = 0.07 * Math.exp(-v / 20) * (1 - h) - h / (Math.exp((30 - v) / 10) + 1);
    out[3] = 0.1 * linoid((10 - v) / 10) * (1 - n) - 0.125 * Math.exp(-v / 80) * n;
  },
  currents: (y, p, out) => {
    const [v, m, h, n] = y as unknown as [number, number, number, number];
    out[0] = p[1]! * m ** 3 * h * (v - p[2]!);
    out[1] = p[3]! * n ** 4 * (v - p[4]!);
    out[2] = p[5]! * (v - p[6]!);
  },
  conductances: (y, p, out) => {
    const [, m, h, n] = y as unknown as [number, number, number, number];
    out[0] = p[1]! * m ** 3 * h;
    out[1] = p[3]! * n ** 4;
    out[2] = p[5]!;
  },
  rates: () => undefined,
};

export const SQUID = Float64Array.of(1, 120, 115, 36, -12, 0.3, 10.6);
export const PASSIVE = Float64Array.of(2, 0.25, -3);
