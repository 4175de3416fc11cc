/** The figure drawn with a pen; there is one pen for SVG and one for a canvas. */
import { labelPlaces, middleOf, seenIn, withRoom } from "../panels/windows";
import { HEIGHT, placedLabels } from "../view/labels";
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
  const panels = figure.panels.reduce((sum, panel) => sum + panel.height + LINE * (legendOf(panel).rows - 1), 0);
  return TOP + LINE * captionLines(figure).length + BOTTOM + panels + gapOf(figure) * (figure.panels.length - 1);
}

export function draw(figure: Figure, pen: Pen): void {
  const caption = captionLines(figure);
  pen.text(LEFT, 20, figure.title, { anchor: "start", size: 15, colour: INK });
  caption.forEach((line, k) => { pen.text(LEFT, 37 + LINE * k, line, { anchor: "start", size: 12, colour: SOFT }); });
  let top = TOP + LINE * caption.length;
  figure.panels.forEach((panel, at) => {
    top += LINE * (legendOf(panel).rows - 1);
    drawPanel(panel, top, !figure.shared || at === figure.panels.length - 1, pen);
    top += panel.height + gapOf(figure);
  });
}

function drawPanel(panel: FigurePanel, top: number, last: boolean, pen: Pen): void {
  const [from, to] = panel.x;
  const bottom = top + panel.height;
  const x = (t: number): number => LEFT + ((t - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const windows = seenIn(panel.shades, panel.x);
  const places = windows.some(({ label }) => label) ? labelPlaces(windows, (t) => x(Math.max(from, t)), (text) => LETTER * text.length, WIDTH - RIGHT, 1) : [];
  const [low, high] = withRoom(panel.range, places, panel.height, 1);
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
  for (const { from: start, to: stop } of windows) {
    const [left, right] = [x(Math.max(from, start)), x(Math.min(to, stop))];
    if (left < right) pen.line([(left + right) / 2, top, (left + right) / 2, bottom], { colour: SHADE, width: right - left });
    else pen.line([left, top, left, bottom], { colour: SOFT, width: 1, dash: [4, 3] });
  }
  places.forEach(({ left, row }, k) => { pen.text(left, top + middleOf(row) + 4, windows[k]?.label ?? "", { anchor: "start", size: 11, colour: SOFT }); });
  const paths = panel.lines.map((line) => pixels(line, panel, x, y));
  panel.lines.forEach((line, k) => { drawLine(line, paths[k] ?? [], pen); });
  const marks = panel.marks.filter((mark) => mark.x >= from && mark.x <= to).map((mark) => ({
    ...mark, x: x(mark.x), y: mark.y === null ? null : y(mark.y), also: mark.also.map(([a, b]) => [x(a), y(b)] as const), aside: mark.aside ? ([x(mark.aside[0]), y(mark.aside[1])] as const) : undefined,
  }));
  for (const mark of marks) {
    if (mark.y === null) pen.line([mark.x, top, mark.x, bottom], { colour: mark.colour, width: 1 });
    else if (!mark.bare) pen.line(diamond(mark.x, mark.y), { colour: SOFT, width: 1.5 });
  }
  for (const { mark, left, top: above, lead } of placedLabels({ left: LEFT, top, width: WIDTH - LEFT - RIGHT, height: panel.height }, paths, marks, (text) => LETTER * text.length, 1)) {
    if (lead) pen.line(lead, { colour: SOFT, width: 0.75 });
    pen.text(left, above + HEIGHT - 3, mark.label, { anchor: "start", size: 11, colour: SOFT });
  }
  pen.text(18, (top + bottom) / 2, panel.label.replace(", outward positive", ""), { anchor: "middle", size: 12, colour: SOFT, turned: true });
  drawLegend(panel, top - 9, pen);
  if (last) pen.text((LEFT + WIDTH - RIGHT) / 2, bottom + 40, panel.xLabel, { anchor: "middle", size: 12, colour: SOFT });
}

const SHADE = "#eef0f2";
const LETTER = 6.3; // px: few letters of a label are wider
const diamond = (x: number, y: number): number[] => [x - 4, y, x, y - 4, x + 4, y, x, y + 4, x - 4, y];

/** A line as x, y, x, y, ... on the figure; NaN where it has gaps, or is outside. */
function pixels(line: FigureLine, panel: FigurePanel, x: (t: number) => number, y: (value: number) => number): number[] {
  const [[left, right], [low, high]] = [panel.x, panel.range];
  return Array.from(line.t, (t, i) => {
    const value = line.values[i] ?? NaN;
    return t >= left && t <= right && value >= low && value <= high ? [x(t), y(value)] : [NaN, NaN];
  }).flat();
}

/** A line with its gaps, or its dots. */
function drawLine(line: FigureLine, path: readonly number[], pen: Pen): void {
  let points: number[] = [];
  const end = (): void => {
    if (points.length > 2) pen.line(points, { colour: line.colour, width: 1.6, dash: line.dash });
    points = [];
  };
  for (let i = 0; i < path.length; i += 2) {
    const [a, b] = [path[i] ?? NaN, path[i + 1] ?? NaN];
    if (!Number.isFinite(a + b)) end();
    else if (line.dots) pen.line([a - line.dots, b, a + line.dots, b], { colour: line.colour, width: 2 * line.dots });
    else points.push(a, b);
  }
  end();
}

/** Name and place of every line: after the title, in as many rows as they need. */
function legendOf(panel: FigurePanel): { readonly entries: readonly { readonly line: FigureLine; readonly x: number; readonly row: number }[]; readonly rows: number } {
  const named = panel.lines.filter((line, i) => line.name !== "" && panel.lines.findIndex((other) => other.name === line.name) === i);
  if (named.length < 2) return { entries: [], rows: 1 };
  const first = LEFT + 14 + 6.4 * panel.title.length;
  let [x, row] = [first, 0];
  const entries = named.map((line) => {
    const width = 36 + 6 * line.name.length;
    if (x + width > WIDTH && x > first) [x, row] = [first, row + 1];
    const entry = { line, x, row };
    x += width;
    return entry;
  });
  return { entries, rows: row + 1 };
}

function drawLegend(panel: FigurePanel, bottom: number, pen: Pen): void {
  const { entries, rows } = legendOf(panel);
  const top = bottom - LINE * (rows - 1);
  pen.text(LEFT, top, panel.title, { anchor: "start", size: 12, colour: INK });
  for (const { line, x, row } of entries) {
    const y = top + LINE * row;
    pen.line([x, y - 4, x + 18, y - 4], { colour: line.colour, width: 2, dash: line.dash });
    pen.text(x + 23, y, line.name, { anchor: "start", size: 12, colour: INK });
  }
}

const minus = (value: number): string => String(value).replace("-", "−");
