/** The interface between the engine and the page. */
import type { Model } from "../model/model";

export type Stimulus =
  | { readonly kind: "step"; readonly amplitude: number; readonly start: number; readonly stop: number }
  | { readonly kind: "ramp"; readonly amplitude: number; readonly start: number; readonly stop: number }
  | { readonly kind: "sine"; readonly amplitude: number; readonly frequency: number; readonly start: number; readonly stop: number } // Hz
  | { readonly kind: "pulses"; readonly amplitude: number; readonly start: number; readonly width: number; readonly period: number; readonly count: number }
  | { readonly kind: "pair"; readonly amplitude: number; readonly start: number; readonly width: number; readonly interval: number; readonly second: number } // second: amplitude of the second pulse
  | { readonly kind: "noise"; readonly amplitude: number; readonly mean: number; readonly tau: number; readonly seed: number; readonly start: number; readonly stop: number };

export interface Experiment {
  readonly model: Model;
  readonly parameters: Float64Array; // in the model's order
  readonly stimulus: Stimulus;
  readonly duration: number; // ms
  readonly frozen: ReadonlyMap<string, Value>; // dynamic gates held for the whole run
  readonly interventions?: readonly Intervention[]; // what is done to variables during the run
}

/** To what a variable is held or set: a number, or its value at rest. */
export type Value = number | "rest";

/** As `lo.Hold` and `lo.Reset`: a variable held from start to stop, or set once; times within the run. */
export type Intervention =
  | { readonly kind: "hold"; readonly variable: string; readonly value: Value; readonly start: number; readonly stop: number } // stop: Infinity for always
  | { readonly kind: "reset"; readonly values: ReadonlyMap<string, Value>; readonly at: number };

/** An experiment in which every value is a number: what the equations take. */
export type Numeric = Omit<Experiment, "frozen" | "interventions"> & { readonly frozen: ReadonlyMap<string, number>; readonly interventions: readonly NumericIntervention[] };
export type NumericIntervention =
  | { readonly kind: "hold"; readonly variable: string; readonly value: number; readonly start: number; readonly stop: number }
  | { readonly kind: "reset"; readonly values: ReadonlyMap<string, number>; readonly at: number };

/** A run. `t` and each of `y` have the same length: the drawing grid (uniform plus the stimulus edges), and
 * where asked for, times within short steps. */
export interface Run {
  readonly t: Float64Array;
  readonly y: readonly Float64Array[]; // one array a state
  readonly I: Float64Array;
  readonly currents: readonly Float64Array[];
  readonly conductances: readonly Float64Array[];
  readonly spikes: readonly number[]; // ms, upward crossings of the spike level, located on the dense output
  readonly end: "finished" | "diverged" | "too many steps";
  readonly message: string; // a sentence when it did not finish
  readonly endedAt: number; // ms
}

export interface Threshold {
  readonly value: number; // midpoint, µA/cm²
  readonly low: number; // does not fire
  readonly high: number; // fires
  readonly runs: number;
  readonly before: number; // number of spikes at `low`: too few, or not lasting
  readonly bursts: boolean; // whether they are bursts that last
  readonly passive: boolean; // v is only pushed over the spike level, as in a membrane without gates
}

/** One clamp step of a family. */
export interface Clamp {
  readonly level: number; // mV
  readonly t: Float64Array;
  readonly total: Float64Array; // µA/cm²
  readonly currents: readonly Float64Array[];
}

export interface Engine {
  /** From rest of these parameters (the model's own rest where they have none); with v at `model.begin` if that is given. */
  simulate(experiment: Experiment, points: number, faithful?: boolean): Run;
  rest(model: Model, parameters: Float64Array, frozen: ReadonlyMap<string, number>, I?: number): Float64Array;
  /** Lowest amplitude of the same sign that fires once or repetitively; of a pair the second, for one more spike. A sentence when there is none. */
  threshold(experiment: Experiment, fires: "once" | "repetitively", resolution?: number): Threshold | string;
  clamp(experiment: Experiment, hold: number, levels: readonly number[], start: number, stop: number, points: number): Clamp[];
  /** Steady firing frequency [Hz] under a step of this amplitude; 0 if it does not keep firing. */
  frequency(experiment: Experiment, amplitude: number): number;
  /** Values of the second state where its derivative is zero, and of v where dv/dt is zero, over a grid. */
  nullclines(experiment: Experiment, x: string, y: string, at: Float64Array, I: number, points: number):
    { readonly x: Float64Array; readonly y: Float64Array; readonly of: "x" | "y" }[];
  current(stimulus: Stimulus, t: number): number;
}
