/** Positions of labels of marks: where there is no curve, mark or other label. */

export const RADIUS = 4.5; // of a mark, px
export const HEIGHT = 13; // of a label, px
const GAP = 3; // round a label, px
const REACHES = [8, 14, 22, 32, 44, 60, 80, 110, 150, 200]; // from a mark to its label, px
const ANGLES = Array.from({ length: 16 }, (_, k) => (k * Math.PI) / 8);
const [CLOSE, UPRIGHT] = [[3, 6], [-Math.PI / 2]]; // of the label of a curve: just above it
const [ASIDE, APART] = [16, 12]; // px: from the ends of curves to a column of labels beside them, and from one to the next
const LINED = 22; // px: a label farther away than this gets a line to its mark

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Labelled {
  readonly x: number; // px
  readonly y: number | null; // null: a line from top to bottom
  readonly label?: string;
  readonly bare?: boolean; // only its label, which lies on its curve
  readonly also?: readonly (readonly [number, number])[] | undefined; // other places for its label
  readonly aside?: readonly [number, number] | undefined; // the end of its curve: a line leads from there to the label in a column beside it, where it may stand nowhere else
}

export interface Place<M> extends Box {
  readonly mark: M & { readonly label: string };
  readonly lead: readonly [number, number, number, number] | null; // a line from the mark to its label
}

/** Places for as many labels as there is room for. Curves are x, y, x, y, ...; all in px, of which `unit` are one of the screen. */
export function placedLabels<M extends Labelled>(inside: Box, curves: readonly ArrayLike<number>[], marks: readonly M[], widthOf: (text: string) => number, unit: number): Place<M>[] {
  const taken = new Taken(inside, unit);
  for (const curve of curves) taken.curve(curve);
  for (const mark of marks) taken.mark(mark);
  const places: Place<M>[] = [];
  const beside: { readonly mark: M & { readonly label: string }; readonly at: readonly [number, number] }[] = [];
  for (const mark of marks) {
    const { label } = mark;
    if (!label || mark.y === null) continue;
    const [width, height] = [widthOf(label), HEIGHT * unit];
    const [reaches, angles] = mark.bare ? [CLOSE, UPRIGHT] : [REACHES, ANGLES];
    let [x, y, place] = [mark.x, mark.y, null as ReturnType<typeof placeOf>];
    for ([x, y] of [[x, y] as const, ...(mark.also ?? [])]) {
      place = placeOf(taken, x, y, width, height, unit, reaches, angles);
      if (place) break;
    }
    if (!place) {
      if (mark.aside) beside.push({ mark: { ...mark, label }, at: mark.aside });
      continue;
    }
    const { left, top, reach } = place;
    taken.box(left, top, width, height);
    const lead = reach > LINED ? [x, y, Math.min(Math.max(x, left), left + width), Math.min(Math.max(y, top), top + height)] as const : null;
    if (lead) taken.line(...lead);
    places.push({ mark: { ...mark, label }, left, top, width, height, lead });
  }
  return [...places, ...columnOf(taken, beside, inside.top + inside.height, widthOf, unit)];
}

/** Labels in a column right of the ends of their curves, in the order of those ends, so that no line to a label crosses another. */
function columnOf<M extends Labelled>(taken: Taken, all: readonly { readonly mark: M & { readonly label: string }; readonly at: readonly [number, number] }[], bottom: number, widthOf: (text: string) => number, unit: number): Place<M>[] {
  const left = Math.max(...all.map(({ at: [x] }) => x)) + ASIDE * unit;
  const height = HEIGHT * unit;
  let least = -Infinity;
  return all.toSorted((a, b) => a.at[1] - b.at[1]).flatMap(({ mark, at: [x, y] }) => {
    const width = widthOf(mark.label);
    let top = Math.max(least, y - height / 2);
    while (top + height < bottom && !taken.free(left, top, width, height)) top += unit;
    if (!taken.free(left, top, width, height)) return [];
    least = top + APART * unit;
    return [{ mark, left, top, width, height, lead: [x, y, left - 2 * unit, top + height / 2] as const }];
  });
}

function placeOf(taken: Taken, x: number, y: number, width: number, height: number, unit: number, reaches: readonly number[], angles: readonly number[]): { left: number; top: number; reach: number } | null {
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

  constructor(private readonly inside: Box, unit: number) {
    this.cell = GAP * unit;
  }

  private key(column: number, row: number): number {
    return row * 1e5 + column;
  }

  line(a: number, b: number, c: number, d: number): void {
    const steps = Math.min(2000, Math.ceil((2 * Math.max(Math.abs(c - a), Math.abs(d - b))) / this.cell)) || 1;
    for (let k = 0; k <= steps; k++) {
      const [x, y] = [a + ((c - a) * k) / steps, b + ((d - b) * k) / steps];
      this.cells.add(this.key(Math.floor(x / this.cell), Math.floor(y / this.cell)));
    }
  }

  curve(points: ArrayLike<number>): void {
    let [a, b] = [NaN, NaN];
    for (let i = 0; i + 1 < points.length; i += 2) {
      const [x, y] = [points[i]!, points[i + 1]!];
      if (Number.isFinite(x + y)) this.line(Number.isFinite(a + b) ? a : x, Number.isFinite(a + b) ? b : y, x, y);
      [a, b] = [x, y];
    }
  }

  mark({ x, y, bare }: Labelled): void {
    const { top, height } = this.inside;
    if (y === null) this.line(x, top, x, top + height);
    else if (!bare) {
      const r = 2 * this.cell;
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
