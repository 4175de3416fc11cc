/** The figure drawn with a pen; there is one pen for SVG and one for a canvas. */
import type { Figure, FigurePanel } from "./figure";
import { ticksOf } from "./figure";

export interface Style {
  readonly colour: string;
  readonly width: number;
  readonly dash?: readonly number[];
}

export interface Pen {
  /** Points as x, y, x, y, ... */
  line(points: readonly number[], style: Style): void;
  text(x: number, y: number, text: string, style: { readonly anchor: "start" | "middle" | "end"; readonly size: number; readonly colour: string; readonly turned?: boolean }): void;
}

export const WIDTH = 800;
const LEFT = 76, RIGHT = 20, TOP = 44, GAP = 34, BOTTOM = 52;
const INK = "#16191d", SOFT = "#59636e", GRID = "#e6e9ec";

export function heightOf(figure: Figure): number {
  return TOP + BOTTOM + figure.panels.reduce((sum, panel) => sum + panel.height, 0) + GAP * (figure.panels.length - 1);
}

export function draw(figure: Figure, pen: Pen): void {
  pen.text(LEFT, 20, figure.title, { anchor: "start", size: 15, colour: INK });
  let top = TOP;
  figure.panels.forEach((panel, at) => {
    drawPanel(figure, panel, top, at === figure.panels.length - 1, pen);
    top += panel.height + GAP;
  });
}

function drawPanel(figure: Figure, panel: FigurePanel, top: number, last: boolean, pen: Pen): void {
  const [low, high] = panel.range;
  const bottom = top + panel.height;
  const x = (t: number): number => LEFT + (t / figure.duration) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => bottom - ((value - low) / (high - low)) * panel.height;
  for (const tick of ticksOf(low, high, panel.height > 110 ? 5 : 2)) {
    pen.line([LEFT, y(tick), WIDTH - RIGHT, y(tick)], { colour: GRID, width: 1 });
    pen.text(LEFT - 8, y(tick) + 4, minus(tick), { anchor: "end", size: 12, colour: SOFT });
  }
  for (const tick of ticksOf(0, figure.duration, 8)) {
    pen.line([x(tick), bottom, x(tick), bottom + 4], { colour: SOFT, width: 1 });
    if (last) pen.text(x(tick), bottom + 20, minus(tick), { anchor: "middle", size: 12, colour: SOFT });
  }
  pen.line([LEFT, top, LEFT, bottom, WIDTH - RIGHT, bottom], { colour: SOFT, width: 1 });
  for (const line of panel.lines) {
    const points: number[] = [];
    for (let i = 0; i < line.t.length; i++) {
      const value = line.values[i] ?? NaN;
      if (Number.isFinite(value)) points.push(x(line.t[i] ?? 0), y(value));
    }
    pen.line(points, { colour: line.colour, width: 1.6, dash: line.dash });
  }
  pen.text(18, (top + bottom) / 2, panel.label.replace(", outward positive", ""), { anchor: "middle", size: 12, colour: SOFT, turned: true });
  drawLegend(panel, top - 9, pen);
  if (last) pen.text((LEFT + WIDTH - RIGHT) / 2, bottom + 40, "t [ms]", { anchor: "middle", size: 12, colour: SOFT });
}

/** The title, then name and colour of every line. */
function drawLegend(panel: FigurePanel, y: number, pen: Pen): void {
  pen.text(LEFT, y, panel.title, { anchor: "start", size: 12, colour: INK });
  let x = LEFT + 14 + 7 * panel.title.length;
  if (panel.lines.length < 2) return;
  for (const line of panel.lines) {
    pen.line([x, y - 4, x + 18, y - 4], { colour: line.colour, width: 2, dash: line.dash });
    pen.text(x + 23, y, line.name, { anchor: "start", size: 12, colour: INK });
    x += 38 + 7.2 * line.name.length;
  }
}

const minus = (value: number): string => String(value).replace("-", "−");
