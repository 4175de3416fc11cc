/** A setting survives its link; anything else is refused as a whole. */
import { describe, expect, it } from "vitest";
import { decode, encode } from "../src/state/link";
import type { Setting } from "../src/state/setting";
import { startingSetting, withFrozen, withParameter } from "../src/state/setting";
import { KINDS, startingStimulus } from "../src/state/stimuli";
import { axon, models, other } from "./page_models";

const start = startingSetting(axon);
const changed: Setting = {
  ...start, view: "full", panels: ["v", "phase"], phase: ["h", "v"], theme: "dark", tour: 3, clamp: { hold: -5, first: 10.5, last: 60, count: 4 }, clamped: "Na", window: [12.5, 30],
  conditions: withFrozen(withParameter(start.conditions, axon, "g_Na", 0.1 + 0.2), "h", 0.25),
  overlay: startingSetting(other).conditions,
};

describe("links", () => {
  it("are empty for the setting that the page starts with", () => {
    expect(encode(start, models, "axon")).toBe("");
    expect(decode("", models, "axon")).toEqual({ setting: start, message: null });
  });

  it("hold every part of a setting, to the last digit", () => {
    expect(decode(encode(changed, models, "axon"), models, "axon")).toEqual({ setting: changed, message: null });
  });

  it.each(KINDS.map((k) => k.kind))("hold a stimulus of kind %s", (kind) => {
    const setting = { ...start, conditions: { ...start.conditions, stimulus: startingStimulus(kind, axon, 200, 7.3) } };
    expect(decode(encode(setting, models, "axon"), models, "axon").setting).toEqual(setting);
  });

  const good = encode(changed, models, "axon");
  it.each([
    good.replace("model=axon", "model=unknown"), good.replace(/p.g_Na=[^&]*/, "p.g_Na=361"), good.replace(/p.g_Na=[^&]*/, "p.g_Na=0x10"),
    good.replace(/p.g_Na=[^&]*/, "p.g_Na="), `${good}&x=1`, `${good}&view=full`, `${good}&constructor=1`, good.replace("tour=3", "tour=-1"),
    good.replace("frozen.h=0.25", "frozen.v=0.25"), good.replace("duration=200", "duration=20001"), good.replace("duration=200", "duration=1e999"),
    good.replace("theme=dark", "theme=%00"), good.replace("theme=dark", "theme=%"), good.replace("clamp=-5", "clamp=-500"), good.replace("clamped=Na", "clamped=toString"), good.replace("t=12.5,30", "t=30,12.5"), good.replace("t=12.5,30", "t=1,2001"), good.replace("t=12.5,30", "t=1"), "=", "a", "a".repeat(9000),
    good.replace("phase=h", "phase=toString"), good.replace("I.start=20", "I.start=190"), good.replace("&I.start=20", ""),
  ])("refuse %s", (fragment) => {
    const read = decode(fragment, models, "axon");
    expect(read.setting).toEqual(start);
    expect(read.message).toMatch(/could not be read/);
  });
});
