/** Room for a label in a plot over time: where no curve crosses it. */
import type uPlot from "uplot";
import type { Trace } from "./plots";

const COLUMN = 4; // px

export interface Obstacle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Columns = readonly (readonly [number, number])[];

/** A place for a label that neither traces nor obstacles cross: as near to the line at y, and as far right, as there is room. */
export function roomFor(u: uPlot, columns: Columns, obstacles: readonly Obstacle[], y: number, steps: readonly number[], width: number, size: number): readonly [number, number] | null {
  const { left, top, width: whole, height } = u.bbox;
  const cell = COLUMN * devicePixelRatio;
  const wide = Math.ceil(width / cell) + 2; // with a column free on each side
  for (const step of steps) {
    const middle = y + step * size;
    if (middle - 0.8 * size < top || middle + 0.8 * size > top + height) continue;
    for (let at = Math.floor(whole / cell) - wide; at >= 0; at--) {
      const x = left + (at + 1) * cell;
      if (isFree(u, columns, obstacles, x, middle, width, size)) return [x, middle];
    }
  }
  return null;
}

/** Whether a label has a place to itself: `x` is its left end, `middle` its height, `half` of which is in sizes of a letter. */
export function isFree(u: uPlot, columns: Columns, obstacles: readonly Obstacle[], x: number, middle: number, width: number, size: number, half = 0.8): boolean {
  const cell = COLUMN * devicePixelRatio;
  const [above, below] = [middle - half * size, middle + half * size];
  const at = Math.max(0, Math.floor((x - u.bbox.left) / cell + 1e-6) - 1);
  const under = columns.slice(at, at + Math.ceil(width / cell) + 2);
  return (under.every(([high]) => high > below) || under.every(([, low]) => low < above)) &&
    obstacles.every((one) => one.left > x + width || one.left + one.width < x || one.top > below || one.top + one.height < above);
}

/** The highest and lowest pixel of all traces, column by column. */
export function extremes(u: uPlot, traces: readonly Trace[]): Columns {
  const cell = COLUMN * devicePixelRatio;
  const { top, width, height } = u.bbox;
  const [x, y] = [u.scales["t"], u.scales["y"]];
  const columns = Array.from({ length: Math.ceil(width / cell) + 1 }, (): [number, number] => [Infinity, -Infinity]);
  const [perT, perValue] = [width / ((x?.max ?? 1) - (x?.min ?? 0)), height / ((y?.max ?? 1) - (y?.min ?? 0))];
  for (const { t, values } of traces) {
    let [was, before] = [NaN, NaN];
    for (let i = 0; i < t.length; i++) {
      const value = values[i] ?? NaN;
      const [here, py] = [((t[i] ?? NaN) - (x?.min ?? 0)) * perT, top + ((y?.max ?? 0) - value) * perValue];
      const [first, last] = [Math.max(0, Math.floor((Number.isNaN(was + before) ? here : was) / cell)), Math.min(columns.length - 1, Math.floor(here / cell))];
      for (let k = first; k <= last && !Number.isNaN(py); k++) {
        const column = columns[k]!;
        const [a, b] = [between(was, before, here, py, k * cell), between(was, before, here, py, (k + 1) * cell)];
        column[0] = Math.min(column[0], a, b);
        column[1] = Math.max(column[1], a, b);
      }
      [was, before] = [here, py];
    }
  }
  return columns;
}

/** The height at `at` of the line from one point to the next, within its ends. */
function between(x0: number, y0: number, x1: number, y1: number, at: number): number {
  if (Number.isNaN(x0 + y0) || x1 <= x0) return y1;
  return y0 + (y1 - y0) * Math.min(1, Math.max(0, (at - x0) / (x1 - x0)));
}
