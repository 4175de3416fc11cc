/** A drawing of curves in a plane, as plain data; drawn on uPlot's axes, whose own series need ordered x. */
import type uPlot from "uplot";
import { HEIGHT, RADIUS, placedLabels } from "./labels";
import { strokeCurve } from "./strokes";

export interface Curve {
  readonly name?: string; // for legends
  readonly column?: string; // its values in tables, where the name is not enough
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>; // NaN interrupts the curve
  readonly colour: string;
  readonly width: number;
  readonly dash?: readonly number[];
  readonly dots?: number; // radius; dots instead of a line
}

/** The same of B: pale and dotted. */
export const paleCurve = (curve: Curve, colour = `${curve.colour.slice(0, 7)}88`): Curve => ({
  ...curve, name: `${curve.name ?? ""} (B)`, column: `${curve.column ?? curve.name ?? ""} (B)`, colour, dash: [2, 3], width: 1.2,
});

export interface Mark {
  readonly x: number;
  readonly y: number | null; // null: a line from top to bottom
  readonly colour: string;
  readonly label?: string;
  readonly hollow?: boolean;
  readonly bare?: boolean; // only its label, which lies on its curve
  readonly also?: readonly (readonly [number, number])[]; // other places for its label
  readonly aside?: readonly [number, number]; // where a line to its label begins, if there is no other place for it
}

export interface Scene {
  readonly labels: readonly [string, string]; // of the axes, x first
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly curves: readonly Curve[];
  readonly marks: readonly Mark[];
}

/** A curve in pixels as x, y, x, y, ...; NaN interrupts it. */
function pixels(u: uPlot, { x, y }: Curve): Float64Array {
  const out = new Float64Array(2 * x.length);
  const [left, right] = [u.valToPos(0, "x", true), u.valToPos(1, "x", true)]; // both axes are linear
  const [low, high] = [u.valToPos(0, "y", true), u.valToPos(1, "y", true)];
  for (let i = 0; i < x.length; i++) {
    out[2 * i] = left + (right - left) * (x[i] ?? NaN);
    out[2 * i + 1] = low + (high - low) * (y[i] ?? NaN);
  }
  return out;
}

export function drawScene(u: uPlot, scene: Scene, font: string): void {
  const { ctx, bbox } = u;
  const unit = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineJoin = "round";
  const paths = scene.curves.map((curve) => pixels(u, curve));
  scene.curves.forEach((curve, k) => { drawCurve(ctx, curve, paths[k] ?? new Float64Array(0), unit); });
  for (const mark of scene.marks) drawMark(u, mark, unit);
  drawLabels(u, scene, paths, unit, font);
  ctx.restore();
}

function drawCurve(ctx: CanvasRenderingContext2D, curve: Curve, points: Float64Array, unit: number): void {
  ctx.strokeStyle = ctx.fillStyle = curve.colour;
  ctx.lineWidth = curve.width * unit;
  if (!curve.dots) {
    strokeCurve(ctx, points, (curve.dash ?? []).map((d) => d * unit), unit);
    return;
  }
  ctx.beginPath();
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    if (!Number.isFinite(x + y)) continue;
    ctx.moveTo(x + curve.dots * unit, y);
    ctx.arc(x, y, curve.dots * unit, 0, 7);
  }
  ctx.fill();
}

function drawMark(u: uPlot, mark: Mark, unit: number): void {
  const { ctx, bbox } = u;
  const x = u.valToPos(mark.x, "x", true);
  ctx.strokeStyle = ctx.fillStyle = mark.colour;
  ctx.lineWidth = 1.5 * unit;
  ctx.beginPath();
  if (mark.bare) return;
  if (mark.y === null) {
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  } else {
    ctx.arc(x, u.valToPos(mark.y, "y", true), RADIUS * unit, 0, 7);
    if (mark.hollow) ctx.stroke();
    else ctx.fill();
  }
}

/** Labels are placed where there is no curve, mark or other label; a label without a place is left to the caption. */
function drawLabels(u: uPlot, scene: Scene, paths: readonly Float64Array[], unit: number, font: string): void {
  if (!scene.marks.some((mark) => mark.label)) return;
  const { ctx, bbox } = u;
  ctx.font = font.replace(/^\d+px/, (size) => `${(parseFloat(size) - 1) * unit}px`);
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  const [xOf, yOf] = [(x: number): number => u.valToPos(x, "x", true), (y: number): number => u.valToPos(y, "y", true)];
  const marks = scene.marks.map((mark) => ({
    ...mark, x: xOf(mark.x), y: mark.y === null ? null : yOf(mark.y), also: mark.also?.map(([x, y]) => [xOf(x), yOf(y)] as const),
    aside: mark.aside && ([xOf(mark.aside[0]), yOf(mark.aside[1])] as const),
  }));
  for (const { mark, left, top, lead } of placedLabels(bbox, paths, marks, (text) => ctx.measureText(text).width, unit)) {
    ctx.fillStyle = ctx.strokeStyle = mark.colour;
    if (lead) {
      ctx.lineWidth = 0.75 * unit;
      ctx.beginPath();
      ctx.moveTo(lead[0], lead[1]);
      ctx.lineTo(lead[2], lead[3]);
      ctx.stroke();
    }
    ctx.fillText(mark.label, left, top + (HEIGHT * unit) / 2);
  }
}
