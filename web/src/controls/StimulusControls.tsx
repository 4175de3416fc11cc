/** The stimulus: its kind, its numbers, and how long the run lasts. */
import type { JSX } from "preact";
import { conditions, model, setStimulus, settle } from "../state/store";
import type { Kind } from "../state/stimuli";
import { KINDS, startingStimulus } from "../state/stimuli";
import { DurationField, StimulusFields } from "./fields";

export function StimulusControls(): JSX.Element {
  const { kind } = conditions.value.stimulus;
  const choose = (next: Kind): void => {
    const { stimulus, duration } = conditions.peek();
    setStimulus(startingStimulus(next, model.peek(), duration, stimulus.amplitude), "kind");
    settle();
  };
  return (
    <section class="group" aria-labelledby="g-stimulus">
      <div class="head">
        <h2 id="g-stimulus">Stimulus</h2>
        <select aria-label="Kind of stimulus" value={kind} onChange={(event) => { choose(event.currentTarget.value as Kind); }}>
          {KINDS.map((k) => <option key={k.kind} value={k.kind}>{k.title}</option>)}
        </select>
      </div>
      <StimulusFields />
      <DurationField />
    </section>
  );
}
