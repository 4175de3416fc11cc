/** The rebound after a negative step, and by experiment which gate is its cause: the words and runs of the course's report. */
import type { Engine, Experiment, Intervention } from "../engine/contract";
import { readable } from "../view/format";
import type { Solution } from "./questions";

/** Amplitudes of the map, in parts of the step in question. */
const MAP = [0.56, 0.6, 0.64, 0.7, 0.8, 1, 1.2, 1.4, 2, 4];
const DURING = "held at rest during the step";
const AT_END = "reset to rest at its end";

export const gatesOf = (of: Experiment["model"]): readonly string[] => of.states.filter((s) => s.kind === "gate").map((s) => s.name);

/** Which gates, each held at rest while the step lasts, abolish its rebound spike; why, and how that depends on the step. */
export function reboundSolution(engine: Engine, of: Experiment): Solution {
  const { stimulus } = of;
  if (stimulus.kind !== "step") return { failure: "The question is about a step." };
  const gates = gatesOf(of.model);
  const resting = engine.rest(of.model, of.parameters, new Map());
  const atRest = (gate: string): number => resting[of.model.states.findIndex((s) => s.name === gate)] ?? NaN;
  const plain: Experiment = { ...of, frozen: new Map(), interventions: [] };
  const fires = (amplitude: number, ...interventions: Intervention[]): boolean =>
    engine.simulate({ ...plain, stimulus: { ...stimulus, amplitude }, interventions }, 2).spikes.some((t) => t >= stimulus.stop);
  const hold = (gate: string): Intervention => ({ kind: "hold", variable: gate, value: atRest(gate), start: stimulus.start, stop: stimulus.stop });
  const reset = (...names: string[]): Intervention => ({ kind: "reset", values: new Map(names.map((gate) => [gate, atRest(gate)])), at: stimulus.stop });
  const { amplitude } = stimulus;
  if (engine.simulate({ ...plain, stimulus: { ...stimulus, amplitude: 0 } }, 2).spikes.length > 0)
    return { reason: "it fires without any stimulus, so no spike is a rebound." };
  if (!fires(amplitude)) return { reason: "no spike follows this step, so there is no rebound to abolish." };
  const during = gates.filter((gate) => !fires(amplitude, hold(gate)));
  const atEnd = gates.filter((gate) => !fires(amplitude, reset(gate)));
  const enough = gates.filter((gate) => gates.length > 1 && fires(amplitude, reset(...gates.filter((other) => other !== gate))));
  const map = MAP.map((part) => {
    const strength = part * amplitude;
    const by = fires(strength) ? gates.filter((gate) => !fires(strength, hold(gate))) : null;
    return `${readable(strength)}: ${by === null ? "no rebound" : inWords(by)}`;
  });
  return {
    chosen: during,
    explanation: `${conclusion(gates, during, atEnd, enough)} Which gate, ${DURING}, abolishes it depends on the step (µA/cm²): ${map.join(", ")}.`,
  };
}

const inWords = (names: readonly string[]): string =>
  names.length < 2 ? names[0] ?? "none alone" : `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;

function conclusion(gates: readonly string[], during: readonly string[], atEnd: readonly string[], enough: readonly string[]): string {
  const causes = gates.filter((gate) => during.includes(gate) && atEnd.includes(gate));
  const kept = gates.filter((gate) => !during.includes(gate) && !atEnd.includes(gate));
  const mixed = gates.filter((gate) => during.includes(gate) !== atEnd.includes(gate));
  const stays = kept.length > 0 ? `; when ${kept.join(" or ")} is, it stays.` : ".";
  const comes = kept.length > 0 ? `: when ${kept.join(" or ")} is ${DURING}, or ${AT_END}, the spike comes.` : ".";
  return [
    causes.length > 0 ? `At this amplitude the cause is ${causes.join(" and ")}: when it is ${DURING}, or ${AT_END}, the spike is gone${stays}`
      : `No single gate is the cause${comes}`,
    ...(mixed.length > 0 ? [`For ${mixed.join(" and ")} it depends on which of the two is done.`] : []),
    ...(enough.length > 0 ? [`Changing ${enough.join(" or ")} alone is enough.`] : []),
  ].join(" ");
}
