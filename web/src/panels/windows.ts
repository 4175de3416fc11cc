/** When something is done to the membrane: windows of holds are shaded, resets have a broken line, as in `recording.plot()`. */
import type uPlot from "uplot";
import type { Experiment } from "../engine/contract";
import type { Inks } from "../view/colours";

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

export function drawWindows(u: uPlot, windows: readonly Window[], ink: Inks, font: string | null): void {
  const { ctx, bbox } = u;
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
    ctx.textBaseline = "top";
    ctx.fillText(label, left + 3 * unit, bbox.top + (2 + 13 * (k % 4)) * unit);
  });
  ctx.restore();
}
