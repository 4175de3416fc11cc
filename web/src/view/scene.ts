/** A drawing of curves in a plane, as plain data; drawn on uPlot's axes, whose own series need ordered x. */
import type uPlot from "uplot";

export interface Curve {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>; // NaN interrupts the curve
  readonly colour: string;
  readonly width: number;
  readonly dash?: readonly number[];
  readonly dots?: number; // radius; dots instead of a line
}

export interface Mark {
  readonly x: number;
  readonly y: number | null; // null: a line from top to bottom
  readonly colour: string;
  readonly label?: string;
  readonly hollow?: boolean;
}

export interface Scene {
  readonly labels: readonly [string, string]; // of the axes, x first
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly curves: readonly Curve[];
  readonly marks: readonly Mark[];
}

export function drawScene(u: uPlot, scene: Scene, font: string, ground: string): void {
  const { ctx, bbox } = u;
  const unit = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineJoin = "round";
  for (const curve of scene.curves) drawCurve(u, curve, unit);
  const taken: [number, number][] = []; // where labels stand; one that would touch another is left out
  for (const mark of scene.marks) drawMark(u, mark, unit, font, ground, taken);
  ctx.restore();
}

function drawCurve(u: uPlot, curve: Curve, unit: number): void {
  const { ctx } = u;
  ctx.strokeStyle = ctx.fillStyle = curve.colour;
  ctx.lineWidth = curve.width * unit;
  ctx.setLineDash((curve.dash ?? []).map((d) => d * unit));
  ctx.beginPath();
  let inside = false;
  for (let i = 0; i < curve.x.length; i++) {
    const [x, y] = [u.valToPos(curve.x[i] ?? NaN, "x", true), u.valToPos(curve.y[i] ?? NaN, "y", true)];
    if (!Number.isFinite(x + y)) inside = false;
    else if (curve.dots) {
      ctx.moveTo(x + curve.dots * unit, y);
      ctx.arc(x, y, curve.dots * unit, 0, 7);
    } else if (inside) ctx.lineTo(x, y);
    else {
      ctx.moveTo(x, y);
      inside = true;
    }
  }
  if (curve.dots) ctx.fill();
  else ctx.stroke();
  ctx.setLineDash([]);
}

function drawMark(u: uPlot, mark: Mark, unit: number, font: string, ground: string, taken: [number, number][]): void {
  const { ctx, bbox } = u;
  const x = u.valToPos(mark.x, "x", true);
  ctx.strokeStyle = ctx.fillStyle = mark.colour;
  ctx.lineWidth = 1.5 * unit;
  let y = bbox.top + 12 * unit;
  ctx.beginPath();
  if (mark.y === null) {
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  } else {
    y = u.valToPos(mark.y, "y", true);
    ctx.arc(x, y, 4.5 * unit, 0, 7);
    if (mark.hollow) ctx.stroke();
    else ctx.fill();
  }
  if (!mark.label || taken.some(([a, b]) => Math.abs(a - x) < 110 * unit && Math.abs(b - y) < 13 * unit)) return;
  taken.push([x, y]);
  ctx.font = font.replace(/^\d+px/, (size) => `${(parseFloat(size) - 1) * unit}px`);
  ctx.textBaseline = "middle";
  const room = bbox.left + bbox.width - x; // to its right
  ctx.textAlign = room < 70 * unit ? "right" : "left";
  const left = x + (room < 70 * unit ? -9 : 9) * unit;
  const width = ctx.measureText(mark.label).width;
  ctx.fillStyle = `${ground}d0`; // a patch of ground, so that lines do not cross the letters
  ctx.fillRect(room < 70 * unit ? left - width - 2 * unit : left - 2 * unit, y - 7 * unit, width + 4 * unit, 14 * unit);
  ctx.fillStyle = mark.colour;
  ctx.fillText(mark.label, left, y);
}
