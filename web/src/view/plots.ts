/** What all plots share: registered time plots, axes in the inks of the theme. */
import uPlot from "uplot";
import type { Inks } from "./colours";

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

/** Plots that wait to be drawn, each in a task of its own: an input never waits for more than one. */
const waiting = new Map<object, () => void>();

export function soon(owner: object, draw: () => void): void {
  if (waiting.size === 0) setTimeout(drawNext);
  waiting.set(owner, draw);
}

export function never(owner: object): void {
  waiting.delete(owner);
}

function drawNext(): void {
  for (const [owner, draw] of waiting) {
    draw();
    waiting.delete(owner);
    break;
  }
  if (waiting.size > 0) setTimeout(drawNext);
}

const CROWDED = 4; // points in a column of pixels, of which only the ends and extremes are drawn

/** A line through every point, or through all that can be seen of them. uPlot's own joins points in columns of pixels, which shows on small screens. */
export const everyPoint: uPlot.Series.PathBuilder = (u, index, from, to) => {
  const [t, values] = [u.data[0], u.data[index]];
  const scale = u.series[index]?.scale ?? "y";
  const stroke = new Path2D();
  const { left, top, width, height } = u.bbox;
  const [x, y] = [u.scales["t"], u.scales[scale]];
  if (!values || x?.min === undefined || x.max === undefined || y?.min === undefined || y.max === undefined) return { stroke, fill: null };
  const [perT, perValue, first, highest] = [width / (x.max - x.min), height / (y.max - y.min), x.min, y.max];
  const crowded = to - from > CROWDED * width;
  let [inside, column, low, high, last] = [false, NaN, NaN, NaN, NaN];
  const leave = (): void => { // the column: its extremes, then where it is left
    if (Number.isNaN(column) || (low === last && high === last)) return;
    for (const py of [low, high, last]) stroke.lineTo(column, py);
  };
  for (let i = from; i <= to; i++) {
    const value = values[i];
    if (value === null || value === undefined) {
      leave();
      [inside, column] = [false, NaN];
      continue;
    }
    const [px, py] = [left + (t[i]! - first) * perT, top + (highest - value) * perValue];
    if (crowded && inside && px - column < 1) {
      [low, high, last] = [Math.min(low, py), Math.max(high, py), py];
      continue;
    }
    leave();
    if (inside) stroke.lineTo(px, py);
    else stroke.moveTo(px, py);
    [inside, column, low, high, last] = [true, px, py, py, py];
  }
  leave();
  return { stroke, fill: null };
};

const fits = new Set<(printed?: boolean) => void>();
window.addEventListener("beforeprint", () => { fits.forEach((fit) => { fit(true); }); });
window.addEventListener("afterprint", () => { fits.forEach((fit) => { fit(); }); });

/** The size of a plot on paper [px], as the style sheet has it. */
function onPaper(box: HTMLElement): readonly [number, number] {
  const style = getComputedStyle(box);
  return [Number(style.getPropertyValue("--paper-width")), Number(style.getPropertyValue("--paper-height"))];
}

const measure = document.createElement("canvas").getContext("2d");

/** Room right of a plot for half of the last label of its axis, which may stand at the end. */
export function endRoom(end: number): number {
  if (measure) measure.font = FONT;
  return Math.max(12, Math.ceil((measure?.measureText(String(Number(end.toPrecision(4)))).width ?? 0) / 2) + 3);
}

/** Make a plot that fills its box, and remake its size when the box changes. */
export function fitted(box: HTMLElement, make: (width: number, height: number) => uPlot): { plot: uPlot; stop: () => void } {
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
