/** Files of what is on show: figures of all or of one panel, and their numbers. */
import { signal } from "@preact/signals";
import type { Run } from "../engine/contract";
import type { Model } from "../model/model";
import type { Panel } from "../state/setting";
import { PANEL_TITLES, TIME_PANELS, panelsShown } from "../state/setting";
import { announcement, conditions, drawn, link, model, overlayDrawn, overlayRun, run, setting, shownWindow, version } from "../state/store";
import { readable } from "../view/format";
import { windowsOf } from "../panels/windows";
import type { Scene } from "../view/scene";
import { captionOf } from "./caption";
import type { Column } from "./csv";
import { csvOf, planeColumns, timeColumns } from "./csv";
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
    file(nameOf(panel, "csv"), new Blob([csvOf(commentsOf(panel), groupsOf(panel).flat())], { type: "text/csv" }));
    return;
  }
  const drawing = figure(panel);
  if (!drawing) return;
  const content = format === "PNG" ? await pngOf(drawing) : new Blob([svgOf(drawing)], { type: "image/svg+xml" });
  if (content) file(nameOf(panel, format.toLowerCase()), content);
}

function figure(panel: Panel | null): Figure | null {
  if (!run.peek()) return null;
  return { title: model.peek().title, caption: settingOf(panel), shared: panel === null || TIME_PANELS.includes(panel), panels: panelsOf(panel) };
}

/** The setting of what is saved, B included, in words. */
function settingOf(panel: Panel | null): readonly string[] {
  const [of, other, b] = [model.peek(), overlayDrawn.peek(), setting.peek().overlay];
  const points = of.diagram?.points.map(({ kind, value }) => `${kind} at ${readable(value, 6)} µA/cm²`) ?? [];
  const ofB = b && other ? captionOf(b, other.model).map((line, k) => `${k === 0 ? `B: ${other.model.title}. ` : ""}${line}`) : [];
  if (panel === "diagram") return ["Of the model’s own membrane", ...(points.length > 0 ? [points.join(", ")] : []), ...(b && other ? [`B: ${other.model.title}`] : [])];
  return [...captionOf(conditions.peek(), of), ...ofB];
}

/** What is written above a table. */
function commentsOf(panel: Panel | null): readonly string[] {
  const { duration } = conditions.peek();
  const [from, to] = shownWindow.peek() ?? [0, duration];
  const fragment = link().split("#")[1];
  const times = panel === "phase" ? `Times: the whole run, 0 to ${duration} ms`
    : shownWindow.peek() ? `Times: ${from} to ${to} ms, the stretch on show, of a run of ${duration} ms` : `Times: the whole run, 0 to ${duration} ms`;
  return [
    `Loligo ${version}, the lab: ${panel ? PANEL_TITLES[panel] : "all traces"} of ${model.peek().title} (${model.peek().python})`,
    ...settingOf(panel),
    ...(panel === null || panel === "phase" || TIME_PANELS.includes(panel) ? [times] : []),
    ...(overlayRun.peek() && (panel === null || TIME_PANELS.includes(panel)) ? ["Times are those of A and B; between its own a run is interpolated by straight lines"] : []),
    ...(fragment ? [`To the last digit, behind the address of the lab: #${fragment}`] : []),
  ];
}

const shownRuns = (): { a: { model: Model; run: Run } | null; b: { model: Model; run: Run } | null } => {
  const [now, other, ghost] = [run.peek(), overlayDrawn.peek(), overlayRun.peek()];
  return { a: now && { model: drawn.peek().model, run: now }, b: ghost && other ? { model: other.model, run: ghost } : null };
};
const stretch = (): readonly [number, number] => shownWindow.peek() ?? [0, conditions.peek().duration];

function panelsOf(panel: Panel | null): readonly FigurePanel[] {
  const { a, b } = shownRuns();
  if (!a) return [];
  const scenes = panel && planes.get(panel)?.();
  if (panel && scenes) return scenes.filter((scene) => scene !== null).map((scene) => planePanel(PANEL_TITLES[panel], scene));
  const shown = panelsShown(setting.peek(), model.peek()).filter((one) => TIME_PANELS.includes(one));
  return timePanels(a.model, stretch(), a.run, panel ? [panel] : shown, b, windowsOf(drawn.peek()));
}

const IN_TABLES: readonly Panel[] = ["v", "gates", "states", "stimulus", "currents", "conductances"];

/** The numbers of a panel, or of all traces, in groups of columns; the first of a group is what the others are over. */
export function groupsOf(panel: Panel | null): readonly (readonly Column[])[] {
  const { a, b } = shownRuns();
  if (!a) return [];
  if (panel !== null && planes.has(panel)) return planeColumns(panelsOf(panel));
  return [timeColumns(panel ? [panel] : IN_TABLES, a, b, stretch())];
}
