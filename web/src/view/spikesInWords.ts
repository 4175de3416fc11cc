/** The spikes of a run in words: how many, or in which bursts. */
import { burstsOf, isCutOff } from "../engine/bursts";
import type { Run } from "../engine/contract";
import { fixed } from "./format";

export function inWords({ spikes, endedAt }: Pick<Run, "spikes" | "endedAt">): string {
  const [first] = spikes;
  if (first === undefined) return "No spike";
  if (spikes.length === 1) return `One spike, at ${fixed(first, 2)} ms`;
  const groups = burstsOf(spikes) ?? [];
  const cut = isCutOff(groups, endedAt) ? groups.at(-1) ?? [] : [];
  const whole = groups.filter((burst) => burst !== cut);
  const bursts = whole.filter((burst) => burst.length > 1);
  if (bursts.length === 0 && cut.length < 2) return `${spikes.length} spikes, the first at ${fixed(first, 2)} ms, ${fixed(rate(spikes), 1)} Hz`;
  const singles = whole.length - bursts.length;
  return [
    ...(bursts.length > 0 ? inBursts(bursts, cut) : []),
    ...(singles > 0 ? [`${bursts.length > 0 ? "and " : ""}${singles} single ${singles === 1 ? "spike" : "spikes"}`] : []),
    ...(cut.length > 0 ? [`and ${bursts.length > 0 ? "one" : "a burst"} that the end of the run cuts off after ${cut.length} ${cut.length === 1 ? "spike" : "spikes"}`] : []),
  ].join(", ");
}

/** Size, begin and rates of whole bursts; of one that is cut off, only when it begins is known. */
function inBursts(bursts: readonly (readonly number[])[], cut: readonly number[]): string[] {
  const sizes = bursts.map((burst) => burst.length);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const size = `${least === most ? least : `${least} to ${most}`} spikes`;
  const begins = [...bursts.map((burst) => burst[0] ?? NaN), ...cut.slice(0, 1)];
  const at = `${fixed(begins[0] ?? NaN, 2)} ms`;
  return [
    bursts.length === 1 ? `A burst of ${size} at ${at}` : `${bursts.length} bursts of ${size}, the first at ${at}`,
    ...(begins.length > 1 ? [`one every ${fixed(1000 / rate(begins), 0)} ms`] : []),
    `${fixed(bursts.reduce((sum, burst) => sum + rate(burst), 0) / bursts.length, 1)} Hz within`,
  ];
}

const rate = (times: readonly number[]): number => (1000 * (times.length - 1)) / ((times.at(-1) ?? NaN) - (times[0] ?? NaN));
