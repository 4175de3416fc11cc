/** A membrane with all that the page describes, for tests of its state: names and numbers, no equations. */
import type { Model, Parameter } from "../src/model/model";

const parameter = (name: string, kind: Parameter["kind"], value: number, low: number, high: number, unit: string): Parameter =>
  ({ name, kind, value, low, high, unit });

export const axon: Model = {
  key: "axon", title: "An axon", source: "", python: "lo.models.squid()", begin: null, duration: 200, starts: {}, spikeLevel: 50, vScale: 10,
  states: [
    { name: "v", unit: "mV", kind: "voltage", low: -20, high: 115 },
    { name: "h", unit: "", kind: "gate", low: 0, high: 1 },
  ],
  parameters: [
    parameter("g_Na", "conductance", 120, 0, 360, "mS/cm²"),
    parameter("E_Na", "reversal", 115, 75, 155, "mV"),
  ],
  channels: [{ name: "Na", ohmic: true, blocker: "TTX", conductance: "g_Na", colour: "#D55E00" }],
  gates: [{ name: "h", instantaneous: false, colour: "#E69F00" }],
  rest: [0, 0.6], voltages: [-20, 115], amplitude: { value: 10, low: -20, high: 180 }, diagram: null,
  derivatives: () => undefined, currents: () => undefined, conductances: () => undefined, rates: () => undefined,
};

export const other: Model = { ...axon, key: "other", title: "Another", python: "lo.models.wang_buzsaki()", begin: -60 };
export const models = [axon, other];
