/** The f-I curve of the present membrane, computed in idle moments so that nothing waits for it. */
import { computed, effect, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Experiment } from "../engine/contract";
import { remote } from "../engine/remote";
import { analysed, changeConditions, experiment, membrane, sameMembrane, settle } from "../state/store";
import { slidable, steadyOf } from "../state/stimuli";
import { inks } from "../view/colours";
import { planes } from "../takeaway/save";
import { PlanePlot } from "../view/PlanePlot";
import type { Scene } from "../view/scene";
import { Frame } from "./Frame";
import { roundRange } from "./lines";

const POINTS = 49;
const STILL = 250; // ms without a change before the work begins

export interface FrequencyCurve {
  readonly amplitudes: readonly number[];
  readonly frequencies: readonly number[]; // Hz
  readonly done: boolean;
}

export const curve = signal<FrequencyCurve>({ amplitudes: [], frequencies: [], done: false });
let computedFor: Experiment | null = null;

/** Compute the curve whenever the membrane changes; returns what stops it. */
function follow(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;
  const stop = effect(() => {
    const now = membrane.value;
    if (!now || (computedFor && sameMembrane(now, computedFor) && curve.peek().done)) return;
    clearTimeout(timer);
    turn++;
    timer = setTimeout(() => { void work(now, turn); }, STILL);
  });
  const work = async (of: Experiment, mine: number): Promise<void> => {
    computedFor = of;
    const high = slidable(of.model)[1];
    const amplitudes = Array.from({ length: POINTS }, (_, i) => (high * i) / (POINTS - 1));
    const frequencies: number[] = [];
    for (const amplitude of amplitudes) {
      const frequency = await remote.frequency(of, amplitude).catch(() => NaN);
      if (mine !== turn) return;
      frequencies.push(frequency);
      curve.value = { amplitudes: amplitudes.slice(0, frequencies.length), frequencies: [...frequencies], done: frequencies.length === POINTS };
    }
  };
  return () => { turn++; clearTimeout(timer); stop(); };
}

const scene = computed<Scene>(() => {
  const { amplitudes, frequencies } = curve.value;
  const ink = inks.value;
  const most = frequencies.reduce((a, b) => Math.max(a, b), 0);
  const high = slidable((membrane.value ?? experiment.peek()).model)[1];
  return {
    labels: ["I [µA/cm²]", "f [Hz]"], x: [0, high], y: [0, most > 0 ? roundRange(0, most)[1] : 100],
    curves: [
      { name: "f", x: amplitudes, y: frequencies, colour: ink.soft, width: 1.2 },
      { x: amplitudes, y: frequencies, colour: ink.ink, width: 1, dots: 2.2 },
    ],
    marks: [{ x: steadyOf((analysed.value?.of ?? experiment.peek()).stimulus), y: null, colour: ink.accent }],
  };
});

planes.set("fi", () => [scene.peek()]);

export function FrequencyPanel(): JSX.Element {
  useEffect(follow, []);
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
      <p class="note">Steady rate of long steps from rest. The line marks the present amplitude; a click chooses another.{inTime && " What is done during the run is left out."}</p>
    </Frame>
  );
}
