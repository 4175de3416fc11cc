/**
 * The lowest amplitude that fires: a ladder of doublings, then a bracket cut until it is narrow.
 *
 * Firing that goes on may lie in a window between two doublings, so the ladder has narrower rungs from the first spikes on.
 */
import type { Experiment, Stimulus, Threshold } from "./contract";
import { piecesOf } from "./pieces";
import { restFor, startFor } from "./resting";
import { type End, Solver, type Watch } from "./solver";

const FIRST_RUNG = 0.5;
const LAST_RUNG = 2 ** 14; // µA/cm²
const FINER = 2 ** (1 / 32);
const FINE_FOR = 8; // times the amplitude of the first spikes
const LONGEST_GAP = 1.5; // of the last interval: a longer silence at the end means that firing has stopped
const EARLY_CUT = 0.65; // where a bracket is cut when a run ends at its spike: one that fires costs less
const NUDGE = 0.1; // mV: the disturbance that shows whether an unstable rest leads to firing
const MOST_STEPS = 2_000_000; // of a whole search, a second or so

const PASSIVE_PART = 0.01; // by which an amplitude is raised to see how its peak of v follows
const PASSIVE_GAIN = 2; // times the passive response: a peak that rises by less is no spike of the membrane's own

export const RESOLUTION = 1e-4;

/** The stimulus with another amplitude; of a pair it is the second that varies. */
export function varied(stimulus: Stimulus, amplitude: number): Stimulus {
  return stimulus.kind === "pair" ? { ...stimulus, second: amplitude } : { ...stimulus, amplitude };
}

class Spikes implements Watch {
  readonly times = new Float64Array(0);
  readonly found: number[] = [];

  constructor(private readonly enough: number) {}

  sample(): void { /* nothing is drawn */ }

  spike(time: number): boolean {
    this.found.push(time);
    return this.found.length >= this.enough;
  }

  after(): boolean {
    return false;
  }
}

class Search {
  runs = 0;
  steps = 0;
  end: End = "finished";
  counted = 0; // spikes of the last run
  private readonly solver: Solver;
  private readonly rest: Float64Array;
  readonly stable: boolean;
  private readonly enough: number; // spikes

  constructor(private readonly experiment: Experiment, private readonly fires: "once" | "repetitively") {
    const { model, parameters, frozen, interventions } = experiment;
    const resting = restFor(model, parameters, frozen, 0);
    this.rest = startFor(model, parameters, frozen);
    this.stable = resting.stable;
    this.solver = new Solver(model, parameters, frozen, undefined, interventions);
    this.enough = experiment.stimulus.kind === "pair" ? this.spikes(0) + 1 : 1; // one more than the first pulse makes
  }

  /** Whether it fires as asked at an amplitude, from rest or with v displaced from it. */
  at(amplitude: number, displaced = 0): boolean {
    const { experiment } = this;
    const spikes = this.run(this.solver, amplitude, this.fires === "once" ? this.enough : Infinity, displaced);
    if (this.fires === "once") return spikes.length >= this.enough;
    return this.end === "finished" && repetitive(spikes, experiment.stimulus, experiment.duration);
  }

  private run(solver: Solver, amplitude: number, enough: number, displaced = 0): readonly number[] {
    const { experiment } = this;
    this.runs++;
    const spikes = new Spikes(enough);
    const start = this.rest.slice();
    start[0]! += displaced;
    this.end = solver.run(piecesOf(varied(experiment.stimulus, amplitude), experiment.duration), start, experiment.duration, spikes);
    this.steps += solver.steps;
    this.counted = spikes.found.length;
    return spikes.found;
  }

  spikes(amplitude: number): number {
    return this.run(this.solver, amplitude, Infinity).length;
  }

  /** Whether v is pushed over the level: its peak rises with the amplitude as in a membrane without gates. A spike is much steeper. */
  isPassive(amplitude: number, resolution: number): boolean {
    const { model, parameters, frozen, interventions } = this.experiment;
    const part = Math.max(PASSIVE_PART, (10 * resolution) / Math.abs(amplitude));
    const base = this.rest[0]!;
    if (base >= model.spikeLevel || this.enough > 1) return false;
    const higher = { ...model, spikeLevel: model.spikeLevel + PASSIVE_GAIN * part * (model.spikeLevel - base) };
    return this.run(new Solver(higher, parameters, frozen, undefined, interventions), amplitude * (1 + part), 1).length < 1;
  }

  get tired(): boolean {
    return this.steps > MOST_STEPS;
  }
}

/** At least three spikes inside the stimulus, and still firing at its end: loligo's criterion. */
export function repetitive(spikes: readonly number[], stimulus: Stimulus, duration: number): boolean {
  const [start, stop] = extentOf(stimulus);
  const end = Math.min(stop, duration);
  const inside = spikes.filter((time) => start <= time && time <= end);
  if (inside.length < 3) return false;
  const [before, last] = inside.slice(-2) as [number, number];
  return end - last < LONGEST_GAP * (last - before);
}

/** When a stimulus begins and when it ends [ms]. */
export function extentOf(stimulus: Stimulus): [number, number] {
  switch (stimulus.kind) {
    case "pulses":
      return [stimulus.start, stimulus.start + (stimulus.count - 1) * stimulus.period + stimulus.width];
    case "pair":
      return [stimulus.start, stimulus.start + stimulus.interval + stimulus.width];
    default:
      return [stimulus.start, stimulus.stop];
  }
}

export function threshold(
  experiment: Experiment, fires: "once" | "repetitively", resolution = RESOLUTION,
): Threshold | string {
  const asked = fires === "once" ? "" : " repetitively";
  const search = new Search(experiment, fires);
  if (search.at(0) || (!search.stable && search.at(0, NUDGE)))
    return `It fires${asked} even at amplitude 0, so there is no threshold to find.`;
  const { stimulus } = experiment;
  const sign = (stimulus.kind === "pair" ? stimulus.second : stimulus.amplitude) < 0 ? -1 : 1;
  let low = 0;
  let high = NaN;
  let [ratio, fineUntil] = [2, 0];
  for (let rung = FIRST_RUNG; rung <= LAST_RUNG; rung *= ratio) {
    if (search.at(sign * rung)) {
      high = sign * rung;
      break;
    }
    if (search.end === "diverged" || search.end === "too many steps" || search.tired)
      return `It does not fire${asked} up to ${low}, and ${sign * rung} µA/cm² is more than it can be run with.`;
    if (fires === "repetitively" && fineUntil === 0 && search.counted > 0) {
      [ratio, fineUntil] = [FINER, FINE_FOR * rung];
      rung /= 2;
      continue;
    }
    if (rung > fineUntil) ratio = 2;
    low = sign * rung;
  }
  if (Number.isNaN(high))
    return `It does not fire${asked} at any amplitude up to ${sign * LAST_RUNG} µA/cm². Try the other sign, or a longer stimulus.`;
  const share = fires === "once" ? EARLY_CUT : 0.5;
  while (Math.abs(high - low) > resolution && !search.tired) {
    const between = low + share * (high - low);
    if (between === low || between === high) break;
    if (search.at(between)) high = between;
    else low = between;
  }
  const before = fires === "once" ? 0 : search.spikes(low);
  return { value: 0.5 * (low + high), low, high, runs: search.runs, before, passive: fires === "once" && search.isPassive(high, resolution) };
}
