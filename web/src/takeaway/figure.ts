/** A figure for print: panels as plain data, always on white. */
import type { Run } from "../engine/contract";
import type { Model } from "../model/model";
import { contentOf, roundRange } from "../panels/lines";
import type { Window } from "../panels/windows";
import type { Panel } from "../state/setting";
import { PANEL_TITLES } from "../state/setting";
import { legible } from "../view/contrast";
import type { Scene } from "../view/scene";

export interface FigureLine {
  readonly name: string; // "" for a line that is not named
  readonly column: string; // the head of its values in a table, with the unit
  readonly colour: string;
  readonly dash: readonly number[];
  readonly dots?: number;
  readonly t: ArrayLike<number>; // what is over the horizontal axis
  readonly values: ArrayLike<number>; // what is not finite interrupts the line
}

export interface FigurePanel {
  readonly title: string;
  readonly label: string;
  readonly xLabel: string;
  readonly x: readonly [number, number];
  readonly height: number;
  readonly range: readonly [number, number];
  readonly lines: readonly FigureLine[];
  readonly marks: readonly { readonly x: number; readonly y: number | null; readonly label: string; readonly colour: string; readonly bare: boolean; readonly also: readonly (readonly [number, number])[]; readonly aside: readonly [number, number] | null }[];
  readonly shades: readonly Window[]; // stretches of the horizontal axis
}

export interface Figure {
  readonly title: string;
  readonly caption: readonly string[]; // the setting
  readonly shared: boolean; // one axis below all panels
  readonly panels: readonly FigurePanel[];
}

const WHITE = "#ffffff";
const INK = "#16191d";
const GHOST = "#9aa3ad";

/** The time panels of a run, over the stretch of time on show. */
export function timePanels(model: Model, x: readonly [number, number], run: Run, panels: readonly Panel[], other: { readonly model: Model; readonly run: Run } | null, done: readonly Window[] = []): readonly FigurePanel[] {
  return panels.map((panel) => {
    const content = contentOf(panel, model);
    const own = content.lines.map((line) => ({
      name: line.name, column: "", colour: line.colour ? legible(line.colour, WHITE) : INK, dash: line.dashed ? [7, 3] : [], t: run.t, values: line.of(run),
    }));
    const ghosts = !other ? [] : contentOf(panel, other.model).lines
      .filter((line) => content.lines.some((mine) => mine.name === line.name))
      .map((line) => ({ name: `${line.name} (B)`, column: "", colour: line.colour ? `${line.colour}88` : GHOST, dash: [2, 3], t: other.run.t, values: line.of(other.run) }));
    const lines = [...ghosts, ...own].map((line) => cut(line, x));
    return {
      title: PANEL_TITLES[panel], label: content.unit, xLabel: "t [ms]", x, height: panel === "v" ? 200 : panel === "stimulus" ? 80 : 130,
      range: rangeOf(content.range, lines), lines, marks: [], shades: done.map((one) => ({ ...one, label: panel === "v" ? one.label : "" })),
    };
  });
}

/** A plane with its curves. */
export function planePanel(title: string, scene: Scene): FigurePanel {
  const unit = /\[.*\]$/.exec(scene.labels[1])?.[0] ?? "";
  return {
    title, label: scene.labels[1], xLabel: scene.labels[0], x: scene.x, height: 300, range: scene.y, shades: [],
    lines: scene.curves.map((curve) => ({
      name: curve.name ?? "", column: `${curve.column ?? curve.name ?? ""} ${unit}`.trim(), colour: legible(curve.colour.slice(0, 7), WHITE) + curve.colour.slice(7), dash: curve.dash ?? [],
      ...(curve.dots ? { dots: curve.dots } : {}), t: curve.x, values: curve.y,
    })),
    marks: scene.marks.map((mark) => ({ x: mark.x, y: mark.y, label: mark.label ?? "", colour: legible(mark.colour.slice(0, 7), WHITE), bare: mark.bare ?? false, also: mark.also ?? [], aside: mark.aside ?? null })),
  };
}

/** The part of a line within a stretch of time. */
function cut(line: FigureLine, [from, to]: readonly [number, number]): FigureLine {
  const kept = Array.from(line.t, (t, i) => [t, line.values[i] ?? NaN] as const).filter(([t]) => t >= from && t <= to);
  return { ...line, t: kept.map(([t]) => t), values: kept.map(([, value]) => value) };
}

function rangeOf(least: readonly [number, number] | null, lines: readonly FigureLine[]): readonly [number, number] {
  let [low, high] = least ?? [0, 0];
  for (const { values } of lines) for (const value of Array.from(values)) if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return least ? [low, high] : roundRange(low, high);
}

/** Round values on an axis, about five of them. */
export function ticksOf(low: number, high: number, wanted = 5): number[] {
  const rough = (high - low) / wanted;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((m) => m * power >= rough) ?? 10) * power;
  const out: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) out.push(Number((k * step).toPrecision(12)));
  return out;
}
