/** Spikes in groups: there are bursts if the intervals between spikes are of two kinds. */

const APART = 3; // an interval at least this many times the next shorter one separates bursts
const MOST_APART = 0.5; // largest fraction of intervals that may separate bursts

/** The bursts (a single spike is a burst of one), or null where the intervals are of one kind. */
export function burstsOf(spikes: readonly number[]): readonly (readonly number[])[] | null {
  const intervals = spikes.slice(1).map((time, k) => time - spikes[k]!);
  const sorted = intervals.toSorted((a, b) => a - b);
  let [least, ratio] = [Infinity, APART];
  for (let k = 1; k < sorted.length; k++)
    if (sorted[k]! / sorted[k - 1]! >= ratio) [least, ratio] = [sorted[k]!, sorted[k]! / sorted[k - 1]!];
  const long = intervals.filter((interval) => interval >= least).length;
  if (long === 0 || long > MOST_APART * intervals.length) return null;
  const bursts: number[][] = [[spikes[0]!]];
  spikes.slice(1).forEach((time, k) => {
    if (intervals[k]! >= least) bursts.push([time]);
    else bursts.at(-1)!.push(time);
  });
  return bursts;
}

/** Whether the last burst may continue beyond the end [ms]: the silence after it is no longer than an interval within bursts. */
export function isCutOff(bursts: readonly (readonly number[])[], end: number): boolean {
  const within = bursts.flatMap((burst) => burst.slice(1).map((time, k) => time - burst[k]!));
  return end - (bursts.at(-1)?.at(-1) ?? -Infinity) < Math.max(0, ...within);
}
