/** Room for a label in a plot over time: where no curve crosses it. */
import type uPlot from "uplot";
import type { Trace } from "./plots";

const COLUMN = 4; // px

/** Where a label stands that no trace crosses: as near to the line at y, and as far right, as there is room. */
export function roomFor(u: uPlot, traces: readonly Trace[], y: number, steps: readonly number[], width: number, size: number): readonly [number, number] | null {
  const { left, top, width: whole, height } = u.bbox;
  const cell = COLUMN * devicePixelRatio;
  const columns = extremes(u, traces, cell);
  const wide = Math.ceil(width / cell) + 2; // with a column free on each side
  for (const step of steps) {
    const middle = y + step * size;
    const [above, below] = [middle - 0.8 * size, middle + 0.8 * size];
    if (above < top || below > top + height) continue;
    for (let at = Math.floor(whole / cell) - wide; at >= 0; at--) {
      const under = columns.slice(at, at + wide);
      if (under.every(([high]) => high > below) || under.every(([, low]) => low < above)) return [left + (at + 1) * cell, middle];
    }
  }
  return null;
}

/** The highest and lowest pixel of all traces, column by column. */
function extremes(u: uPlot, traces: readonly Trace[], cell: number): (readonly [number, number])[] {
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
