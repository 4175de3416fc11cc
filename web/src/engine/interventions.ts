/** Holds and resets as a list of moments; at one time a hold ends first, then resets come, then holds begin. */
import type { Model } from "../model/model";
import type { NumericIntervention } from "./contract";

export interface Moment {
  readonly at: number; // ms
  readonly released: readonly number[]; // indices of variables
  readonly set: ReadonlyMap<number, number>; // to values
  readonly held: readonly number[];
}

export function momentsOf(model: Model, interventions: readonly NumericIntervention[]): readonly Moment[] {
  const index = (name: string): number => model.states.findIndex((state) => state.name === name);
  const times = interventions.flatMap((one) => (one.kind === "hold" ? [one.start, one.stop] : [one.at]));
  return [...new Set(times)].filter(Number.isFinite).sort((a, b) => a - b).map((at) => {
    const set = new Map<number, number>();
    for (const one of interventions) if (one.kind === "reset" && one.at === at) one.values.forEach((value, name) => set.set(index(name), value));
    const holds = interventions.filter((one) => one.kind === "hold");
    const held = holds.filter((one) => one.start === at);
    for (const one of held) set.set(index(one.variable), one.value);
    return { at, released: holds.filter((one) => one.stop === at).map((one) => index(one.variable)), set, held: held.map((one) => index(one.variable)) };
  });
}
