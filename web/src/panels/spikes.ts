/** Marks on the trace of v: a small wedge for every spike, a dotted line at the level that counts as one. */
import type uPlot from "uplot";
import type { Run } from "../engine/contract";
import type { Inks } from "../view/colours";

export function drawMarks(u: uPlot, run: Run | null, level: number, ink: Inks, font: string): void {
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
  ctx.textAlign = "right";
  ctx.textBaseline = "bottom";
  ctx.fillText("spike level", bbox.left + bbox.width - 4 * unit, y - 2 * unit);
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
