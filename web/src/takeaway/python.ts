/** The loligo program that makes the same run. */
import type { Stimulus, Value } from "../engine/contract";
import type { Model } from "../model/model";
import type { Conditions } from "../state/setting";
import { interventionsOf, ownNumber, valueOf } from "../state/setting";

export function pythonOf(conditions: Conditions, model: Model): string {
  const changes = model.parameters
    .filter((p) => ownNumber(conditions.parameters, p.name) !== undefined)
    .map((p) => `${p.name}=${literal(valueOf(conditions, model, p.name))}`);
  const done = interventionsOf(conditions).map((one) => (one.kind === "reset"
    ? `lo.Reset({${[...one.values].map(([name, value]) => `"${name}": ${valueInPython(value)}`).join(", ")}}, at=${literal(one.at)})`
    : `lo.Hold("${one.variable}", ${valueInPython(one.value)}${one.start > 0 ? `, start=${literal(one.start)}` : ""}${one.stop < Infinity ? `, stop=${literal(one.stop)}` : ""})`));
  const settings = [`duration=${literal(conditions.duration)}`];
  if (model.begin !== null) settings.push(`initial={"v": ${literal(model.begin)}}`);
  if (done.length > 0) settings.push(`interventions=[${done.join(", ")}]`);
  return [
    "import loligo as lo",
    "",
    `membrane = ${model.python}`,
    ...(changes.length > 0 ? [`membrane = membrane.replace(${changes.join(", ")})`] : []),
    `stimulus = ${stimulusInPython(conditions.stimulus)}`,
    `recording = lo.simulate(membrane, stimulus, ${settings.join(", ")})`,
    "",
    "print(recording.spikes)  # ms",
    "recording.plot()",
    "",
  ].join("\n");
}

const valueInPython = (value: Value): string => (value === "rest" ? '"rest"' : literal(value));
const literal = (value: number): string => String(value);

function stimulusInPython(s: Stimulus): string {
  const amplitude = literal(s.amplitude);
  const window = (stop: number): string => `start=${literal(s.start)}, stop=${literal(stop)}`;
  switch (s.kind) {
    case "step":
      return `lo.Step(${amplitude}, ${window(s.stop)})`;
    case "ramp":
      return `lo.Ramp(${amplitude}, ${window(s.stop)})`;
    case "sine":
      return `lo.Sine(${amplitude}, frequency=${literal(s.frequency)} / 1000, ${window(s.stop)})  # kHz`;
    case "pulses":
      return `lo.Pulses(${amplitude}, onsets=[${literal(s.start)} + ${literal(s.period)} * k for k in range(${literal(s.count)})], width=${literal(s.width)})`;
    case "pair": {
      const second = `${literal(s.start)} + ${literal(s.interval)}`;
      const width = literal(s.width);
      return s.second === s.amplitude
        ? `lo.Pulses(${amplitude}, onsets=[${literal(s.start)}, ${second}], width=${width})`
        : `lo.Pulses(${amplitude}, onsets=[${literal(s.start)}], width=${width}) + lo.Pulses(${literal(s.second)}, onsets=[${second}], width=${width})`;
    }
    case "noise":
      return `lo.Noise(${amplitude}, tau=${literal(s.tau)}, seed=${literal(s.seed)}, mean=${literal(s.mean)}, ${window(s.stop)})`;
  }
}
