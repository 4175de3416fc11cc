/** All controls; the beginner has three. */
import type { JSX } from "preact";
import { Fragment } from "preact";
import { ownNumber } from "../state/setting";
import { conditions, model, setting, view } from "../state/store";
import { KINDS, fieldsOf } from "../state/stimuli";
import { Takeaway } from "../takeaway/Takeaway";
import { startOf } from "../tour/progress";
import { Compare } from "./Compare";
import { Find } from "./Find";
import { GateControls, ResetControls } from "./Interventions";
import { MembraneControls } from "./Membrane";
import { PanelChoice } from "./PanelChoice";
import { StimulusControls } from "./StimulusControls";
import { ParameterField, StimulusField } from "./fields";

export function Controls(): JSX.Element {
  const { key } = model.value; // each model has its own fields, so text typed for one model does not stay for another
  return view.value === "beginner" ? <Three key={key} /> : (
    <Fragment key={key}>
      <StimulusControls />
      <Find />
      <MembraneControls />
      <GateControls />
      <ResetControls />
      <Compare />
      <PanelChoice />
      <Takeaway />
    </Fragment>
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
      <Beyond shown={conductances.map((p) => p.name)} />
      <Takeaway />
    </>
  );
}

/** Other changes from the setting that the model or the question starts with, listed where only three numbers are shown. */
function Beyond({ shown }: { shown: readonly string[] }): JSX.Element | null {
  const { parameters, frozen, resets, stimulus, duration } = conditions.value;
  const start = startOf(model.value, setting.value.tour);
  const more = [
    ...model.value.parameters.map((p) => p.name).filter((name) => !shown.includes(name) && ownNumber(parameters, name) !== ownNumber(start.parameters, name))
      .map((name) => (name === "celsius" ? "temperature" : name)),
    ...Object.keys(frozen).map((name) => `${name} held`),
    ...resets.filter((one) => !start.resets.some((own) => JSON.stringify(own) === JSON.stringify(one))).map(({ values }) => `${Object.keys(values).join(" and ")} reset`),
    ...(resets.length === 0 && start.resets.length > 0 ? ["no reset"] : []),
    ...(stimulus.kind === start.stimulus.kind ? [] : [`stimulus: ${KINDS.find((k) => k.kind === stimulus.kind)?.title.toLowerCase() ?? ""}`]),
    ...(duration === start.duration ? [] : ["duration"]),
    ...(setting.value.overlay ? ["B on show"] : []),
  ];
  return more.length === 0 ? null : <p class="note beyond">Also changed (see Full): {more.join(", ")}.</p>;
}

