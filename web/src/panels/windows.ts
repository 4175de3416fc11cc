/** When something is done to the membrane: windows of holds are shaded, resets have a broken line, as in `recording.plot()`. */
import type uPlot from "uplot";
import type { Experiment } from "../engine/contract";
import type { Inks } from "../view/colours";
import type { Obstacle } from "../view/room";

const ROW = 13; // px: of labels one below the other
const HALF = 0.6; // of the height of a label, in sizes of a letter
const [INSET, BESIDE] = [4, 3]; // px: of a label from its edge, and from the next label
const MARGIN = 4; // px: of the labels, above and below

export interface Window {
  readonly from: number; // ms
  readonly to: number; // as `from` for a reset
  readonly label: string;
}

/** Holds that begin or end during a run, and resets. */
export function windowsOf({ interventions = [], duration }: Experiment): readonly Window[] {
  return interventions.map((one) => (one.kind === "reset" ? { from: one.at, to: one.at, label: `${[...one.values.keys()].join(", ")} set` }
    : { from: one.start, to: Math.min(one.stop, duration), label: `${one.variable} held` }));
}

export const seenIn = (windows: readonly Window[], [from, to]: readonly [number, number]): readonly Window[] =>
  windows.filter((one) => one.to >= from && one.from <= to);

export interface LabelPlace {
  readonly left: number; // px
  readonly width: number;
  readonly row: number; // from the top, above all traces
}

/** Places for the labels of windows in rows above the traces: on no other label, and where that can be, on no line of a reset. In px, of which `unit` are one of the screen. */
export function labelPlaces(windows: readonly Window[], xOf: (t: number) => number, widthOf: (text: string) => number, end: number, unit: number): readonly LabelPlace[] {
  const lines = windows.filter(({ from, to }) => from === to).map(({ from }) => xOf(from));
  const places: LabelPlace[] = [];
  for (const { from, to, label } of windows) {
    const [edge, width] = [xOf(from), widthOf(label)];
    const sides = [edge + INSET * unit, ...(from === to ? [edge - INSET * unit - width] : [])];
    const found = sides.map((left) => {
      const others = places.filter((one) => one.left < left + width + BESIDE * unit && left < one.left + one.width + BESIDE * unit).map(({ row }) => row);
      const row = [...others, 0, ...others.map((one) => one + 1)].filter((one) => !others.includes(one)).reduce((a, b) => Math.min(a, b), Infinity);
      const crossed = left + width > end || lines.some((x) => x > left - unit && x < left + width + unit);
      return { place: { left, width, row }, cost: row + (crossed ? windows.length : 0) };
    });
    places.push(found.reduce((a, b) => (b.cost < a.cost ? b : a)).place);
  }
  return places;
}

/** A range with room above for labels. */
export function withRoom([low, high]: readonly [number, number], places: readonly LabelPlace[], height: number, unit: number): [number, number] {
  const rows = places.reduce((most, { row }) => Math.max(most, row + 1), 0);
  const room = rows > 0 ? (ROW * rows + 2 * MARGIN) * unit : 0;
  return height > 2 * room ? [low, low + ((high - low) * height) / (height - room)] : [low, high];
}

/** From the top of a plot to the middle of a label [px]. */
export const middleOf = (row: number): number => MARGIN + ROW * (row + 0.5);

const letters = (font: string): string => font.replace(/^\d+px/, (size) => `${(parseFloat(size) - 1) * devicePixelRatio}px`);

/** Places on a plot that shows a stretch of time, whether or not its scales are set. */
export function placesOn({ ctx, bbox }: uPlot, windows: readonly Window[], [from, to]: readonly [number, number], font: string): readonly LabelPlace[] {
  if (windows.length === 0) return [];
  ctx.save();
  ctx.font = letters(font);
  const xOf = (t: number): number => bbox.left + (bbox.width * (Math.max(from, t) - from)) / (to - from);
  const places = labelPlaces(windows, xOf, (text) => ctx.measureText(text).width, bbox.left + bbox.width, devicePixelRatio);
  ctx.restore();
  return places;
}

/** Draws windows, with labels where there is a font for them. Returns what other labels keep clear of. */
export function drawWindows(u: uPlot, all: readonly Window[], stretch: readonly [number, number], ink: Inks, font: string | null): Obstacle[] {
  const { ctx, bbox } = u;
  const windows = seenIn(all, stretch);
  const obstacles: Obstacle[] = [];
  const unit = devicePixelRatio;
  const edge = (t: number): number => Math.min(bbox.left + bbox.width, Math.max(bbox.left, u.valToPos(t, "t", true)));
  ctx.save();
  for (const { from, to } of windows) {
    const [left, right] = [edge(from), edge(to)];
    ctx.fillStyle = ctx.strokeStyle = ink.ghost;
    ctx.globalAlpha = 0.18;
    if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.globalAlpha = 1;
    if (from !== to) continue;
    obstacles.push({ left: left - unit, top: bbox.top, width: 2 * unit, height: bbox.height });
    ctx.setLineDash([4 * unit, 3 * unit]);
    ctx.lineWidth = unit;
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
  }
  if (font !== null) obstacles.push(...drawLabels(u, windows, placesOn(u, windows, stretch, font), ink, font));
  ctx.restore();
  return obstacles;
}

function drawLabels({ ctx, bbox }: uPlot, windows: readonly Window[], places: readonly LabelPlace[], ink: Inks, font: string): Obstacle[] {
  ctx.font = letters(font);
  ctx.fillStyle = ink.soft;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  const size = parseFloat(ctx.font);
  return places.map(({ left, width, row }, k) => {
    const middle = bbox.top + middleOf(row) * devicePixelRatio;
    ctx.fillText(windows[k]?.label ?? "", left, middle);
    return { left, top: middle - HALF * size, width, height: 2 * HALF * size };
  });
}
