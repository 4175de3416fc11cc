/** The membrane's numbers in groups, with the two blockers of the laboratory. */
import type { JSX } from "preact";
import type { Channel, Parameter } from "../model/model";
import { ownNumber, withParameter } from "../state/setting";
import { change, conditions, model, settle } from "../state/store";
import { ParameterField } from "./fields";

const LAW = /^(reference_celsius|q10)/;

export function MembraneControls(): JSX.Element {
  const all = model.value.parameters;
  const kind = (...kinds: readonly Parameter["kind"][]): readonly Parameter[] => all.filter((p) => kinds.includes(p.kind) && !LAW.test(p.name));
  const constants = all.filter((p) => p.kind === "constant" || LAW.test(p.name));
  return (
    <>
      <section class="group" aria-labelledby="g-conductances">
        <div class="head"><h2 id="g-conductances">Conductances</h2><Blockers /></div>
        {kind("conductance").map((p) => <ParameterField key={p.name} of={p} />)}
      </section>
      <section class="group" aria-labelledby="g-membrane">
        <h2 id="g-membrane">Membrane</h2>
        {kind("reversal").map((p) => <ParameterField key={p.name} of={p} />)}
        {kind("capacitance", "temperature").map((p) => <ParameterField key={p.name} of={p} />)}
        {constants.length > 0 && (
          <details>
            <summary>Constants</summary>
            {constants.map((p) => <ParameterField key={p.name} of={p} />)}
          </details>
        )}
      </section>
    </>
  );
}

/** TTX and TEA set a conductance to zero; pressing again washes them out. */
export function Blockers(): JSX.Element {
  return (
    <span class="buttons">
      {model.value.channels.map((channel) => channel.blocker !== null && channel.conductance !== null && (
        <Blocker key={channel.name} channel={channel} name={channel.conductance} />
      ))}
    </span>
  );
}

function Blocker({ channel, name }: { channel: Channel; name: string }): JSX.Element {
  const blocked = ownNumber(conditions.value.parameters, name) === 0;
  const press = (): void => {
    const own = model.peek().parameters.find((p) => p.name === name)?.value ?? 0;
    change({ conditions: withParameter(conditions.peek(), model.peek(), name, blocked ? own : 0) }, "blocker");
    settle();
  };
  return (
    <button type="button" class="small" aria-pressed={blocked} onClick={press} title={`Block the channel ${channel.name}`}>
      {channel.blocker}
    </button>
  );
}
