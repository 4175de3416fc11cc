/** The traces as a table: a column each, units in its head. */
import type { Run } from "../engine/contract";
import type { Model } from "../model/model";

export type Column = readonly [string, ArrayLike<number>];

/** All traces of a run; those of B have times of their own. */
export function columnsOf(run: Run, model: Model, mark = ""): Column[] {
  const columns: Column[] = [[`t${mark} [ms]`, run.t]];
  model.states.forEach((s, i) => columns.push([s.unit ? `${s.name}${mark} [${s.unit}]` : `${s.name}${mark}`, run.y[i] ?? []]));
  columns.push([`I${mark} [µA/cm²]`, run.I]);
  model.channels.forEach((c, i) => columns.push([`I_${c.name}${mark} [µA/cm²]`, run.currents[i] ?? []]));
  model.channels.forEach((c, i) => { if (c.ohmic) columns.push([`g_${c.name}${mark} [mS/cm²]`, run.conductances[i] ?? []]); });
  return columns;
}

export function csvOf(columns: readonly Column[]): string {
  const lines = [columns.map(([name]) => quoted(name)).join(",")];
  const rows = Math.max(0, ...columns.map(([, values]) => values.length));
  for (let row = 0; row < rows; row++) {
    lines.push(columns.map(([, values]) => { const value = values[row] ?? NaN; return Number.isFinite(value) ? String(value) : ""; }).join(","));
  }
  return `${lines.join("\n")}\n`;
}

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
