/** All controls; the beginner has three. */
import type { JSX } from "preact";
import { model, view } from "../state/store";
import { fieldsOf } from "../state/stimuli";
import { conditions } from "../state/store";
import { Takeaway } from "../takeaway/Takeaway";
import { Compare } from "./Compare";
import { Find } from "./Find";
import { GateControls, MembraneControls } from "./Membrane";
import { PanelChoice } from "./PanelChoice";
import { StimulusControls } from "./StimulusControls";
import { ParameterField, StimulusField } from "./fields";

export function Controls(): JSX.Element {
  return view.value === "beginner" ? <Three /> : (
    <>
      <StimulusControls />
      <Find />
      <MembraneControls />
      <GateControls />
      <Compare />
      <PanelChoice />
      <Takeaway />
    </>
  );
}

/** The current, and the two conductances that make a spike. */
function Three(): JSX.Element {
  const { stimulus, duration } = conditions.value;
  const amplitude = fieldsOf(stimulus.kind, model.value, duration).find((f) => f.key === "amplitude");
  const conductances = model.value.parameters.filter((p) => p.kind === "conductance").slice(0, 2);
  return (
    <>
      <section class="group three" aria-label="Controls">
        {amplitude && <StimulusField key={stimulus.kind} of={{ ...amplitude, label: "Injected current" }} />}
        {conductances.map((p) => <ParameterField key={p.name} of={p} />)}
      </section>
      <Takeaway />
    </>
  );
}
