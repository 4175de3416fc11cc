/** A setting survives its link; what is missing in a link is as at the start; what is wrong refuses it as a whole. */
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
    good.replace("phase=h", "phase=toString"), good.replace("I.start=20", "I.start=190"), "reset=20", "I.frequency=20", "stimulus=", "b.model=none",
  ])("refuse %s", (fragment) => {
    const read = decode(fragment, models, "axon");
    expect(read.setting).toEqual(start);
    expect(read.message).toMatch(/could not be read/);
  });

  const every: Setting = {
    ...start,
    conditions: { ...start.conditions, stimulus: startingStimulus("noise", axon, 200), frozen: { h: 0.5 }, during: { h: "stimulus" }, resets: [{ at: "stimulus", values: { v: 3 } }] },
  };
  const whole = encode(every, models, "axon").split("&");

  it.each(whole)("open without %s", (part) => {
    const rest = whole.filter((one) => one !== part && !(part === "frozen.h=0.5" && one.startsWith("during.")) && !(part === "reset.v=3" && one.startsWith("reset")) && !(part === "stimulus=noise" && /^I\.(mean|tau|seed)/.test(one)));
    const read = decode(rest.join("&"), models, "axon");
    expect(read.message).toBeNull();
    if (/^(model|duration|I\.|reset=)/.test(part)) expect(read.setting).toEqual(every); // whose values are those of the start
  });

  it("begin as the model does where nothing is said of the stimulus, and suit what is said", () => {
    const bistable = { ...other, starts: { amplitude: 38, reset: { at: 60, values: { v: -15 } } } };
    const read = (fragment: string) => decode(fragment, [axon, bistable], "axon");
    expect(read("model=other").setting.conditions).toEqual(startingSetting(bistable).conditions);
    expect(read("p.g_Na=100").setting.conditions).toEqual(withParameter(start.conditions, axon, "g_Na", 100));
    expect(read("model=other&stimulus=step").setting.conditions.resets).toEqual([]);
    expect(read("duration=100").setting.conditions.stimulus).toEqual(startingStimulus("step", axon, 100));
    expect(read("I.start=190").setting.conditions.stimulus).toEqual({ kind: "step", amplitude: 10, start: 190, stop: 191 });
    expect(read("b.p.g_Na=3").setting.overlay).toEqual(withParameter(start.conditions, axon, "g_Na", 3));
  });

  it("hold values at rest and several resets", () => {
    const resets = [{ at: "stimulus" as const, values: { v: 3, h: "rest" as const } }, { at: 12.5, values: { v: "rest" as const } }, { at: 50, values: { h: 0.25 } }];
    const setting = { ...start, conditions: { ...start.conditions, frozen: { h: "rest" as const }, during: { h: [3, 4] as const }, resets } };
    expect(decode(encode(setting, models, "axon"), models, "axon")).toEqual({ setting, message: null });
    expect(decode("frozen.h=Rest", models, "axon").message).toContain("not a number");
    expect(decode("reset6.v=3", models, "axon").message).toContain("not known");
  });

  it("say what is wrong", () => {
    expect(decode("I.start=50&I.stop=20", models, "axon").message).toContain("it must stop after it starts");
    expect(decode("I.amplitude=much", models, "axon").message).toContain("amplitude is “much”, not a number");
  });
});
