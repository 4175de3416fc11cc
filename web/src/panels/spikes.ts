/** Marks on the trace of v: a small wedge for every spike, a dotted line at the level that counts as one. */
import type uPlot from "uplot";
import type { Run } from "../engine/contract";
import type { Inks } from "../view/colours";
import type { Trace } from "../view/plots";
import type { Obstacle } from "../view/room";
import { extremes, roomFor } from "../view/room";

const [LABEL, FAR_LABEL] = ["spike level", "dotted: spike level"];
const NEAR = [-0.8, 0.8]; // from the line to the middle of its label, in sizes of a letter
const FAR = Array.from({ length: 30 }, (_, k) => 2 + k).flatMap((k) => [-k, k]);

export function drawMarks(u: uPlot, traces: readonly Trace[], obstacles: readonly Obstacle[], run: Run | null, level: number, ink: Inks, font: string): void {
  const { ctx, bbox } = u;
  const unit = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top - 6 * unit, bbox.width, bbox.height + 6 * unit);
  ctx.clip();
  const y = Math.round(u.valToPos(level, "y", true));
  ctx.strokeStyle = ink.ghost;
  ctx.lineWidth = unit;
  ctx.setLineDash([1 * unit, 4 * unit]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.font = font.replace(/^\d+px/, (size) => `${(parseFloat(size) - 1) * unit}px`);
  ctx.fillStyle = ink.soft;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  const size = parseFloat(ctx.font);
  const columns = extremes(u, traces);
  const near = roomFor(u, columns, obstacles, y, NEAR, ctx.measureText(LABEL).width, size);
  const [x, middle] = near ?? roomFor(u, columns, obstacles, y, FAR, ctx.measureText(FAR_LABEL).width, size) ?? [bbox.left, bbox.top + bbox.height - size];
  ctx.fillText(near ? LABEL : FAR_LABEL, x, middle);
  ctx.fillStyle = ink.accent;
  for (const spike of run?.spikes ?? []) {
    const x = u.valToPos(spike, "t", true);
    ctx.beginPath();
    ctx.moveTo(x - 4 * unit, bbox.top - 5 * unit);
    ctx.lineTo(x + 4 * unit, bbox.top - 5 * unit);
    ctx.lineTo(x, bbox.top + 2 * unit);
    ctx.fill();
  }
  ctx.restore();
}
