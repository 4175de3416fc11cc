/** What is taken away says what was seen. */
import { describe, expect, it } from "vitest";
import type { Run } from "../src/engine/contract";
import { startingConditions, withFrozen, withParameter } from "../src/state/setting";
import { startingStimulus } from "../src/state/stimuli";
import { columnsOf, csvOf } from "../src/takeaway/csv";
import { ticksOf, timePanels } from "../src/takeaway/figure";
import { pythonOf } from "../src/takeaway/python";
import { svgOf } from "../src/takeaway/svg";
import { axon, other } from "./page_models";

const run: Run = {
  t: Float64Array.of(0, 0.1, 0.2), y: [Float64Array.of(-1, 2.5, 90), Float64Array.of(0.6, 0.5, 0.4)], I: Float64Array.of(0, 10, 10),
  currents: [Float64Array.of(1, NaN, 3)], conductances: [Float64Array.of(0, 1, 2)], spikes: [0.15], end: "finished", message: "", endedAt: 0.2,
};

it("writes a table with units and one row a time", () => {
  expect(csvOf(columnsOf(run, axon)).split("\n")).toEqual([
    "t [ms],v [mV],h,I [µA/cm²],I_Na [µA/cm²],g_Na [mS/cm²]", "0,-1,0.6,0,1,0", "0.1,2.5,0.5,10,,1", "0.2,90,0.4,10,3,2", "",
  ]);
});

describe("the shown Python", () => {
  const start = startingConditions(axon);
  it("names only what was changed", () => {
    expect(pythonOf(start, axon)).not.toMatch(/replace|interventions|initial/);
    const changed = withFrozen(withParameter(start, axon, "g_Na", 0), "h", 0.5);
    expect(pythonOf(changed, axon)).toMatch(/membrane\.replace\(g_Na=0\)\n[^]*interventions=\[lo\.Hold\("h", 0\.5\)\]/);
    expect(pythonOf(startingConditions(other), other)).toContain('initial={"v": -60}');
  });
  it("gives a sine in kHz, and two pulses of different amplitudes as a sum", () => {
    expect(pythonOf({ ...start, stimulus: startingStimulus("sine", axon, 200) }, axon)).toContain("frequency=20 / 1000");
    const stimulus = { kind: "pair", amplitude: 5, second: 6, start: 1, width: 1, interval: 4 } as const;
    expect(pythonOf({ ...start, stimulus }, axon)).toContain("lo.Pulses(5, onsets=[1], width=1) + lo.Pulses(6, onsets=[1 + 4], width=1)");
  });
});

describe("the figure", () => {
  const hostile = { ...axon, title: '<script>"&' };
  const svg = svgOf({
    title: hostile.title, caption: ["Step: <b>"], shared: true, panels: timePanels(hostile, [0, 0.2], run, ["v", "gates", "stimulus"], { model: other, run }),
  });
  it("has every panel with its unit, the axis of time, and B", () => {
    for (const text of ["Membrane potential", "mV", "open fraction", "µA/cm²", "t [ms]", "v (B)"]) expect(svg).toContain(`>${text}</text>`);
  });
  it("holds no markup of names and no number that is none", () => {
    expect(svg).not.toMatch(/<script|NaN|Infinity|undefined/);
    expect(svg).toContain("&lt;script&gt;&quot;&amp;");
  });
  it("has round ticks within the range", () => {
    expect(ticksOf(-20, 115)).toEqual([0, 50, 100]);
    expect(ticksOf(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });
});
