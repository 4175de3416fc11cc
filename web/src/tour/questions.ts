/** The classroom exercise as questions that any membrane can answer; the squid's are those of the course. */
import type { Engine, Experiment, Run, Stimulus, Threshold } from "../engine/contract";
import type { Model } from "../model/model";
import type { Conditions } from "../state/setting";
import { readable } from "../view/format";
import { experimentOf, withParameter } from "../state/setting";
import { gatesOf, reboundSolution } from "./rebound";

export interface Mistake {
  readonly value: number;
  readonly hint: string;
}

/** The right answer with its tolerance and the wrong ones worth a hint; or why there is none. */
export type Solution =
  | { readonly value: number; readonly tolerance: number; readonly explanation: string; readonly mistakes: readonly Mistake[]; readonly least?: Mistake } // least: below it the answer is wrong, however near
  | { readonly chosen: readonly string[]; readonly explanation: string } // of several names those that are right
  | { readonly reason: string } // none is found, and why
  | { readonly failure: string };

export interface Question {
  readonly number: string;
  readonly title: string;
  readonly unit: string;
  readonly ask: (model: Model) => string;
  readonly hint: (model: Model) => string; // after a second wrong answer
  readonly absent?: string; // the answer that there is none; without it there always is one
  readonly choices?: (model: Model) => readonly string[]; // the answer is some of these, or none
  readonly suits: (model: Model) => boolean;
  readonly full?: true; // it needs controls or panels that the beginner's view has not
  readonly preset: (conditions: Conditions, model: Model) => Conditions;
  readonly solve: (engine: Engine, of: Experiment, own: Experiment) => Solution; // own: with the conductances as they were
}

const RESOLUTION = 1e-4;
const always = (): boolean => true;
const listed = (names: readonly string[], last: string): string => (names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1) ?? ""}`);
const finest = (model: Model): number => model.amplitude.value / 100; // 0.1 µA/cm² of the squid's 10

/** The window of the exercise: 20 to 180 of 200 ms for the squid. */
export function exerciseStep(model: Model, amplitude: number): Stimulus {
  return { kind: "step", amplitude, start: 0.1 * model.duration, stop: 0.9 * model.duration };
}

function played(conditions: Conditions, model: Model, stimulus: Stimulus, duration = model.duration): Conditions {
  return { ...conditions, stimulus, duration, frozen: {}, during: {}, resets: [] };
}

const withStep = (part: number) => (conditions: Conditions, model: Model): Conditions =>
  played(conditions, model, exerciseStep(model, part * model.amplitude.value));

const SILENT = "At this amplitude it is still silent. Continue in finer steps to the first amplitude that makes a spike.";
const STOPS = "At this amplitude it does not fire to the end. Continue in finer steps to the first amplitude at which it does.";

function thresholdSolution(found: Threshold | string, of: Experiment, below: string, mistakes: readonly Mistake[], more = ""): Solution {
  if (typeof found === "string") return { reason: found };
  if (found.passive) return { reason: "v is only pushed over the spike level; this membrane makes no spike." };
  return {
    value: found.high, tolerance: finest(of.model), mistakes, least: { value: found.low, hint: below },
    explanation: `Between ${found.low.toFixed(4)} and ${found.high.toFixed(4)} µA/cm².${more}`,
  };
}

function alsoWrong(found: Threshold | string, hint: string): Mistake[] {
  return typeof found === "string" ? [] : [{ value: found.high, hint }];
}

const spikesOf = (engine: Engine, of: Experiment): Run => engine.simulate(of, 2000);
const hGate = (model: Model): string | null => model.states.find((s) => s.kind === "gate" && /^h/.test(s.name))?.name ?? null;

export const QUESTIONS: readonly Question[] = [
  {
    number: "1", absent: "there is none", hint: () => "Again and again, try the middle between an amplitude without a spike and one with a spike. The button “For a spike” of the full view does the same.", title: "One spike", unit: "µA/cm²", suits: always, preset: withStep(0.1),
    ask: () => "What is the lowest amplitude of this step that makes at least one spike? Move the amplitude until a spike appears, then halve the interval between silent and firing.",
    solve: (engine, of) => thresholdSolution(engine.threshold(of, "once", RESOLUTION), of, SILENT,
      alsoWrong(engine.threshold(of, "repetitively", RESOLUTION), "That is where it fires repetitively. A single spike needs less.")),
  },
  {
    number: "2", absent: "there is none", hint: () => "Look at the last interval of the step: if the silence at its end is longer than the intervals before it, firing has stopped.", title: "Repetitive firing", unit: "µA/cm²", suits: always, preset: withStep(0.3),
    ask: () => "What is the lowest amplitude at which it fires for as long as the step lasts, and does not fall silent after some spikes?",
    solve: (engine, of) => thresholdSolution(engine.threshold(of, "repetitively", RESOLUTION), of, STOPS,
      alsoWrong(engine.threshold(of, "once", RESOLUTION), "At this amplitude it makes a first spike, but does not continue to fire. Look at the end of the step.")),
  },
  {
    number: "3", hint: () => "Every spike has a small mark above the trace of v, and the line above it counts them.", title: "After a negative step", unit: "spikes", suits: always, preset: withStep(-0.5),
    ask: (model) => `How many spikes does a step of ${readable(-0.5 * model.amplitude.value)} µA/cm² cause in the whole run?`,
    solve: (engine, of) => {
      const count = spikesOf(engine, of).spikes.length;
      const alone = spikesOf(engine, { ...of, stimulus: exerciseStep(of.model, 0) }).spikes.length;
      const hints = count > 0 ? [{ value: 0, hint: "Look at what happens after the step ends." }] : [];
      return { value: count, tolerance: 0, mistakes: hints, explanation: afterStep(count, alone) };
    },
  },
  {
    number: "4", hint: () => "The step ends where the stimulus in the lowest panel goes back to zero. Focus the trace, move the cursor there with the arrow keys, and read the gate.", title: "What the negative step has done", unit: "", full: true, suits: (model) => hGate(model) !== null, preset: withStep(-0.5),
    ask: (model) => `What is the value of ${hGate(model) ?? "h"} when the negative step ends? Show the gates, and put the cursor at the end of the step.`,
    solve: (engine, of) => valueAtEnd(engine, of),
  },
  {
    number: "5", title: "Which gate does it?", unit: "", full: true, suits: (model) => hGate(model) !== null, preset: withStep(-0.5),
    choices: gatesOf,
    ask: (model) => `Hold ${listed(gatesOf(model), "and")}, one at a time, at its resting value while the negative step lasts. Which of them abolishes the rebound spike? If no spike follows the step, or it fires without one, there is no rebound.`, absent: "there is no rebound",
    hint: () => "Under “Hold a gate” tick one gate, choose “while the stimulus lasts”, and look for a spike after the end of the step; then release it and take the next.",
    solve: (engine, of) => reboundSolution(engine, of),
  },
  {
    number: "6", absent: "there is none", hint: () => "The final amplitude is what the ramp reaches at its end. It can be several times the threshold of a step.", title: "A slow ramp", unit: "µA/cm²", suits: always,
    preset: (conditions, model) => played(conditions, model,
      { kind: "ramp", amplitude: 0.5 * model.amplitude.value, start: 0.15 * model.duration, stop: 1.35 * model.duration }, 1.5 * model.duration),
    ask: () => "Now the current grows slowly, as a ramp. What is the lowest final amplitude that makes a spike?",
    solve: (engine, of) => {
      const { start, stop } = of.stimulus as { start: number; stop: number };
      const found = engine.threshold(of, "once", RESOLUTION);
      const step = engine.threshold({ ...of, duration: of.model.duration, stimulus: exerciseStep(of.model, of.model.amplitude.value) }, "once", RESOLUTION);
      const slope = typeof found === "string" ? [] : [{ value: found.high / (stop - start), hint: "That is the slope of the ramp; the question asks for its final amplitude." }];
      return thresholdSolution(found, of, SILENT, [...alsoWrong(step, "That is the threshold of a step. Choose the ramp and search again."), ...slope],
        typeof step === "string" ? "" : ` A step needs ${step.high.toFixed(4)}.`);
    },
  },
  {
    number: "7", absent: "there is none", hint: () => "Press “Set it up”, and search as in the second question: the lowest amplitude at which it fires to the end of the step.", title: "More sodium", unit: "µA/cm²", suits: (model) => model.parameters.some((p) => p.name === "g_Na"),
    preset: (conditions, model) => {
      const most = model.parameters.find((p) => p.name === "g_Na")?.high ?? Infinity;
      return withParameter(withStep(0.3)(conditions, model), model, "g_Na", Math.min(most, 1.5 * (model.parameters.find((p) => p.name === "g_Na")?.value ?? 0)));
    },
    ask: () => "The maximal conductance of sodium is 1.5 times as large. What is the threshold of repetitive firing now?",
    solve: (engine, of, own) => thresholdSolution(engine.threshold(of, "repetitively", RESOLUTION), of, STOPS,
      alsoWrong(engine.threshold(own, "repetitively", RESOLUTION), "That is the threshold with the sodium conductance unchanged.")),
  },
  {
    number: "8", absent: "there is none", hint: () => "Move the cursor to two neighbouring late spikes, subtract their times in ms, and divide 1000 by the difference.", title: "How fast?", unit: "Hz", suits: always, preset: withStep(1),
    ask: (model) => `At what steady rate does it fire under a step of ${readable(model.amplitude.value)} µA/cm²? Measure the interval between two late spikes.`,
    solve: (engine, of) => {
      const rate = engine.frequency(of, of.model.amplitude.value);
      if (!(rate > 0)) return { reason: "It does not fire continuously at this current." };
      return {
        value: rate, tolerance: 0.03 * rate, explanation: `${rate.toFixed(2)} Hz, an interval of ${(1000 / rate).toFixed(3)} ms.`,
        mistakes: [
          { value: 1000 / rate, hint: "That is the interval in ms. The rate is 1000 divided by it." },
          { value: rate / 1000, hint: "That is in kHz (1/ms); give the answer in Hz." },
          { value: spikesOf(engine, of).spikes.length, hint: "That is the number of spikes in the run; the question asks for the rate." },
        ],
      };
    },
  },
];

function afterStep(count: number, alone: number): string {
  if (alone > 0) return "It fires without any stimulus, too, so none of them is a rebound.";
  return count === 0 ? "No spike follows this step." : `The rebound ${count === 1 ? "spike comes" : "spikes come"} after the end of the step.`;
}

function valueAtEnd(engine: Engine, of: Experiment): Solution {
  const name = hGate(of.model) ?? "";
  const at = of.model.states.findIndex((s) => s.name === name);
  const run = spikesOf(engine, of);
  const stop = "stop" in of.stimulus ? of.stimulus.stop : of.duration;
  const index = run.t.findLastIndex((t) => t <= stop);
  const value = run.y[at]?.[index] ?? NaN;
  if (!Number.isFinite(value)) return { failure: run.message || "The run stopped before the end of the step." };
  const resting = engine.rest(of.model, of.parameters, new Map())[at] ?? NaN;
  return {
    value, tolerance: 0.01, explanation: `At rest it is ${resting.toFixed(3)}; the negative step moves it to ${value.toFixed(3)}.`,
    mistakes: [
      { value: resting, hint: "That is its value at rest, before the step." },
      { value: 100 * value, hint: "Gates are fractions between 0 and 1, not percent." },
      { value: 1 - value, hint: "That is the closed fraction." },
    ],
  };
}

/** The experiment of a question under the present model and parameters, and the same without its own change of them. */
export function experimentsOf(question: Question, conditions: Conditions, model: Model): { of: Experiment; own: Experiment } {
  const preset = question.preset(conditions, model);
  const plain = preset.parameters === conditions.parameters ? preset : { ...preset, parameters: withoutSodium(conditions) };
  return { of: experimentOf(preset, model), own: experimentOf(plain, model) };
}

const withoutSodium = (conditions: Conditions): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(conditions.parameters).filter(([name]) => name !== "g_Na"));
