/** Files of what the page shows: figures of all panels or of one, and their numbers. */
import { signal } from "@preact/signals";
import type { Run } from "../engine/contract";
import type { Model } from "../model/model";
import type { Conditions, Panel } from "../state/setting";
import { PANEL_TITLES, TIME_PANELS, panelsShown } from "../state/setting";
import { announcement, conditions, drawn, link, model, overlayDrawn, overlayRun, run, setting, shownWindow, version } from "../state/store";
import { windowsOf } from "../panels/windows";
import { captionOf } from "./caption";
import type { Column } from "./csv";
import { csvOf, planeColumns, timeColumns } from "./csv";
import type { Figure, FigurePanel } from "./figure";
import { planePanel, timePanels } from "./figure";
import { planes, upToDate } from "./planes";
import { pngOf } from "./png";
import { svgOf } from "./svg";

export type Format = "PNG" | "SVG" | "CSV";
const PATIENCE = 300; // ms
export const FORMATS: readonly Format[] = ["PNG", "SVG", "CSV"];

/** The last action, until the page shows something else. */
export const announced = signal("");
setting.subscribe(() => { announced.value = ""; });

export function announce(text: string): void {
  announced.value = announcement.value = text;
}

const nameOf = (panel: Panel | null, ending: string): string =>
  `loligo-${model.peek().key.replace(/[^\w-]/g, "_")}${panel ? `-${panel}` : ""}.${ending}`;

function file(name: string, content: Blob): void {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(content);
  a.download = name;
  a.click();
  setTimeout(() => { URL.revokeObjectURL(a.href); }, 10000);
  announce(`${name} is saved.`);
}

/** Save one panel, or all time panels on show, once they are of the present setting. */
export async function save(panel: Panel | null, format: Format): Promise<void> {
  await whenReady(panel);
  if (format === "CSV") {
    file(nameOf(panel, "csv"), new Blob([csvOf(commentsOf(panel), groupsOf(panel).flat())], { type: "text/csv" }));
    return;
  }
  const drawing = figure(panel);
  if (!drawing) return;
  const content = format === "PNG" ? await pngOf(drawing) : new Blob([svgOf(drawing)], { type: "image/svg+xml" });
  if (content) file(nameOf(panel, format.toLowerCase()), content);
}

/** Waits until a panel shows the present setting, with a message if that takes long. */
export async function whenReady(panel: Panel | null): Promise<void> {
  const timer = setTimeout(() => { announce("It is still being computed; the file or table will follow."); }, PATIENCE);
  await upToDate(panel);
  clearTimeout(timer);
}

function figure(panel: Panel | null): Figure | null {
  if (!run.peek()) return null;
  return { title: model.peek().title, caption: settingOf(panel), shared: panel === null || TIME_PANELS.includes(panel), panels: panelsOf(panel) };
}

/** The setting of what is saved, B included, in words. */
function settingOf(panel: Panel | null): readonly string[] {
  const plane = panel && planes.get(panel);
  const shown = plane ? plane.of : "run";
  const words = (of: Conditions, membrane: Model): readonly string[] => (shown === "model" ? [] : captionOf(of, membrane, shown));
  const [other, b] = [overlayDrawn.peek(), setting.peek().overlay];
  const linesOfB = b && other ? words(b, other.model) : [];
  return [
    ...(plane ? plane.about() : []), ...words(conditions.peek(), model.peek()),
    ...(b && other ? [`B: ${[other.model.title, ...linesOfB.slice(0, 1)].join(". ")}`, ...linesOfB.slice(1).map((line) => `B: ${line}`)] : []),
  ];
}

/** What is written above a table. */
function commentsOf(panel: Panel | null): readonly string[] {
  const { duration } = conditions.peek();
  const [from, to] = shownWindow.peek() ?? [0, duration];
  const fragment = link().split("#")[1];
  const times = panel === "phase" ? `Times: the whole run, 0 to ${duration} ms`
    : shownWindow.peek() ? `Times: ${from} to ${to} ms, the interval on show, of a run of ${duration} ms` : `Times: the whole run, 0 to ${duration} ms`;
  return [
    `Loligo ${version}, the lab: ${panel ? PANEL_TITLES[panel] : "all traces"} of ${model.peek().title} (${model.peek().python})`,
    ...settingOf(panel),
    ...(panel === null || panel === "phase" || TIME_PANELS.includes(panel) ? [times] : []),
    ...(overlayRun.peek() && (panel === null || TIME_PANELS.includes(panel)) ? ["Times are those of A and B; between its own times a run is interpolated by straight lines"] : []),
    ...(fragment ? [`All digits, to append to the address of the lab: #${fragment}`] : []),
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
  const scenes = panel && planes.get(panel)?.scenes();
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
