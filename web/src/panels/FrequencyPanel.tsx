/** The f-I curve of the present membrane, computed in idle moments so that nothing waits for it. */
import type { ReadonlySignal, Signal } from "@preact/signals";
import { computed, effect, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Experiment } from "../engine/contract";
import { remote } from "../engine/remote";
import { analysed, changeConditions, experiment, membrane, otherMembrane, settle } from "../state/store";
import { slidable, steadyOf } from "../state/stimuli";
import { inks } from "../view/colours";
import { planes } from "../takeaway/planes";
import { readable } from "../view/format";
import { PlanePlot } from "../view/PlanePlot";
import type { Curve, Scene } from "../view/scene";
import { paleCurve } from "../view/scene";
import { Frame } from "./Frame";
import { roundRange } from "./lines";

const POINTS = 49;
const STILL = 250; // ms without a change before the work begins

export interface FrequencyCurve {
  readonly amplitudes: readonly number[];
  readonly frequencies: readonly number[]; // Hz
  readonly done: boolean;
  readonly of: Experiment | null;
}

const NONE: FrequencyCurve = { amplitudes: [], frequencies: [], done: false, of: null };
export const curve = signal(NONE);
/** That of B, over the amplitudes of A. */
export const otherCurve = signal(NONE);

/** Compute a curve whenever its membrane, or the largest amplitude, changes; returns what stops it. */
function follow(of: ReadonlySignal<Experiment | null>, into: Signal<FrequencyCurve>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;
  const work = async (now: Experiment, high: number, mine: number): Promise<void> => {
    const amplitudes = Array.from({ length: POINTS }, (_, i) => (high * i) / (POINTS - 1));
    const frequencies: number[] = [];
    for (const amplitude of amplitudes) {
      const frequency = await remote.frequency(now, amplitude).catch(() => NaN);
      if (mine !== turn) return;
      frequencies.push(frequency);
      into.value = { amplitudes: amplitudes.slice(0, frequencies.length), frequencies: [...frequencies], done: frequencies.length === POINTS, of: now };
    }
  };
  const stop = effect(() => {
    const [now, high] = [of.value, most.value];
    const { of: last, done, amplitudes } = into.peek();
    if (now && last === now && done && amplitudes.at(-1) === high) return;
    clearTimeout(timer);
    const mine = ++turn;
    if (now) timer = setTimeout(() => { void work(now, high, mine); }, STILL);
    else into.value = NONE;
  });
  return () => { turn++; clearTimeout(timer); stop(); };
}

/** The largest amplitude. */
const most = computed(() => slidable((membrane.value ?? experiment.peek()).model)[1]);

const scene = computed<Scene>(() => {
  const { amplitudes, frequencies } = curve.value;
  const { ink, soft, ghost, accent } = inks.value;
  const other = analysed.value?.other?.of;
  const own: Curve = { name: "f", x: amplitudes, y: frequencies, colour: soft, width: 1.2 };
  const curves = [
    ...(other ? [paleCurve({ ...own, x: otherCurve.value.amplitudes, y: otherCurve.value.frequencies }, ghost)] : []),
    own, { x: amplitudes, y: frequencies, colour: ink, width: 1, dots: 2.2 },
  ];
  const highest = curves.flatMap(({ y }) => Array.from(y)).reduce((a, b) => Math.max(a, b), 0);
  return {
    labels: ["I [µA/cm²]", "f [Hz]"], x: [0, most.value], y: [0, highest > 0 ? roundRange(0, highest)[1] : 100], curves,
    marks: [...(other ? [{ x: steadyOf(other.stimulus), y: null, colour: ghost }] : []), { x: steadyOf((analysed.value?.of ?? experiment.peek()).stimulus), y: null, colour: accent }],
  };
});

/** Whether a curve is whole and of a membrane. */
const whole = ({ of, done, amplitudes }: FrequencyCurve, now: Experiment | null): boolean => of === now && (now === null || (done && amplitudes.at(-1) === most.value));

planes.set("fi", {
  of: "membrane", scenes: () => [scene.peek()], about: () => [`Steady rate of long steps from rest; the line: I = ${readable(steadyOf(experiment.peek().stimulus), 6)} µA/cm²`],
  current: () => whole(curve.value, membrane.value) && whole(otherCurve.value, otherMembrane.value),
});

export function FrequencyPanel(): JSX.Element {
  useEffect(() => follow(membrane, curve), []);
  useEffect(() => follow(otherMembrane, otherCurve), []);
  const { amplitudes, done } = curve.value;
  const inTime = (analysed.value?.of.interventions?.length ?? 0) > 0;
  const pick = (amplitude: number): void => {
    const { stimulus } = experiment.peek();
    const to = Math.round(amplitude * 100) / 100;
    changeConditions({ stimulus: stimulus.kind === "noise" ? { ...stimulus, mean: to } : { ...stimulus, amplitude: to } }, "stimulus amplitude");
    settle();
  };
  return (
    <Frame panel="fi" title={"f\u2013I curve"} aside={<span class="soft">{done ? "" : `${amplitudes.length} of ${POINTS}`}</span>}>
      <PlanePlot scene={scene} kind="fi" label="Steady firing rate over the current of a step" onPick={pick} />
      <p class="note">Steady rate of long steps from rest. The line marks the present amplitude{analysed.value?.other && ", the pale one that of B"}; a click chooses another.{inTime && " Holds and resets during the run are left out."}</p>
    </Frame>
  );
}
