/** The rest of a setting, remembered while it stays the same: a threshold asks for it many times. */
import type { Model } from "../model/model";
import type { Experiment, Numeric, Value } from "./contract";
import { restOf } from "./rest";

export interface Resting {
  readonly state: Float64Array;
  readonly stable: boolean;
  readonly found: boolean; // false: there is none, and the state is the rest of the default parameters
}

interface Known {
  readonly model: Model;
  readonly parameters: Float64Array;
  readonly frozen: ReadonlyMap<string, number>;
  readonly current: number;
  readonly resting: Resting;
}

const FEW = 8;
const known: Known[] = [];

export function restFor(
  model: Model, parameters: Float64Array, frozen: ReadonlyMap<string, number>, current: number,
): Resting {
  const before = known.find(
    (one) =>
      one.model === model && one.current === current && one.parameters.every((value, i) => value === parameters[i]) &&
      one.frozen.size === frozen.size && [...frozen].every(([name, value]) => one.frozen.get(name) === value),
  );
  if (before) return before.resting;
  const found = restOf(model, parameters, frozen, current);
  const fallback = Float64Array.from(model.states, (state, i) => frozen.get(state.name) ?? model.rest[i]!);
  const resting = found ? { ...found, found: true } : { state: fallback, stable: true, found: false };
  if (known.length >= FEW) known.shift();
  known.push({ model, parameters: parameters.slice(), frozen: new Map(frozen), current, resting });
  return resting;
}

/** The experiment with numbers for values at rest: those of the membrane left alone, as `lo.Hold` takes them. */
export function numeric(experiment: Experiment): Numeric {
  const { model, parameters, frozen, interventions = [] } = experiment;
  const numberOf = (name: string, value: Value): number =>
    (value === "rest" ? restFor(model, parameters, new Map(), 0).state[model.states.findIndex((state) => state.name === name)]! : value);
  const all = (values: ReadonlyMap<string, Value>): Map<string, number> => new Map([...values].map(([name, value]) => [name, numberOf(name, value)]));
  return {
    ...experiment, frozen: all(frozen),
    interventions: interventions.map((one) => (one.kind === "hold" ? { ...one, value: numberOf(one.variable, one.value) } : { ...one, values: all(one.values) })),
  };
}

const DISPLACED_BY = 0.1; // scales of v

/** Where runs begin: as in `lo.simulate`, at the rest of the free membrane, with v a little higher where that rest is not
    stable, or with v where the model says; held gates as held. */
export function startFor(model: Model, parameters: Float64Array, frozen: ReadonlyMap<string, number>): Float64Array {
  const resting = restFor(model, parameters, new Map(), 0);
  const state = resting.state.slice();
  if (!resting.stable) state[0]! += DISPLACED_BY * model.vScale;
  if (model.begin !== null) state[0] = model.begin;
  model.states.forEach(({ name }, i) => { state[i] = frozen.get(name) ?? state[i]!; });
  return state;
}
