/** Shared by all plots: registered time plots, axes in the colours of the theme. */
import uPlot from "uplot";
import type { Inks } from "./colours";
import { strokeCurve } from "./strokes";

/** Larger where a page this wide is likely to be a projector's. */
const SIZE = window.matchMedia("(min-width: 1700px)").matches ? 14 : 12; // px
/** What axes need, relative to the smaller letters. */
export const LARGER = SIZE / 12;
export const FONT = `${SIZE}px system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif`;
export const timePlots = new Set<uPlot>();

export function axis(inks: Inks, more: uPlot.Axis): uPlot.Axis {
  return {
    stroke: inks.soft, font: FONT, grid: { stroke: inks.grid, width: 1 }, ticks: { show: false }, gap: 6,
    values: (_, splits) => splits.map((value: number | null) => (value === null ? "" : String(Number(value.toPrecision(6))).replace("-", "−"))),
    ...more,
  };
}

/** Plots that wait to be drawn, each in a frame of its own where one is slow to draw: an input never waits for more than one. */
const waiting = new Map<object, () => void>();
const [SLOW, QUICK] = [24, 12]; // ms: of a frame, from its first plot to the end of its rasterisation
let together = 1; // plots drawn in one frame
let asked = false; // for a frame

export function drawSoon(owner: object, draw: () => void): void {
  waiting.set(owner, draw);
  if (!asked) requestAnimationFrame(() => requestAnimationFrame(drawNext)); // the present frame is that of others
  asked = true;
}

export function cancelDrawing(owner: object): void {
  waiting.delete(owner);
}

function drawNext(): void {
  const begun = performance.now();
  const now = [...waiting].slice(0, together);
  for (const [owner] of now) waiting.delete(owner);
  asked = waiting.size > 0;
  if (asked) requestAnimationFrame(drawNext);
  for (const [, draw] of now) draw();
  setTimeout(() => { // after the frame, at the end of which canvases are painted
    const took = performance.now() - begun;
    if (took > SLOW) together = 1;
    else if (took < QUICK) together++;
  });
}

const CROWDED = 4; // points in a column of pixels, of which only the first, the extremes and the last are drawn

export interface Trace {
  readonly t: ArrayLike<number>;
  readonly values: ArrayLike<number>; // what is not finite interrupts the line
}

/** The points of a trace in pixels as x, y, x, y, ..., over its own times: all, or those that can be seen where columns of pixels are crowded.
    Whatever else is drawn, a trace is drawn alike. uPlot's own paths know one row of times, and join points in columns of pixels, which shows on
    small screens. */
export function pixelsOf(u: uPlot, { t, values }: Trace): number[] {
  const { left, top, width, height } = u.bbox;
  const [x, y] = [u.scales["t"], u.scales["y"]];
  const out: number[] = [];
  if (x?.min === undefined || x.max === undefined || y?.min === undefined || y.max === undefined) return out;
  const [perT, perValue, first, highest] = [width / (x.max - x.min), height / (y.max - y.min), x.min, y.max];
  const [from, to] = [Math.max(0, indexOf(t, x.min) - 1), Math.min(t.length - 1, indexOf(t, x.max))]; // one beyond each edge
  const crowded = to - from > CROWDED * width;
  const xOf = (i: number): number => left + (t[i]! - first) * perT;
  const keep = (i: number): void => { out.push(xOf(i), top + (highest - values[i]!) * perValue); };
  let [inside, column, low, high, last, kept] = [false, NaN, -1, -1, -1, -1];
  const leave = (): void => { // a column: its extremes in their order, then where it is left
    for (const i of low < high ? [low, high, last] : [high, low, last]) if (i > kept) { keep(i); kept = i; }
  };
  for (let i = from; i <= to; i++) {
    if (!Number.isFinite(values[i]!)) {
      if (inside) { leave(); out.push(NaN, NaN); }
      inside = false;
      continue;
    }
    const at = crowded ? Math.floor(xOf(i)) : i;
    if (inside && at === column) {
      if (values[i]! < values[low]!) low = i;
      if (values[i]! > values[high]!) high = i;
      last = i;
      continue;
    }
    if (inside) leave();
    keep(i);
    [inside, column, low, high, last, kept] = [true, at, i, i, i, i];
  }
  if (inside) leave();
  return out;
}

/** Stroke a trace inside the plot. */
export function drawTrace(u: uPlot, trace: Trace, colour: string, width: number, dash: readonly number[]): void {
  const { ctx, bbox: { left, top, width: wide, height } } = u;
  const [unit, beyond] = [devicePixelRatio, (width * devicePixelRatio) / 2];
  ctx.save();
  ctx.beginPath();
  ctx.rect(left - beyond, top - beyond, wide + 2 * beyond, height + 2 * beyond);
  ctx.clip();
  [ctx.strokeStyle, ctx.lineWidth, ctx.lineJoin, ctx.lineCap] = [colour, width * unit, "round", "butt"];
  strokeCurve(ctx, pixelsOf(u, trace), dash.map((part) => part * unit), unit);
  ctx.restore();
}

/** The index of the first time that is not before another. */
function indexOf(t: ArrayLike<number>, at: number): number {
  let [low, high] = [0, t.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The least and the largest value of traces in a stretch of time, or null where there is none. */
export function extremesOf(traces: readonly Trace[], [from, to]: readonly [number, number]): [number, number] | null {
  let [low, high] = [Infinity, -Infinity];
  for (const { t, values } of traces) {
    const end = Math.min(t.length, indexOf(t, to) + 1);
    for (let i = Math.max(0, indexOf(t, from) - 1); i < end; i++) {
      const value = values[i]!;
      if (value < low) low = value;
      if (value > high && value < Infinity) high = value;
    }
  }
  return low <= high ? [low, high] : null;
}

const fits = new Set<(printed?: boolean) => void>();
window.addEventListener("beforeprint", () => { fits.forEach((fit) => { fit(true); }); });
window.addEventListener("afterprint", () => { fits.forEach((fit) => { fit(); }); });

/** The size of a plot on paper [px], from the style sheet. */
function onPaper(box: HTMLElement): readonly [number, number] {
  const style = getComputedStyle(box);
  return [Number(style.getPropertyValue("--paper-width")), Number(style.getPropertyValue("--paper-height"))];
}

const measure = document.createElement("canvas").getContext("2d");

/** Room right of a plot for half of the last label of its axis, which may be at the end. */
export function endRoom(end: number): number {
  if (measure) measure.font = FONT;
  return Math.max(12, Math.ceil((measure?.measureText(String(Number(end.toPrecision(4)))).width ?? 0) / 2) + 3);
}

/** Make a plot that fills its box, and remake its size when the box changes. */
export function plotInBox(box: HTMLElement, make: (width: number, height: number) => uPlot): { plot: uPlot; stop: () => void } {
  const plot = make(Math.max(80, box.clientWidth), Math.max(60, box.clientHeight));
  const fit = (printed = false): void => {
    const [width, height] = printed ? onPaper(box) : [box.clientWidth, box.clientHeight];
    if (width > 40 && height > 30 && (width !== plot.width || height !== plot.height)) plot.setSize({ width, height });
  };
  const observer = new ResizeObserver(() => { fit(); });
  observer.observe(box);
  fits.add(fit);
  return { plot, stop: () => { fits.delete(fit); observer.disconnect(); plot.destroy(); } };
}

/** Move the shared cursor to a time, in every time plot. */
export function pointAt(t: number | null): void {
  for (const plot of timePlots) {
    plot.setCursor({ left: t === null ? -10 : plot.valToPos(t, "t"), top: t === null ? -10 : 1 });
  }
}
