/**
 * A membrane as Python prints it: numbers and words as data, equations as functions of plain arrays.
 *
 * Every function is pure and writes into the array it is given. `y` is the state (v first), `p` the parameters in
 * the order of `parameters`. Units as everywhere in loligo: ms, mV, µA/cm², mS/cm², µF/cm², kHz, °C.
 */
export interface Model {
  readonly key: string; // "squid"
  readonly title: string; // "Squid giant axon"
  readonly source: string; // authors, year, DOI
  readonly python: string; // the expression that makes it: "lo.models.squid()"
  readonly states: readonly State[]; // v first, then the dynamic gates, occupancies of kinetic schemes, further states
  readonly parameters: readonly Parameter[];
  readonly channels: readonly Channel[];
  readonly gates: readonly Gate[]; // dynamic and instantaneous ones
  readonly spikeLevel: number; // mV
  readonly vScale: number; // size against which errors of v are held, mV
  readonly begin: number | null; // v at which runs begin where the rest is unstable, all else as at rest; null: at rest
  readonly rest: readonly number[]; // the state at rest, default parameters, no current
  readonly voltages: readonly [number, number]; // a range of v worth drawing, mV
  readonly amplitude: { readonly value: number; readonly low: number; readonly high: number }; // of a step worth showing
  readonly duration: number; // of a run worth showing, ms
  /** Where the page begins otherwise, so that it shows the model's subject. */
  readonly starts: { readonly amplitude?: number; readonly reset?: { readonly at: number; readonly values: Readonly<Record<string, number>> } };
  readonly diagram: Diagram | null; // bifurcation diagram over I at the default parameters

  /** dy/dt under the current I [µA/cm²]. */
  derivatives(y: Float64Array, I: number, p: Float64Array, out: Float64Array): void;
  /** Outward currents, one a channel [µA/cm²]. */
  currents(y: Float64Array, p: Float64Array, out: Float64Array): void;
  /** Conductances, one a channel [mS/cm²]; NaN for a channel that is not ohmic. */
  conductances(y: Float64Array, p: Float64Array, out: Float64Array): void;
  /** Four numbers a gate: alpha, beta [kHz], inf, tau [ms]; NaN where there is none. `y` supplies v and further states. */
  rates(y: Float64Array, p: Float64Array, out: Float64Array): void;
}

export interface State {
  readonly name: string;
  readonly unit: string; // "" for a gate
  readonly kind: "voltage" | "gate" | "occupancy" | "state"; // an occupancy follows v, but not alone: those of its scheme are one linear system
  readonly colour?: string; // of an occupancy
  readonly low: number; // range worth drawing
  readonly high: number;
}

export interface Parameter {
  readonly name: string; // "g_Na"
  readonly unit: string;
  readonly kind: "conductance" | "reversal" | "capacitance" | "temperature" | "constant";
  readonly value: number; // default
  readonly low: number; // what a slider offers and a typed value may be
  readonly high: number;
}

export interface Channel {
  readonly name: string;
  readonly ohmic: boolean;
  readonly blocker: string | null; // "TTX" for sodium, "TEA" for potassium
  readonly conductance: string | null; // name of the parameter g
  readonly colour: string;
}

export interface Gate {
  readonly name: string;
  readonly instantaneous: boolean;
  readonly colour: string;
}

/** Branches as Python computed them: parallel arrays. */
export interface Diagram {
  readonly equilibria: readonly Branch[];
  readonly cycles: readonly (Branch & { readonly period: readonly number[] })[];
  readonly points: readonly { readonly kind: string; readonly value: number; readonly v: number }[];
}

export interface Branch {
  readonly I: readonly number[];
  readonly low: readonly number[]; // mV; equals high on equilibria
  readonly high: readonly number[];
  readonly stable: readonly boolean[];
}

declare global {
  interface Window {
    /** Put there by the script that Python embeds in the page. */
    LOLIGO?: { readonly version: string; readonly models: readonly Model[]; readonly chosen: string };
  }
}
