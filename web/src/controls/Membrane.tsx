/** The membrane's numbers in groups, with the two blockers of the laboratory, and the gates that can be held. */
import type { JSX } from "preact";
import { engine } from "../engine/engine";
import type { Channel, Parameter, State } from "../model/model";
import { ownNumber, withFrozen, withParameter } from "../state/setting";
import { change, conditions, experiment, model, settle } from "../state/store";
import { Name } from "../view/Name";
import { NumberField } from "./NumberField";
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

/** TTX and TEA take a conductance to zero; pressed again they wash out. */
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

export function GateControls(): JSX.Element {
  const gates = model.value.states.filter((s) => s.kind === "gate");
  return (
    <section class="group" aria-labelledby="g-gates">
      <h2 id="g-gates">Hold a gate</h2>
      {gates.map((gate) => <Hold key={gate.name} gate={gate} />)}
    </section>
  );
}

function Hold({ gate }: { gate: State }): JSX.Element {
  const held = ownNumber(conditions.value.frozen, gate.name);
  const set = (to: number | null): void => {
    change({ conditions: withFrozen(conditions.peek(), gate.name, to) }, `hold ${gate.name}`);
  };
  const toggle = (): void => {
    set(held === undefined ? resting(gate.name) : null);
    settle();
  };
  return (
    <div class="hold">
      <label class="check"><input type="checkbox" checked={held !== undefined} onChange={toggle} /> <Name of={gate.name} /></label>
      {held !== undefined && (
        <NumberField name="held at" spoken={`${gate.name} held at`} unit="" value={held} low={0} high={1} set={set} />
      )}
    </div>
  );
}

/** The resting value of a gate, to six digits. */
function resting(name: string): number {
  const { model: of, parameters } = experiment.peek();
  const at = of.states.findIndex((s) => s.name === name);
  const value = engine.rest(of, parameters, new Map())[at] ?? 0;
  return Number(Math.min(1, Math.max(0, value)).toPrecision(6));
}
