/**
 * The lowest amplitude that elicits a spike: a ladder of doublings, then a bracket cut until it is narrow.
 *
 * Lasting firing may lie in a window between two doublings, so the ladder has narrower rungs from the first spikes on.
 * Narrower windows still are looked for as `lo.threshold` does, around rungs on which v settles later than on their
 * neighbours; and where one more spike comes, which comes at the end of the stimulus and may be followed by no pause.
 */
import { readable } from "../view/format";
import { burstsOf } from "./bursts";
import type { Experiment, Numeric, Stimulus, Threshold } from "./contract";
import { piecesOf } from "./pieces";
import { numeric, restFor, startFor } from "./resting";
import { type End, Solver, type Watch } from "./solver";
import type { Step } from "./tsit5";

const FIRST_RUNG = 0.5;
const LAST_RUNG = 2 ** 14; // µA/cm²
const FINER = 2 ** (1 / 32);
const FINE_FOR = 8; // times the amplitude of the first spikes
const FEWEST = 3; // spikes that repeat
const LONGEST_GAP = 1.5; // of the last interval: a longer silence at the end means that firing has stopped
const EARLY_CUT = 0.65; // where a bracket is cut when a run ends at its spike: one that fires costs less
const NUDGE = 0.1; // mV: the disturbance that shows whether an unstable rest leads to firing
const MOST_STEPS = 2_000_000; // most steps of a whole search, which then takes about a second
const MOST_STEPS_OF_WINDOWS = 3_000_000; // most steps of a search with windows
const BETWEEN = 12; // amplitudes tried where a window may lie around a rung
const HALVINGS = 5; // of a rung, where one more spike comes
const NARROWEST = 0.0015; // least width of a window, as a fraction of its amplitude: in a narrower one a spike only comes late
const LOOKS = 400; // times at which v is evaluated
const FLAT = 0.01; // scales of v: a smaller distance from the end counts as zero
const GOLDEN = (3 - Math.sqrt(5)) / 2;

const PASSIVE_PART = 0.01; // by which an amplitude is raised to see how its peak of v follows
const PASSIVE_GAIN = 2; // times the passive response: a peak that rises by less is not a spike of the membrane itself

export const RESOLUTION = 1e-4;

/** The stimulus with another amplitude; of a pair it is the second that varies. */
export function varied(stimulus: Stimulus, amplitude: number): Stimulus {
  return stimulus.kind === "pair" ? { ...stimulus, second: amplitude } : { ...stimulus, amplitude };
}

const NEVER = new Float64Array(0);

class Spikes implements Watch {
  readonly found: number[] = [];
  readonly v: Float64Array;
  private readonly quartic = new Float64Array(5);

  constructor(private readonly enough: number, readonly times: Float64Array) {
    this.v = new Float64Array(times.length);
  }

  sample(index: number, step: Step, x: number, h: number): void {
    const c = this.quartic;
    step.quartic(0, h, c);
    this.v[index] = c[0]! + x * (c[1]! + x * (c[2]! + x * (c[3]! + x * c[4]!)));
  }

  spike(time: number): boolean {
    this.found.push(time);
    return this.found.length >= this.enough;
  }

  after(): boolean {
    return false;
  }
}

/** A silent amplitude: its spikes, and how near it came to firing (a number that increases towards a window). */
interface Silent {
  readonly amplitude: number;
  readonly count: number;
  readonly height: number;
}

class Search {
  runs = 0;
  steps = 0;
  end: End = "finished";
  last: readonly number[] = []; // spikes of the last run
  readonly silent: Silent[] = [];
  private readonly times: Float64Array; // when v is evaluated, ms
  private readonly solver: Solver;
  private readonly rest: Float64Array;
  readonly stable: boolean;
  private readonly enough: number; // spikes
  private readonly experiment: Numeric;

  constructor(asked: Experiment, private readonly fires: "once" | "repetitively") {
    const experiment = (this.experiment = numeric(asked));
    const { model, parameters, frozen, interventions } = experiment;
    const resting = restFor(model, parameters, frozen, 0);
    this.rest = startFor(model, parameters, frozen);
    this.stable = resting.stable;
    this.solver = new Solver(model, parameters, frozen, undefined, interventions);
    const [from, to] = fires === "once" ? [0, experiment.duration] : extentOf(experiment.stimulus);
    const stop = Math.min(to, experiment.duration);
    this.times = from < stop ? Float64Array.from({ length: LOOKS }, (_, k) => from + ((stop - from) * k) / (LOOKS - 1)) : NEVER;
    this.enough = experiment.stimulus.kind === "pair" ? this.run(this.solver, 0, Infinity).found.length + 1 : 1; // one more than the first pulse makes
  }

  /** Whether it fires as required at an amplitude, from rest or with v displaced from it. */
  at(amplitude: number, displaced = 0): boolean {
    const { experiment } = this;
    const { found, v } = this.run(this.solver, amplitude, this.fires === "once" ? this.enough : Infinity, displaced);
    if (this.fires === "once" ? found.length >= this.enough : this.end === "finished" && repetitive(found, experiment.stimulus, experiment.duration)) return true;
    if (displaced === 0) this.silent.push({ amplitude, count: found.length, height: this.fires === "once" ? highest(v) : lastMove(v, FLAT * experiment.model.vScale) });
    return false;
  }

  /** Whether the last run fires in bursts until the stimulus (or the run) ends: the criterion of repetitive firing, applied to the beginnings of bursts. */
  inBursts(during: Stimulus = this.experiment.stimulus): boolean {
    return repetitive((burstsOf(this.last) ?? []).map((burst) => burst[0]!), during, this.experiment.duration);
  }

  /** An amplitude that elicits a spike between silent rungs, in a window that the ladder has passed over, or null. */
  window(): number | null {
    const rungs = this.silent.filter(({ amplitude }) => amplitude !== 0).sort((a, b) => Math.abs(a.amplitude) - Math.abs(b.amplitude));
    const doubled = rungs.filter(({ amplitude }) => Number.isInteger(Math.log2(Math.abs(amplitude) / FIRST_RUNG)));
    let found: number | null = null;
    for (let k = 1; k < rungs.length && found === null && this.fires === "repetitively" && !this.late; k++) found = this.withOneMore(rungs[k - 1]!, rungs[k]!);
    for (let k = 1; k + 1 < doubled.length && found === null && !this.late; k++) {
      const [before, here, after] = [doubled[k - 1]!, doubled[k]!, doubled[k + 1]!];
      if (here.height >= Math.max(before.height, after.height) && here.height > Math.min(before.height, after.height)) found = this.around(before, here, after);
    }
    return found;
  }

  private get late(): boolean {
    return this.steps > MOST_STEPS_OF_WINDOWS;
  }

  /** Whether an amplitude fires, and the properties of the run if it does not. */
  private looked(amplitude: number): Silent | null {
    return this.at(amplitude) ? null : this.silent.at(-1)!;
  }

  /** An amplitude that elicits a spike where the third spike, or a further one, comes between two rungs. */
  private withOneMore(a: Silent, b: Silent): number | null {
    for (let count = Math.max(FEWEST, a.count + 1); count <= b.count; count++) {
      let [low, high] = [a.amplitude, b.amplitude];
      for (let k = 0; k < HALVINGS; k++) {
        const middle = 0.5 * (low + high);
        const found = this.looked(middle);
        if (!found && this.at(middle * (1 + NARROWEST))) return middle;
        if (found && found.count < count) low = middle;
        else high = middle;
      }
    }
    return null;
  }

  /** An amplitude that elicits a spike, looked for by golden sections around a rung that comes nearer to it than its neighbours. */
  private around(a: Silent, b: Silent, c: Silent): number | null {
    for (let k = 0; k < BETWEEN; k++) {
      const upper = Math.abs(c.amplitude / b.amplitude) > Math.abs(b.amplitude / a.amplitude);
      const other = b.amplitude * ((upper ? c : a).amplitude / b.amplitude) ** GOLDEN;
      const found = this.looked(other);
      if (!found) return other;
      if (found.height > b.height) [a, b, c] = upper ? [b, found, c] : [a, found, b];
      else if (upper) c = found;
      else a = found;
    }
    return null;
  }

  /** The largest amplitude known not to fire, below one that fires. */
  below(firing: number): number {
    return this.silent.reduce((best, { amplitude }) => (Math.abs(amplitude) < Math.abs(firing) && Math.abs(amplitude) > Math.abs(best) ? amplitude : best), 0);
  }

  private run(solver: Solver, amplitude: number, enough: number, displaced = 0): Spikes {
    const { experiment } = this;
    this.runs++;
    const spikes = new Spikes(enough, this.times);
    const start = this.rest.slice();
    start[0]! += displaced;
    this.end = solver.run(piecesOf(varied(experiment.stimulus, amplitude), experiment.duration), start, experiment.duration, spikes);
    this.steps += solver.steps;
    this.last = spikes.found;
    return spikes;
  }

  /** Whether v is pushed over the level: its peak rises with the amplitude as in a membrane without gates. A spike is much steeper. */
  isPassive(amplitude: number, resolution: number): boolean {
    const { model, parameters, frozen, interventions } = this.experiment;
    const part = Math.max(PASSIVE_PART, (10 * resolution) / Math.abs(amplitude));
    const base = this.rest[0]!;
    if (base >= model.spikeLevel || this.enough > 1) return false;
    const higher = { ...model, spikeLevel: model.spikeLevel + PASSIVE_GAIN * part * (model.spikeLevel - base) };
    const { found } = this.run(new Solver(higher, parameters, frozen, undefined, interventions), amplitude * (1 + part), this.fires === "once" ? 1 : Infinity);
    return found.length < (this.fires === "once" ? 1 : FEWEST);
  }

  get tired(): boolean {
    return this.steps > MOST_STEPS;
  }
}

const highest = (v: Float64Array): number => v.reduce((a, b) => Math.max(a, b), -Infinity);

/** The last time at which v is further than a given distance from its end: how long it takes to settle. */
const lastMove = (v: Float64Array, size: number): number => v.findLastIndex((value) => Math.abs(value - v[v.length - 1]!) > size);

/** At least three spikes inside the stimulus, and still firing at its end: loligo's criterion. */
export function repetitive(spikes: readonly number[], stimulus: Stimulus, duration: number): boolean {
  const [start, stop] = extentOf(stimulus);
  const end = Math.min(stop, duration);
  const inside = spikes.filter((time) => start <= time && time <= end);
  if (inside.length < FEWEST) return false;
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
  const { stimulus, duration } = experiment;
  const asFired = search.at(0);
  if (asFired || (!search.stable && (search.last.length > 0 || search.at(0, NUDGE)))) { // next to an unstable rest no spike is the last
    const how = search.inBursts({ kind: "step", amplitude: 0, start: 0, stop: duration }) ? " in bursts" : asFired ? asked : "";
    return `It fires${how} even at amplitude 0, so there is no threshold to find.`;
  }
  const sign = (stimulus.kind === "pair" ? stimulus.second : stimulus.amplitude) < 0 ? -1 : 1;
  const top = ladder(search, fires, sign);
  const window = stimulus.kind === "pair" || (fires === "once" && typeof top === "number") ? null : search.window();
  if (window === null && typeof top === "string") return top;
  let high = window ?? Number(top);
  let low = search.below(high);
  const share = fires === "once" ? EARLY_CUT : 0.5;
  while (Math.abs(high - low) > resolution) {
    const between = low + share * (high - low);
    if (between === low || between === high) break;
    if (search.at(between)) high = between;
    else low = between;
  }
  search.at(low);
  const [before, bursts] = fires === "once" ? [0, false] : [search.last.length, search.inBursts()];
  return { value: 0.5 * (low + high), low, high, runs: search.runs, before, bursts, passive: search.isPassive(high, resolution) };
}

/** The first rung that fires, or a sentence where there is none. */
function ladder(search: Search, fires: "once" | "repetitively", sign: number): number | string {
  const asked = fires === "once" ? "" : " repetitively";
  let low = 0;
  let [ratio, fineUntil] = [2, 0];
  for (let rung = FIRST_RUNG; rung <= LAST_RUNG; rung *= ratio) {
    const firing = search.at(sign * rung);
    if (firing && (fires === "once" || fineUntil > 0)) return sign * rung;
    if (search.end === "diverged" || search.end === "too many steps" || search.tired)
      return `It does not fire${asked} up to ${readable(low, 6)}, and ${readable(sign * rung, 6)} µA/cm² makes the run diverge.`;
    if (fires === "repetitively" && fineUntil === 0 && search.last.length > 0) {
      [ratio, fineUntil] = [FINER, FINE_FOR * rung];
      rung /= 2;
      continue;
    }
    if (rung > fineUntil) ratio = 2;
    low = sign * rung;
  }
  return `It does not fire${asked} at any amplitude up to ${readable(sign * LAST_RUNG, 6)} µA/cm². Try the other sign, or a longer stimulus.`;
}
