/** Files of what is on show: figures of all or of one panel, and their numbers. */
import { signal } from "@preact/signals";
import type { Panel } from "../state/setting";
import { PANEL_TITLES, TIME_PANELS, panelsShown } from "../state/setting";
import { announcement, conditions, drawn, model, overlayDrawn, overlayRun, run, setting, shownWindow } from "../state/store";
import type { Scene } from "../view/scene";
import { captionOf } from "./caption";
import type { Column } from "./csv";
import { columnsOf, csvOf } from "./csv";
import type { Figure, FigurePanel } from "./figure";
import { planePanel, timePanels } from "./figure";
import { pngOf } from "./png";
import { svgOf } from "./svg";

export type Format = "PNG" | "SVG" | "CSV";
export const FORMATS: readonly Format[] = ["PNG", "SVG", "CSV"];

/** What was done last, until something else is on show. */
export const said = signal("");
setting.subscribe(() => { said.value = ""; });

export function say(text: string): void {
  said.value = announcement.value = text;
}

/** What a plane panel shows at present. */
export const planes = new Map<Panel, () => readonly (Scene | null)[]>();

const nameOf = (panel: Panel | null, ending: string): string =>
  `loligo-${model.peek().key.replace(/[^\w-]/g, "_")}${panel ? `-${panel}` : ""}.${ending}`;

function file(name: string, content: Blob): void {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(content);
  a.download = name;
  a.click();
  setTimeout(() => { URL.revokeObjectURL(a.href); }, 10000);
  say(`${name} is saved.`);
}

/** Save one panel, or all time panels on show. */
export async function save(panel: Panel | null, format: Format): Promise<void> {
  if (format === "CSV") {
    file(nameOf(panel, "csv"), new Blob([csvOf(columns(panel))], { type: "text/csv" }));
    return;
  }
  const drawing = figure(panel);
  if (!drawing) return;
  const content = format === "PNG" ? await pngOf(drawing) : new Blob([svgOf(drawing)], { type: "image/svg+xml" });
  if (content) file(nameOf(panel, format.toLowerCase()), content);
}

function figure(panel: Panel | null): Figure | null {
  const now = run.peek();
  if (!now) return null;
  const [of, other, b] = [model.peek(), overlayDrawn.peek(), setting.peek().overlay];
  const caption = panel === "diagram" ? ["Of the model’s own membrane"] : [...captionOf(conditions.peek(), of), ...(b && other ? captionOf(b, other.model).map((line, k) => `${k === 0 ? `B: ${other.model.title}. ` : ""}${line}`) : [])];
  const shared = panel === null || TIME_PANELS.includes(panel);
  return { title: of.title, caption, shared, panels: panelsOf(panel) };
}

function panelsOf(panel: Panel | null): readonly FigurePanel[] {
  const [now, other, ghost] = [run.peek(), overlayDrawn.peek(), overlayRun.peek()];
  if (!now) return [];
  const scenes = panel && planes.get(panel)?.();
  if (panel && scenes) return scenes.filter((scene) => scene !== null).map((scene) => planePanel(PANEL_TITLES[panel], scene));
  const shown = panelsShown(setting.peek(), model.peek()).filter((one) => TIME_PANELS.includes(one));
  const x = shownWindow.peek() ?? [0, conditions.peek().duration];
  return timePanels(drawn.peek().model, x, now, panel ? [panel] : shown, ghost && other ? { model: other.model, run: ghost } : null);
}

/** The lines of a panel in groups that share their first column. */
export function tableOf(panel: Panel): readonly { readonly names: readonly string[]; readonly rows: readonly (readonly number[])[] }[] {
  return panelsOf(panel).flatMap((one) => {
    const groups: FigurePanel["lines"][number][][] = [];
    for (const line of one.lines) {
      const fits = groups.find(([first]) => first?.t.length === line.t.length && Array.from(line.t).every((t, i) => t === first.t[i]));
      if (fits) fits.push(line);
      else groups.push([line]);
    }
    return groups.map((lines) => ({
      names: [one.xLabel, ...lines.map((line, k) => `${line.name || `curve ${k + 1}`} [${one.label}]`)],
      rows: Array.from(lines[0]?.t ?? [], (t, i) => [t, ...lines.map((line) => line.values[i] ?? NaN)]),
    }));
  });
}

function columns(panel: Panel | null): readonly Column[] {
  const [now, other, ghost] = [run.peek(), overlayDrawn.peek(), overlayRun.peek()];
  if (!now) return [];
  if (panel === null) return [...columnsOf(now, drawn.peek().model), ...(other && ghost ? columnsOf(ghost, other.model, " of B") : [])];
  return panelsOf(panel).flatMap((one) => one.lines.flatMap((line, k): Column[] => {
    const name = line.name || `curve ${k + 1}`;
    return [[`${one.xLabel} of ${name}`, line.t], [`${name} [${one.label}]`, line.values]];
  }));
}
