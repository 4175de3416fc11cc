/** One number: a slider and a field to type into, both the same state. */
import type { ComponentChildren, JSX, TargetedKeyboardEvent } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { conditions, settle } from "../state/store";
import { niceStep, onGrid, readable, typed } from "../view/format";

const STEPS: ReadonlyMap<string, number> = new Map([["ArrowUp", 1], ["ArrowDown", -1], ["PageUp", 10], ["PageDown", -10]]);

interface Properties {
  readonly name: ComponentChildren;
  readonly spoken: string; // the label for a screen reader
  readonly unit: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly least?: number; // what may be typed
  readonly most?: number;
  readonly whole?: boolean;
  readonly own?: number; // its original value; without it no change is marked
  readonly check?: (value: number, isTyped: boolean) => string | null; // other checks of a value; a slider may change other values with it
  readonly set: (value: number) => void;
}

export function NumberField(p: Properties): JSX.Element {
  const id = useId();
  const [wrong, setWrong] = useState("");
  const { value } = p;
  const now = conditions.value;
  useEffect(() => { setWrong(""); }, [now]); // a message about refused input disappears after a change
  const [least, most] = [p.least ?? p.low, p.most ?? p.high];
  const [low, high] = [Math.min(p.low, value), Math.max(p.high, value)];
  const step = p.whole ? 1 : niceStep(p.low, p.high);
  const { own } = p;

  const type = (field: HTMLInputElement): void => {
    if (field.value === shown(value)) return; // a refused value has been reverted already
    const number = typed(field.value);
    const problem = problemWith(number, least, most, p.whole ?? false, p.unit) || sentence(p.check?.(number, true));
    setWrong(problem && `“${field.value.slice(0, 20)}” was not accepted. ${problem} The value is still ${readable(value, 12)}.`);
    if (problem !== "") field.value = shown(value);
    else if (number !== value) p.set(number);
    settle();
  };
  const slide = (to: number): boolean => {
    const next = Math.min(high, Math.max(low, onGrid(to, step)));
    const problem = next === value ? "" : sentence(p.check?.(next, false));
    setWrong(problem && `${readable(next, 12)} was not accepted. ${problem} The value is still ${readable(value, 12)}.`);
    if (problem === "" && next !== value) p.set(next);
    return problem === "";
  };
  const keys = (event: TargetedKeyboardEvent<HTMLInputElement>): void => {
    const up = STEPS.get(event.key);
    if (up !== undefined) {
      event.preventDefault();
      slide(onGrid(value, step) + up * step);
    } else if (event.key === "Enter") type(event.currentTarget);
  };

  return (
    <div class={`field${own !== undefined && own !== value ? " changed" : ""}`}>
      <label for={id}>{p.name}</label>
      {own !== undefined && own !== value && (
        <button type="button" class="was" onClick={() => { setWrong(""); p.set(own); settle(); }}
          title="Back to the value at the start" aria-label={`was ${readable(own)}: back to the model’s own value of ${p.spoken}`}>
          was {readable(own)}
        </button>
      )}
      <input id={id} class="number" type="text" inputMode="decimal" autocomplete="off" spellcheck={false} value={shown(value)}
        aria-label={`${p.spoken}${p.unit && `, in ${p.unit}`}`} aria-invalid={wrong !== ""} aria-describedby={wrong ? `${id}w` : undefined}
        onChange={(event) => { type(event.currentTarget); }} onKeyDown={keys} />
      <span class="unit" aria-hidden="true">{p.unit}</span>
      <input class="slider" type="range" min={low} max={high} step={step} value={value} aria-label={`${p.spoken}, slider`}
        aria-valuetext={`${readable(value)} ${p.unit}`} style={{ "--part": `${((value - low) / (high - low)) * 100}%` }}
        onInput={(event) => { if (!slide(event.currentTarget.valueAsNumber)) event.currentTarget.valueAsNumber = value; }} onChange={settle} onBlur={settle} />
      {wrong && <p id={`${id}w`} class="wrong" role="alert">{wrong}</p>}
    </div>
  );
}

const shown = (value: number): string => String(Number(value.toPrecision(12))).replace("-", "−");

const sentence = (text: string | null | undefined): string => (text ? `${text.charAt(0).toUpperCase()}${text.slice(1)}.` : "");

function problemWith(value: number, least: number, most: number, whole: boolean, unit: string): string {
  if (Number.isNaN(value)) return "Enter a number, such as 12.5.";
  if (value < least || value > most) return `Enter a value from ${readable(least, 6)} to ${readable(most, 6)}${unit && ` ${unit}`}.`;
  return whole && !Number.isInteger(value) ? "Enter a whole number." : "";
}
