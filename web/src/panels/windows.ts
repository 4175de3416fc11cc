/** When something is done to the membrane: windows of holds are shaded, resets have a broken line, as in `recording.plot()`. */
import type uPlot from "uplot";
import type { Experiment } from "../engine/contract";
import type { Inks } from "../view/colours";
import type { Trace } from "../view/plots";
import type { Obstacle } from "../view/room";
import { extremes, isFree } from "../view/room";

const ROW = 13; // px: of labels one below the other
const HALF = 0.6; // of the height of a label, in sizes of a letter

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

/** Draws windows, with labels where there is a font for them: in the highest row that no trace crosses. Returns what other labels keep clear of. */
export function drawWindows(u: uPlot, windows: readonly Window[], traces: readonly Trace[], ink: Inks, font: string | null): Obstacle[] {
  const { ctx, bbox } = u;
  const columns = font === null || windows.length === 0 ? [] : extremes(u, traces);
  const obstacles: Obstacle[] = [];
  const unit = devicePixelRatio;
  const edge = (t: number): number => Math.min(bbox.left + bbox.width, Math.max(bbox.left, u.valToPos(t, "t", true)));
  ctx.save();
  windows.forEach(({ from, to, label }, k) => {
    const [left, right] = [edge(from), edge(to)];
    const [min, max] = [u.scales["t"]?.min ?? 0, u.scales["t"]?.max ?? 0];
    if (to < min || from > max) return;
    ctx.fillStyle = ctx.strokeStyle = ink.ghost;
    ctx.globalAlpha = 0.18;
    if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.globalAlpha = 1;
    if (from === to) {
      obstacles.push({ left: left - unit, top: bbox.top, width: 2 * unit, height: bbox.height });
      ctx.setLineDash([4 * unit, 3 * unit]);
      ctx.lineWidth = unit;
      ctx.beginPath();
      ctx.moveTo(left, bbox.top);
      ctx.lineTo(left, bbox.top + bbox.height);
      ctx.stroke();
    }
    if (font === null) return;
    ctx.font = font.replace(/^\d+px/, (size) => `${(parseFloat(size) - 1) * unit}px`);
    ctx.fillStyle = ink.soft;
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    const [x, width, size] = [left + 4 * unit, ctx.measureText(label).width, parseFloat(ctx.font)];
    const heightOf = (row: number): number => bbox.top + (2 + ROW * row) * unit + HALF * size;
    const rows = Array.from({ length: Math.floor(bbox.height / (ROW * unit)) }, (_, row) => row);
    const middle = heightOf(rows.find((row) => isFree(u, columns, obstacles, x, heightOf(row), width, size, HALF)) ?? k % 4);
    ctx.fillText(label, x, middle);
    obstacles.push({ left: x, top: middle - HALF * size, width, height: 2 * HALF * size });
  });
  ctx.restore();
  return obstacles;
}
