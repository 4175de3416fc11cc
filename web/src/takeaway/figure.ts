/** A figure for print: the time panels of a run as plain data, always on white. */
import type { Run } from "../engine/contract";
import type { Model } from "../model/model";
import { contentOf, roundRange } from "../panels/lines";
import type { Panel } from "../state/setting";
import { PANEL_TITLES } from "../state/setting";

export interface FigureLine {
  readonly name: string;
  readonly colour: string;
  readonly dash: readonly number[];
  readonly t: Float64Array;
  readonly values: Float64Array;
}

export interface FigurePanel {
  readonly title: string;
  readonly label: string;
  readonly height: number;
  readonly range: readonly [number, number];
  readonly lines: readonly FigureLine[];
}

export interface Figure {
  readonly title: string;
  readonly duration: number;
  readonly panels: readonly FigurePanel[];
}

const INK = "#16191d";
const GHOST = "#9aa3ad";

export function figureOf(model: Model, duration: number, run: Run, panels: readonly Panel[], other: { readonly model: Model; readonly run: Run } | null): Figure {
  return {
    title: model.title,
    duration,
    panels: panels.map((panel) => {
      const content = contentOf(panel, model);
      const own = content.lines.map((line) => ({
        name: line.name, colour: line.colour ?? INK, dash: line.dashed ? [7, 3] : [], t: run.t, values: line.of(run),
      }));
      const ghosts = !other ? [] : contentOf(panel, other.model).lines
        .filter((line) => content.lines.some((mine) => mine.name === line.name))
        .map((line) => ({ name: `${line.name} (B)`, colour: line.colour ? `${line.colour}88` : GHOST, dash: [2, 3], t: other.run.t, values: line.of(other.run) }));
      const lines = [...ghosts, ...own];
      return {
        title: PANEL_TITLES[panel], label: content.unit, height: panel === "v" ? 200 : panel === "stimulus" ? 80 : 130,
        range: rangeOf(content.range, lines), lines,
      };
    }),
  };
}

function rangeOf(least: readonly [number, number] | null, lines: readonly FigureLine[]): readonly [number, number] {
  let [low, high] = least ?? [0, 0];
  for (const { values } of lines) for (const value of values) if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return least ? [low, high] : roundRange(low, high);
}

/** Round values on an axis, some five of them. */
export function ticksOf(low: number, high: number, wanted = 5): number[] {
  const rough = (high - low) / wanted;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((m) => m * power >= rough) ?? 10) * power;
  const out: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) out.push(Number((k * step).toPrecision(12)));
  return out;
}
