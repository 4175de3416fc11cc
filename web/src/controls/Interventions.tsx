/** Interventions during the run: gates held, and variables set once. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Value } from "../engine/contract";
import { remote } from "../engine/remote";
import type { State } from "../model/model";
import type { Conditions, Stretch } from "../state/setting";
import { MOST_RESETS, ownNumber, resetTime, resettable, stretchOf, withFrozen, withReset, withStretch, wrongStretch } from "../state/setting";
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
  const set = (to: Value | null): void => { become(withFrozen(conditions.peek(), name, to), `hold ${name}`); };
  const toggle = (): void => {
    if (held === undefined) { void resting(name, set); return; }
    set(null);
    settle();
  };
  return (
    <div class="hold">
      <label class="check"><input type="checkbox" checked={held !== undefined} onChange={toggle} /> <Name of={name} /></label>
      {held !== undefined && <At name={name} done="held" value={held} set={set} />}
      {typeof held === "number" && <NumberField name="held at" spoken={`${name} held at`} unit="" value={held} low={0} high={1} set={set} />}
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
      check={(to, isTyped) => (isTyped ? wrongStretch(which === 0 ? [to, shown[1]] : [shown[0], to], name) : null)}
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

/** Choice between a number and the variable's value at rest in the present membrane, for a hold or a reset. */
function At({ name, done, value, set }: { name: string; done: string; value: Value; set: (to: Value) => void }): JSX.Element {
  return (
    <select aria-label={`To what ${name} is ${done}`} value={value === "rest" ? "rest" : "number"} onChange={(event) => {
      if (event.currentTarget.value === "number") { void resting(name, set); return; }
      set("rest");
      settle();
    }}>
      <option value="number">at a value</option>
      <option value="rest">at its value at rest</option>
    </select>
  );
}

export function ResetControls(): JSX.Element {
  const { resets } = conditions.value;
  const [more, setMore] = useState(false); // an empty reset follows the last
  const count = Math.max(1, resets.length + (more ? 1 : 0));
  return (
    <section class="group" aria-labelledby="g-reset">
      <h2 id="g-reset">Reset at a time</h2>
      {Array.from({ length: count }, (_, k) => <OneReset key={k} which={k} began={() => { setMore(false); }} />)}
      {resets.length > 0 && !more && resets.length < MOST_RESETS && <button type="button" onClick={() => { setMore(true); }}>Reset at another time</button>}
    </section>
  );
}

function OneReset({ which, began }: { which: number; began: () => void }): JSX.Element {
  const now = conditions.value;
  const reset = now.resets[which];
  const nth = which === 0 ? "" : `, reset ${which + 1}`;
  const when = (at: "stimulus" | number): void => {
    const before = conditions.peek();
    become({ ...before, resets: before.resets.map((one, k) => (k === which ? { ...one, at } : one)) }, `reset at ${which}`);
  };
  return (
    <div class="holds" role="group" aria-label={`Reset ${which + 1}`}>
      {resettable(model.value).map((s) => {
        const value = ownNumber(reset?.values ?? {}, s.name);
        const set = (to: Value | null): void => { become(withReset(conditions.peek(), which, s.name, to), `reset ${which} ${s.name}`); began(); };
        return (
          <div class="hold" key={s.name}>
            <label class="check"><input type="checkbox" aria-label={`Reset ${s.name}${nth}`} checked={value !== undefined} onChange={() => { if (value === undefined) { void resting(s.name, set); return; } set(null); settle(); }} /> <Name of={s.name} /></label>
            {value !== undefined && <At name={s.name} done={`reset${nth}`} value={value} set={set} />}
            {typeof value === "number" && <NumberField name="reset to" spoken={`${s.name} reset to${nth}`} unit={s.unit} value={value} low={s.least} high={s.most} set={set} />}
          </div>
        );
      })}
      {reset && (
        <select aria-label={`When variables are reset${nth}`} value={reset.at === "stimulus" ? "stimulus" : "time"}
          onChange={(event) => { when(event.currentTarget.value === "stimulus" ? "stimulus" : resetTime(now, reset)); settle(); }}>
          <option value="stimulus">when the stimulus ends</option>
          <option value="time">at a time</option>
        </select>
      )}
      {reset && reset.at !== "stimulus" && (
        <NumberField name="at" spoken={`Time of the reset${nth}`} unit="ms" value={reset.at} low={0} high={now.duration} set={when} />
      )}
    </div>
  );
}

/** Supply the resting value of a variable, to six digits. */
async function resting(name: string, then: (value: number) => void): Promise<void> {
  const of = experiment.peek();
  const at = of.model.states.findIndex((s) => s.name === name);
  const value = (await remote.rest(of))[at] ?? 0;
  then(Number((of.model.states[at]?.kind === "gate" ? Math.min(1, Math.max(0, value)) : value).toPrecision(6)));
  settle();
}
