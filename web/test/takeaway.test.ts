/** What is taken away says what was seen. */
import { describe, expect, it } from "vitest";
import type { Run } from "../src/engine/contract";
import { startingConditions, withFrozen, withParameter } from "../src/state/setting";
import { startingStimulus } from "../src/state/stimuli";
import { csvOf, planeColumns, timeColumns } from "../src/takeaway/csv";
import type { Pen } from "../src/takeaway/draw";
import { draw } from "../src/takeaway/draw";
import type { FigurePanel } from "../src/takeaway/figure";
import { planePanel, ticksOf, timePanels } from "../src/takeaway/figure";
import { pythonOf } from "../src/takeaway/python";
import { svgOf } from "../src/takeaway/svg";
import type { Curve } from "../src/view/scene";
import { axon, other } from "./page_models";

const run: Run = {
  t: Float64Array.of(0, 0.1, 0.2), y: [Float64Array.of(-1, 2.5, 90), Float64Array.of(0.6, 0.5, 0.4)], I: Float64Array.of(0, 10, 10),
  currents: [Float64Array.of(1, NaN, 3)], conductances: [Float64Array.of(0, 1, 2)], spikes: [0.15], end: "finished", message: "", endedAt: 0.2,
};

const ALL = ["v", "gates", "states", "stimulus", "currents", "conductances"] as const;
const shown = { model: axon, run };

describe("tables", () => {
  it("have units and one row a time, below the setting", () => {
    expect(csvOf(["Step:\n5 ms"], timeColumns(ALL, shown, null, [0, 1])).split("\n")).toEqual([
      "# Step: 5 ms", "t [ms],v [mV],h,stimulus [µA/cm²],I_Na [µA/cm²],g_Na [mS/cm²]", "0,-1,0.6,0,1,0", "0.1,2.5,0.5,10,,1", "0.2,90,0.4,10,3,2", "",
    ]);
  });

  it("hold the stretch of time that is asked for", () => {
    expect(timeColumns(["v"], shown, null, [0.05, 0.15])).toEqual([["t [ms]", Float64Array.of(0.1)], ["v [mV]", [2.5]]]);
  });

  it("have A and B over one column of times, each to the last bit at its own", () => {
    for (let seed = 1; seed < 20; seed++) {
      const random = randomOf(seed);
      const of = (): Run => {
        const t = Float64Array.from({ length: 20 }, () => random()).sort();
        return { ...run, t, y: [t.map(() => random()), t.map(() => random())] };
      };
      const [a, b] = [of(), of()];
      const columns = timeColumns(["v", "gates"], { model: axon, run: a }, { model: other, run: b }, [0, 1]);
      expect(columns.map(([name]) => name)).toEqual(["t [ms]", "v [mV]", "h", "v (B) [mV]", "h (B)"]);
      const t = Array.from(columns[0]?.[1] ?? []);
      expect(t).toEqual([...a.t, ...b.t].sort((x, y) => x - y));
      for (const [own, column] of [[a, 1], [b, 3]] as const)
        expect(Array.from(own.t, (time) => columns[column]?.[1][t.indexOf(time)])).toEqual([...(own.y[0] ?? [])]);
    }
  });

  it("share the first column of a plane where curves do, and number heads that come again", () => {
    const curve = { x: [0, 1], y: [2, 3], colour: "#000000", width: 1 };
    const plane = { labels: ["I [µA/cm²]", "v [mV]"], x: [0, 1], y: [0, 1], marks: [] } as const;
    const groups = planeColumns([planePanel("", { ...plane, curves: [{ ...curve, name: "a" }, { ...curve, name: "b", column: "v of b" }, { ...curve, x: [5], y: [6], name: "a" }, { ...curve, dots: 2 }] })]);
    expect(csvOf([], groups.flat()).split("\n")).toEqual(["I [µA/cm²],a [mV],v of b [mV],I 2 [µA/cm²],a 2 [mV]", "0,2,2,5,6", "1,3,3,,", ""]);
  });
});

function randomOf(seed: number): () => number {
  let state = seed * 7919;
  return () => { state = (state * 16807) % 2147483647; return state / 2147483647; };
}

/** Texts with their boxes, and lines, as a pen is asked to draw them. */
function drawnOf(panel: FigurePanel): { texts: { text: string; x: number; y: number; width: number }[]; lines: number[][] } {
  const [texts, lines]: [{ text: string; x: number; y: number; width: number }[], number[][]] = [[], []];
  const pen: Pen = {
    line: (points, { width }) => { if (width > 1) lines.push([...points]); },
    text: (x, y, text) => { texts.push({ text, x, y, width: 5.5 * text.length }); },
  };
  draw({ title: "", caption: [], shared: false, panels: [panel] }, pen);
  return { texts, lines };
}

/** Five random curves, and seven places of labels on them, some close together; each with further places on its curve. */
function randomPlane(seed: number, shape: (t: number, a: number, b: number, c: number) => number): { curves: Curve[]; points: { curve: number; at: number; also: number[] }[] } {
  const random = randomOf(seed);
  const x = Array.from({ length: 200 }, (_, i) => i / 199);
  const curves = Array.from({ length: 5 }, (_, k) => {
    const [a, b, c] = [(k + random()) / 5, random(), random()];
    return { name: "", x, y: x.map((t) => shape(t, a, b, c)), colour: "#000000", width: 1.5 };
  });
  const points = Array.from({ length: 7 }, (_, k) => ({ curve: k % 5, at: Math.floor(random() * 60) + (k % 2 === 0 ? 60 : 0), also: [150, 30, 100, 170] }));
  return { curves, points };
}

type Label = ReturnType<typeof drawnOf>["texts"][number];

/** The labels that a line comes through, or comes nearer to than a margin [px]. */
function touched(lines: readonly number[][], labels: readonly Label[], margin = 0): Label[] {
  const inside = (px: number, py: number, { x: left, y, width }: Label): boolean =>
    px > left - margin && px < left + width + margin && py > y - 8 - margin && py < y + 1 + margin;
  return lines.flatMap((points) => labels.filter((label) => points.slice(0, -2).some((from, i) => i % 2 === 0 && Array.from({ length: 11 }, (_, k) => k / 10).some((part) =>
    inside(from + (points[i + 2]! - from) * part, points[i + 1]! + (points[i + 3]! - points[i + 1]!) * part, label)))));
}

const apart = (one: Label, two: Label, margin = 0): boolean =>
  one === two || Math.abs(two.y - one.y) > 9 + margin || two.x > one.x + one.width + margin || one.x > two.x + two.width + margin;

const SEEDS = Array.from({ length: 12 }, (_, k) => k + 1);
const wave = (t: number, a: number, b: number, c: number): number => 0.5 * a + 0.4 * Math.sin(6 * b * t + 6 * c);
const relaxation = (t: number, a: number, b: number, c: number): number => 1.1 * a - 0.3 + 0.39 * (c - 0.5) * Math.exp(-20 * (0.5 + b) * t); // as under voltage clamp
const AXES = { labels: ["", ""], x: [0, 1], y: [-0.5, 1.2] } as const;

it.each(SEEDS)("labels of a figure stand beside curves and each other (plane %i)", (seed) => {
  const { curves, points } = randomPlane(seed, wave);
  const marks = points.map(({ curve, at }, k) => ({ x: curves[curve]!.x[at]!, y: curves[curve]!.y[at]!, colour: "#59636e", label: `period doubling ${k}` }));
  const { texts, lines } = drawnOf(planePanel("", { ...AXES, curves, marks }));
  const labels = texts.filter(({ text }) => text.startsWith("period"));
  expect(labels.map(({ text }) => text).sort()).toEqual(marks.map(({ label }) => label));
  expect(touched(lines, labels)).toEqual([]);
  expect(labels.filter((one) => !labels.every((two) => apart(one, two)))).toEqual([]);
});

it.each(SEEDS)("a bare label stands just above its own curve, and is left out only where no place on it is free (plane %i)", (seed) => {
  const { curves, points } = randomPlane(seed, relaxation);
  const marks = points.map(({ curve, at, also }, k) => ({
    x: curves[curve]!.x[at]!, y: curves[curve]!.y[at]!, also: also.map((i) => [curves[curve]!.x[i]!, curves[curve]!.y[i]!] as const),
    colour: "#59636e", label: `${k} mV`, bare: true,
  }));
  const { texts, lines } = drawnOf(planePanel("", { ...AXES, curves, marks }));
  const labels = texts.filter(({ text }) => text.endsWith(" mV"));
  expect(labels.length).toBeGreaterThan(3);
  expect(lines.filter((line) => line.length !== 400)).toEqual([]); // the curves alone: no diamonds
  expect(touched(lines, labels)).toEqual([]);
  expect(labels.filter((one) => !labels.every((two) => apart(one, two)))).toEqual([]);
  points.forEach(({ curve, at, also }, k) => {
    const text = `${k} mV`;
    const width = 6.3 * text.length;
    const places = [at, ...also].flatMap((i) => [3, 6].map((above) => ({ text, x: lines[curve]![2 * i]! - width / 2, y: lines[curve]![2 * i + 1]! - above - 3, width })));
    const label = labels.find((one) => one.text === text);
    if (label) expect(places.some(({ x, y }) => Math.hypot(x - label.x, y - label.y) < 1e-6)).toBe(true);
    else for (const place of places.filter(({ x }) => x > 80)) expect(touched(lines, [place], 9).length + labels.filter((one) => !apart(one, place, 9)).length).toBeGreaterThan(0);
  });
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
