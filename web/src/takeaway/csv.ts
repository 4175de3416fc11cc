/** The traces as a table: a column each, units in its head. */
import type { Run } from "../engine/contract";
import type { Model } from "../model/model";

export function csvOf(run: Run, model: Model): string {
  const columns: [string, ArrayLike<number>][] = [["t [ms]", run.t]];
  model.states.forEach((s, i) => columns.push([s.unit ? `${s.name} [${s.unit}]` : s.name, run.y[i] ?? []]));
  columns.push(["I [µA/cm²]", run.I]);
  model.channels.forEach((c, i) => columns.push([`I_${c.name} [µA/cm²]`, run.currents[i] ?? []]));
  model.channels.forEach((c, i) => { if (c.ohmic) columns.push([`g_${c.name} [mS/cm²]`, run.conductances[i] ?? []]); });
  const lines = [columns.map(([name]) => quoted(name)).join(",")];
  for (let row = 0; row < run.t.length; row++) {
    lines.push(columns.map(([, values]) => { const value = values[row] ?? NaN; return Number.isFinite(value) ? String(value) : ""; }).join(","));
  }
  return `${lines.join("\n")}\n`;
}

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
