/** A drawing of curves in a plane, as plain data; drawn on uPlot's axes, whose own series need ordered x. */
import type uPlot from "uplot";

export interface Curve {
  readonly name?: string; // for tables and legends
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
  readonly bare?: boolean; // its label alone, which stands on its curve
  readonly also?: readonly (readonly [number, number])[]; // other places where its label may stand
}

export interface Scene {
  readonly labels: readonly [string, string]; // of the axes, x first
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly curves: readonly Curve[];
  readonly marks: readonly Mark[];
}

export function drawScene(u: uPlot, scene: Scene, font: string): void {
  const { ctx, bbox } = u;
  const unit = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineJoin = "round";
  for (const curve of scene.curves) drawCurve(u, curve, unit);
  for (const mark of scene.marks) drawMark(u, mark, unit);
  drawLabels(u, scene, unit, font);
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

const RADIUS = 4.5; // of a mark, px
const [HEIGHT, GAP] = [13, 3]; // of a label, and round it
const REACHES = [8, 14, 22, 32, 44, 60]; // from a mark to its label
const ANGLES = Array.from({ length: 16 }, (_, k) => (k * Math.PI) / 8);
const [CLOSE, UPRIGHT] = [[3, 6], [-Math.PI / 2]]; // of the label of a curve
const LINED = 22; // a label farther away than this gets a line to its mark

/** Labels stand where no curve, mark or other label is; one for which there is no place is left to the caption. */
function drawLabels(u: uPlot, scene: Scene, unit: number, font: string): void {
  if (!scene.marks.some((mark) => mark.label)) return;
  const { ctx, bbox } = u;
  const taken = new Taken(bbox, unit);
  for (const curve of scene.curves) taken.curve(u, curve);
  for (const mark of scene.marks) taken.mark(u, mark);
  ctx.font = font.replace(/^\d+px/, (size) => `${(parseFloat(size) - 1) * unit}px`);
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  for (const mark of scene.marks) {
    if (!mark.label || mark.y === null) continue;
    const [width, height] = [ctx.measureText(mark.label).width, HEIGHT * unit];
    const [reaches, angles] = mark.bare ? [CLOSE, UPRIGHT] : [REACHES, ANGLES];
    let [x, y, place] = [0, 0, null as Place | null];
    for (const at of [[mark.x, mark.y] as const, ...(mark.also ?? [])]) {
      [x, y] = [u.valToPos(at[0], "x", true), u.valToPos(at[1], "y", true)];
      place = placeOf(taken, x, y, width, height, unit, reaches, angles);
      if (place) break;
    }
    if (!place) continue;
    taken.box(place.left, place.top, width, height);
    ctx.fillStyle = ctx.strokeStyle = mark.colour;
    if (place.reach > LINED) {
      ctx.lineWidth = 0.75 * unit;
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.lineTo(Math.min(Math.max(x, place.left), place.left + width), Math.min(Math.max(y, place.top), place.top + height));
      ctx.stroke();
    }
    ctx.fillText(mark.label, place.left, place.top + height / 2);
  }
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly reach: number;
}

function placeOf(taken: Taken, x: number, y: number, width: number, height: number, unit: number, reaches: readonly number[], angles: readonly number[]): Place | null {
  for (const reach of reaches)
    for (const angle of angles) {
      const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
      const left = x + dx * (reach * unit) + (dx > 0.3 ? 0 : dx < -0.3 ? -width : -width / 2);
      const top = y + dy * (reach * unit + height / 2) - height / 2;
      if (taken.free(left, top, width, height) && !taken.crossed(x, y, left + width / 2, top + height / 2)) return { left, top, reach };
    }
  return null;
}

/** What is drawn, on a grid of cells a few pixels wide. */
class Taken {
  private readonly cell: number;
  private readonly cells = new Set<number>();
  private readonly boxes: (readonly [number, number, number, number])[] = [];

  constructor(private readonly inside: { left: number; top: number; width: number; height: number }, unit: number) {
    this.cell = GAP * unit;
  }

  private key(column: number, row: number): number {
    return row * 1e5 + column;
  }

  private line(a: number, b: number, c: number, d: number): void {
    const steps = Math.min(2000, Math.ceil((2 * Math.max(Math.abs(c - a), Math.abs(d - b))) / this.cell)) || 1;
    for (let k = 0; k <= steps; k++) {
      const [x, y] = [a + ((c - a) * k) / steps, b + ((d - b) * k) / steps];
      this.cells.add(this.key(Math.floor(x / this.cell), Math.floor(y / this.cell)));
    }
  }

  curve(u: uPlot, { x, y }: Curve): void {
    let before: [number, number] | null = null;
    for (let i = 0; i < x.length; i++) {
      const here: [number, number] = [u.valToPos(x[i] ?? NaN, "x", true), u.valToPos(y[i] ?? NaN, "y", true)];
      if (!Number.isFinite(here[0] + here[1])) before = null;
      else {
        this.line(...(before ?? here), ...here);
        before = here;
      }
    }
  }

  mark(u: uPlot, mark: Mark): void {
    const x = u.valToPos(mark.x, "x", true);
    const { top, height } = this.inside;
    if (mark.y === null) this.line(x, top, x, top + height);
    else if (!mark.bare) {
      const [y, r] = [u.valToPos(mark.y, "y", true), 2 * this.cell];
      for (let dy = -r; dy <= r; dy += this.cell) this.line(x - r, y + dy, x + r, y + dy);
    }
  }

  box(left: number, top: number, width: number, height: number): void {
    this.boxes.push([left, top, width, height]);
    for (let y = top; y <= top + height; y += this.cell) this.line(left, y, left + width, y);
  }

  /** Whether a line comes through a label. */
  crossed(a: number, b: number, c: number, d: number): boolean {
    return this.boxes.some(([left, top, width, height]) => Array.from({ length: 41 }, (_, k) => k / 40).some((part) => {
      const [x, y] = [a + (c - a) * part, b + (d - b) * part];
      return x > left && x < left + width && y > top && y < top + height;
    }));
  }

  free(left: number, top: number, width: number, height: number): boolean {
    const { inside, cell } = this;
    if (left < inside.left || top < inside.top || left + width > inside.left + inside.width || top + height > inside.top + inside.height) return false;
    for (let row = Math.floor((top - cell) / cell); row <= Math.floor((top + height + cell) / cell); row++)
      for (let column = Math.floor((left - cell) / cell); column <= Math.floor((left + width + cell) / cell); column++)
        if (this.cells.has(this.key(column, row))) return false;
    return true;
  }
}
