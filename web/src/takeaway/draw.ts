/** The figure drawn with a pen; there is one pen for SVG and one for a canvas. */
import type { Figure, FigureLine, FigurePanel } from "./figure";
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
const LEFT = 76, RIGHT = 20, TOP = 44, GAP = 34, BOTTOM = 52, LINE = 16;
const LETTERS = 110; // of a line of the caption
const INK = "#16191d", SOFT = "#59636e", GRID = "#e6e9ec";

/** The caption in lines that fit the width. */
function captionLines(figure: Figure): string[] {
  return figure.caption.flatMap((text) => {
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = `${lines.at(-1) ?? ""} ${word}`.trim();
      if (longer.length > LETTERS) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    return lines;
  });
}

const gapOf = (figure: Figure): number => (figure.shared ? GAP : GAP + BOTTOM - 10);

export function heightOf(figure: Figure): number {
  return TOP + LINE * captionLines(figure).length + BOTTOM + figure.panels.reduce((sum, panel) => sum + panel.height, 0) + gapOf(figure) * (figure.panels.length - 1);
}

export function draw(figure: Figure, pen: Pen): void {
  const caption = captionLines(figure);
  pen.text(LEFT, 20, figure.title, { anchor: "start", size: 15, colour: INK });
  caption.forEach((line, k) => { pen.text(LEFT, 37 + LINE * k, line, { anchor: "start", size: 12, colour: SOFT }); });
  let top = TOP + LINE * caption.length;
  figure.panels.forEach((panel, at) => {
    drawPanel(panel, top, !figure.shared || at === figure.panels.length - 1, pen);
    top += panel.height + gapOf(figure);
  });
}

function drawPanel(panel: FigurePanel, top: number, last: boolean, pen: Pen): void {
  const [low, high] = panel.range;
  const [from, to] = panel.x;
  const bottom = top + panel.height;
  const x = (t: number): number => LEFT + ((t - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => bottom - ((value - low) / (high - low)) * panel.height;
  for (const tick of ticksOf(low, high, panel.height > 110 ? 5 : 2)) {
    pen.line([LEFT, y(tick), WIDTH - RIGHT, y(tick)], { colour: GRID, width: 1 });
    pen.text(LEFT - 8, y(tick) + 4, minus(tick), { anchor: "end", size: 12, colour: SOFT });
  }
  for (const tick of ticksOf(from, to, 8)) {
    pen.line([x(tick), bottom, x(tick), bottom + 4], { colour: SOFT, width: 1 });
    if (last) pen.text(x(tick), bottom + 20, minus(tick), { anchor: "middle", size: 12, colour: SOFT });
  }
  pen.line([LEFT, top, LEFT, bottom, WIDTH - RIGHT, bottom], { colour: SOFT, width: 1 });
  for (const line of panel.lines) drawLine(line, x, y, pen);
  const labels: [number, number][] = []; // one that would stand on another is left out
  for (const mark of panel.marks) {
    if (mark.y === null) pen.line([x(mark.x), top, x(mark.x), bottom], { colour: ACCENT, width: 1 });
    else pen.line(diamond(x(mark.x), y(mark.y)), { colour: SOFT, width: 1.5 });
    if (mark.label === "" || mark.y === null || labels.some(([a, b]) => Math.abs(a - x(mark.x)) < 110 && Math.abs(b - y(mark.y ?? 0)) < 14)) continue;
    labels.push([x(mark.x), y(mark.y)]);
    pen.text(x(mark.x) + 8, y(mark.y) + 4, mark.label, { anchor: "start", size: 11, colour: SOFT });
  }
  pen.text(18, (top + bottom) / 2, panel.label.replace(", outward positive", ""), { anchor: "middle", size: 12, colour: SOFT, turned: true });
  drawLegend(panel, top - 9, pen);
  if (last) pen.text((LEFT + WIDTH - RIGHT) / 2, bottom + 40, panel.xLabel, { anchor: "middle", size: 12, colour: SOFT });
}

const ACCENT = "#0b62a0";
const diamond = (x: number, y: number): number[] => [x - 4, y, x, y - 4, x + 4, y, x, y + 4, x - 4, y];

/** A line with its gaps, or its dots. */
function drawLine(line: FigureLine, x: (t: number) => number, y: (value: number) => number, pen: Pen): void {
  let points: number[] = [];
  const end = (): void => {
    if (points.length > 2) pen.line(points, { colour: line.colour, width: 1.6, dash: line.dash });
    points = [];
  };
  for (let i = 0; i < line.t.length; i++) {
    const [a, b] = [x(line.t[i] ?? NaN), y(line.values[i] ?? NaN)];
    if (!Number.isFinite(a + b)) end();
    else if (line.dots) pen.line([a - line.dots, b, a + line.dots, b], { colour: line.colour, width: 2 * line.dots });
    else points.push(a, b);
  }
  end();
}

/** The title, then name and colour of every line. */
function drawLegend(panel: FigurePanel, y: number, pen: Pen): void {
  pen.text(LEFT, y, panel.title, { anchor: "start", size: 12, colour: INK });
  let x = LEFT + 14 + 6.4 * panel.title.length;
  const named = panel.lines.filter((line, i) => line.name !== "" && panel.lines.findIndex((other) => other.name === line.name) === i);
  if (named.length < 2) return;
  for (const line of named) {
    pen.line([x, y - 4, x + 18, y - 4], { colour: line.colour, width: 2, dash: line.dash });
    pen.text(x + 23, y, line.name, { anchor: "start", size: 12, colour: INK });
    x += 36 + 6 * line.name.length;
  }
}

const minus = (value: number): string => String(value).replace("-", "−");
