/** A setting in words, for figures, tables and print. */
import type { Intervention } from "../engine/contract";
import type { Model } from "../model/model";
import type { Conditions } from "../state/setting";
import { interventionsOf, valueOf } from "../state/setting";
import { KINDS, fieldsOf, numbersOf } from "../state/stimuli";
import { readable } from "../view/format";

/** Of a run, or of its membrane alone: without the stimulus and what is done during the run. */
export function captionOf(conditions: Conditions, model: Model, of: "run" | "membrane" = "run"): readonly string[] {
  const { stimulus, duration } = conditions;
  const numbers = numbersOf(stimulus);
  const kind = KINDS.find((one) => one.kind === stimulus.kind)?.title ?? "";
  const fields = fieldsOf(stimulus.kind, model, duration).map((f) => `${f.label.toLowerCase()} ${readable(numbers.get(f.key) ?? NaN, 6)}${f.unit && ` ${f.unit}`}`);
  const changed = model.parameters.filter((p) => Object.hasOwn(conditions.parameters, p.name))
    .map((p) => `${p.name} = ${readable(valueOf(conditions, model, p.name), 6)}${p.unit && ` ${p.unit}`}`);
  const unitOf = (name: string): string => { const unit = model.states.find((s) => s.name === name)?.unit; return unit ? ` ${unit}` : ""; };
  const always = (one: Intervention): boolean => one.kind === "hold" && one.start === 0 && one.stop === Infinity;
  const done = interventionsOf(conditions).filter((one) => of === "run" || always(one)).map((one) => (one.kind === "reset"
    ? `${[...one.values].map(([name, value]) => (value === "rest" ? `${name} at rest` : `${name} = ${readable(value, 6)}${unitOf(name)}`)).join(", ")} set at ${readable(one.at, 6)} ms`
    : `${one.variable} held at ${one.value === "rest" ? "rest" : readable(one.value, 6)}${one.start > 0 || one.stop < Infinity ? ` from ${readable(one.start, 6)} to ${readable(Math.min(one.stop, duration), 6)} ms` : ""}`));
  return [
    ...(of === "run" ? [`${kind}: ${fields.join(", ")}; run of ${readable(duration, 6)} ms`] : []),
    ...(changed.length > 0 ? [changed.join(", ")] : []),
    ...(done.length > 0 ? [done.join("; ")] : []),
  ];
}
