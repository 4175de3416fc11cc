/** Numbers as a table: a column each with its unit in its head, and above them the setting as comments. */
import type { Run } from "../engine/contract";
import type { Model } from "../model/model";
import { contentOf, merged, resampled } from "../panels/lines";
import type { Panel } from "../state/setting";
import type { FigureLine, FigurePanel } from "./figure";

export type Column = readonly [string, ArrayLike<number | null>];

interface Shown {
  readonly model: Model;
  readonly run: Run;
}

/** Traces over one column of times, those of A and B together; B has a column for every line that A has. */
export function timeColumns(panels: readonly Panel[], a: Shown, b: Shown | null, [from, to]: readonly [number, number]): readonly Column[] {
  const t = (b ? merged(a.run.t, b.run.t) : a.run.t).filter((time) => time >= from && time <= to);
  const linesOf = ({ model }: Shown): ReturnType<typeof contentOf>["lines"] => panels.flatMap((panel) => contentOf(panel, model).lines);
  const known = linesOf(a);
  const columnsOf = (shown: Shown, mark: string): Column[] => linesOf(shown).filter((line) => known.some(({ name }) => name === line.name))
    .map((line) => [line.column.replace(/ \[|$/, (unit) => mark + unit), resampled(shown.run.t, line.of(shown.run), t)]);
  return [["t [ms]", t], ...columnsOf(a, ""), ...(b ? columnsOf(b, " (B)") : [])];
}

/** The curves of planes, in groups that share their first column. */
export function planeColumns(panels: readonly FigurePanel[]): readonly (readonly Column[])[] {
  const groups: { readonly first: Column; readonly lines: FigureLine[] }[] = [];
  for (const { xLabel, lines } of panels) for (const line of lines) {
    if (line.dots) continue; // on a line that is there, too
    const fits = groups.find(({ first: [name, x] }) => name === xLabel && x.length === line.t.length && Array.from(line.t).every((value, i) => value === x[i]));
    if (fits) fits.lines.push(line);
    else groups.push({ first: [xLabel, line.t], lines: [line] });
  }
  return groups.map(({ first, lines }) => [first, ...lines.map((line): Column => [line.column, line.values])]);
}

/** As CSV; repeated headings are numbered. Comments begin with #. */
export function csvOf(comments: readonly string[], columns: readonly Column[]): string {
  const heads = columns.map(([name], k) => {
    const before = columns.slice(0, k).filter(([other]) => other === name).length;
    return before === 0 ? name : name.replace(/(?= \[)|$/, ` ${before + 1}`);
  });
  const lines = [...comments.map((text) => `# ${text.replace(/\s+/g, " ")}`), heads.map(quoted).join(",")];
  const rows = Math.max(0, ...columns.map(([, values]) => values.length));
  for (let row = 0; row < rows; row++) {
    lines.push(columns.map(([, values]) => { const value = values[row] ?? NaN; return Number.isFinite(value) ? String(value) : ""; }).join(","));
  }
  return `${lines.join("\n")}\n`;
}

const quoted = (text: string): string => (/[",\n#]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
