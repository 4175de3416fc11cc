/** What is done to variables during the run: gates held, and variables set once. */
import type { JSX } from "preact";
import { remote } from "../engine/remote";
import type { State } from "../model/model";
import type { Conditions, Stretch } from "../state/setting";
import { ownNumber, resetTime, resettable, stretchOf, withFrozen, withReset, withStretch, wrongStretch } from "../state/setting";
import { change, conditions, experiment, model, settle } from "../state/store";
import { Name } from "../view/Name";
import { NumberField } from "./NumberField";

const SHORTEST_HOLD = 0.1; // ms, of a slider

const become = (next: Conditions, label: string): void => { change({ conditions: next }, label); };

export function GateControls(): JSX.Element | null {
  const gates = model.value.states.filter((s) => s.kind === "gate");
  return gates.length === 0 ? null : (
    <section class="group holds" aria-labelledby="g-gates">
      <h2 id="g-gates">Hold a gate</h2>
      {gates.map((gate) => <Hold key={gate.name} gate={gate} />)}
    </section>
  );
}

function Hold({ gate: { name } }: { gate: State }): JSX.Element {
  const held = ownNumber(conditions.value.frozen, name);
  const set = (to: number | null): void => { become(withFrozen(conditions.peek(), name, to), `hold ${name}`); };
  const toggle = (): void => {
    if (held === undefined) { void resting(name, set); return; }
    set(null);
    settle();
  };
  return (
    <div class="hold">
      <label class="check"><input type="checkbox" checked={held !== undefined} onChange={toggle} /> <Name of={name} /></label>
      {held !== undefined && <NumberField name="held at" spoken={`${name} held at`} unit="" value={held} low={0} high={1} set={set} />}
      {held !== undefined && <During name={name} />}
    </div>
  );
}

/** When a gate is held. */
function During({ name }: { name: string }): JSX.Element {
  const now = conditions.value;
  const stretch = Object.hasOwn(now.during, name) ? now.during[name] : undefined;
  const shown = stretchOf(now, name) ?? [0, now.duration];
  const set = (to: Stretch | null): void => { become(withStretch(conditions.peek(), name, to), `during ${name}`); };
  const choose = (kind: string): void => {
    set(kind === "stimulus" ? "stimulus" : kind === "times" ? (stretchOf(now, name) ?? [now.stimulus.start, shown[1]]) : null);
    settle();
  };
  const time = (which: 0 | 1, label: string): JSX.Element => (
    <NumberField name={label} spoken={`${name} held ${label}`} unit="ms" value={shown[which]} low={which === 0 ? 0 : SHORTEST_HOLD} high={now.duration}
      check={(to) => wrongStretch(which === 0 ? [to, shown[1]] : [shown[0], to], name)}
      set={(to) => { set(which === 0 ? [to, Math.max(shown[1], to + SHORTEST_HOLD)] : [Math.max(0, Math.min(shown[0], to - SHORTEST_HOLD)), to]); }} />
  );
  return (
    <>
      <select aria-label={`When ${name} is held`} value={stretch === undefined ? "run" : typeof stretch === "string" ? stretch : "times"}
        onChange={(event) => { choose(event.currentTarget.value); }}>
        <option value="run">for the whole run</option>
        <option value="stimulus">while the stimulus lasts</option>
        <option value="times">from … to …</option>
      </select>
      {typeof stretch === "object" && time(0, "from")}
      {typeof stretch === "object" && time(1, "to")}
    </>
  );
}

export function ResetControls(): JSX.Element {
  const now = conditions.value;
  const { reset } = now;
  const when = (at: "stimulus" | number): void => { if (reset) become({ ...conditions.peek(), reset: { ...reset, at } }, "reset at"); };
  return (
    <section class="group holds" aria-labelledby="g-reset">
      <h2 id="g-reset">Reset at a time</h2>
      {resettable(model.value).map((s) => {
        const value = ownNumber(reset?.values ?? {}, s.name);
        const set = (to: number | null): void => { become(withReset(conditions.peek(), s.name, to), `reset ${s.name}`); };
        return (
          <div class="hold" key={s.name}>
            <label class="check"><input type="checkbox" aria-label={`Reset ${s.name}`} checked={value !== undefined} onChange={() => { if (value === undefined) { void resting(s.name, set); return; } set(null); settle(); }} /> <Name of={s.name} /></label>
            {value !== undefined && <NumberField name="reset to" spoken={`${s.name} reset to`} unit={s.unit} value={value} low={s.least} high={s.most} set={set} />}
          </div>
        );
      })}
      {reset && (
        <select aria-label="When variables are reset" value={reset.at === "stimulus" ? "stimulus" : "time"}
          onChange={(event) => { when(event.currentTarget.value === "stimulus" ? "stimulus" : resetTime(now)); settle(); }}>
          <option value="stimulus">when the stimulus ends</option>
          <option value="time">at a time</option>
        </select>
      )}
      {reset && reset.at !== "stimulus" && (
        <NumberField name="at" spoken="Time of the reset" unit="ms" value={reset.at} low={0} high={now.duration} set={when} />
      )}
    </section>
  );
}

/** Give the resting value of a variable, to six digits, to what needs it. */
async function resting(name: string, then: (value: number) => void): Promise<void> {
  const of = experiment.peek();
  const at = of.model.states.findIndex((s) => s.name === name);
  const value = (await remote.rest(of))[at] ?? 0;
  then(Number((of.model.states[at]?.kind === "gate" ? Math.min(1, Math.max(0, value)) : value).toPrecision(6)));
  settle();
}
