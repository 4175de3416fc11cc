/** A membrane may call its parameters, gates and channels what JavaScript calls its own. */
import { describe, expect, it } from "vitest";
import type { Model } from "../src/model/model";
import { decode, encode } from "../src/state/link";
import { experimentOf, startingSetting, valueOf, withFrozen, withParameter } from "../src/state/setting";
import { pythonOf } from "../src/takeaway/python";
import { axon } from "./page_models";

const NAMES = ["constructor", "valueOf", "toString", "hasOwnProperty", "__proto__", "prototype", "isPrototypeOf", "__defineGetter__", "toLocaleString", "length", "name"];

function called(name: string): Model {
  const [first, ...others] = axon.parameters;
  const states = axon.states.map((s) => (s.kind === "gate" ? { ...s, name } : s));
  return { ...axon, parameters: [{ ...first!, name }, ...others], states };
}

describe.each(NAMES)("a parameter and a gate called %s", (name) => {
  const model = called(name);
  const value = model.parameters[0]!.value;
  const start = startingSetting(model);

  it("have the model's own values until they are changed", () => {
    expect(valueOf(start.conditions, model, name)).toBe(value);
    expect(experimentOf(start.conditions, model).parameters[0]).toBe(value);
    expect(pythonOf(start.conditions, model)).not.toMatch(/replace|interventions/);
    expect(encode(start, [model], model.key)).toBe("");
  });

  it("are changed, shown, put into a link and read from it", () => {
    const conditions = withFrozen(withParameter(start.conditions, model, name, value / 2), name, 0.25);
    expect(valueOf(conditions, model, name)).toBe(value / 2);
    expect(experimentOf(conditions, model).frozen.get(name)).toBe(0.25);
    expect(pythonOf(conditions, model)).toContain(`${name}=${value / 2}`);
    const read = decode(encode({ ...start, conditions }, [model], model.key), [model], model.key);
    expect(read.message).toBeNull();
    expect(valueOf(read.setting.conditions, model, name)).toBe(value / 2);
    expect(experimentOf(read.setting.conditions, model).frozen.get(name)).toBe(0.25);
    expect(withParameter(conditions, model, name, value).parameters).toEqual({});
  });
});
