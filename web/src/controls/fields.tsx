/** The numbers of the present setting as fields: parameters of the model, numbers of the stimulus, the duration. */
import { ownNumber } from "../state/setting";
import type { JSX } from "preact";
import type { Parameter } from "../model/model";
import { changeConditions, conditions, model, setParameter, setStimulus } from "../state/store";
import type { Field } from "../state/stimuli";
import { LONGEST, SHORTEST, fieldsOf, numbersOf, startingStimulus, withNumber, withOnly, wrongStimulus } from "../state/stimuli";
import { Name } from "../view/Name";
import { NumberField } from "./NumberField";

const MEANING: Readonly<Record<Parameter["kind"], string>> = {
  conductance: "maximal conductance", reversal: "reversal potential", capacitance: "capacitance", temperature: "temperature",
  constant: "constant",
};

/** Times of the run: what is typed lies within it. */
const TIMES: ReadonlySet<string> = new Set(["start", "stop"]);

export function ParameterField({ of }: { of: Parameter }): JSX.Element {
  const value = ownNumber(conditions.value.parameters, of.name) ?? of.value;
  return (
    <NumberField name={of.name === "celsius" ? "Temperature" : <Name of={of.name} />} spoken={`${of.name.replaceAll("_", " ")}, ${MEANING[of.kind]}`} unit={of.unit} value={value}
      low={of.low} high={of.high} own={of.value} set={(to) => { setParameter(of.name, to); }} />
  );
}

export function StimulusField({ of }: { of: Field }): JSX.Element {
  const value = numbersOf(conditions.value.stimulus).get(of.key) ?? 0;
  const own = numbersOf(startingStimulus(conditions.value.stimulus.kind, model.value, model.value.duration, model.value.starts.amplitude)).get(of.key);
  return (
    <NumberField name={of.label} spoken={of.label} unit={of.unit} value={value} low={of.low} high={of.high} least={of.least} most={TIMES.has(of.key) ? Math.min(of.most, conditions.value.duration) : of.most}
      whole={of.whole} check={(to, isTyped) => wrongStimulus((isTyped ? withOnly : withNumber)(conditions.peek().stimulus, of.key, to), model.peek(), conditions.peek().duration)} {...(own === undefined ? {} : { own })} set={(to) => { setStimulus(withNumber(conditions.peek().stimulus, of.key, to), of.key); }} />
  );
}

export function DurationField(): JSX.Element {
  return (
    <NumberField name="Duration" spoken="Duration of the run" unit="ms" value={conditions.value.duration} low={20} high={Math.max(500, 2 * model.value.duration)}
      least={SHORTEST} most={LONGEST} own={model.value.duration} check={(to) => wrongStimulus(conditions.peek().stimulus, model.peek(), to)} set={(duration) => { changeConditions({ duration }, "duration"); }} />
  );
}

/** The fields of the present stimulus. */
export function StimulusFields(): JSX.Element {
  const { stimulus: { kind }, duration } = conditions.value;
  return <>{fieldsOf(kind, model.value, duration).map((f) => <StimulusField key={`${kind} ${f.key}`} of={f} />)}</>;
}
