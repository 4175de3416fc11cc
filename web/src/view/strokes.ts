/** Curves of many points, stroked at the cost of what pixels can show: without points that lie on the line between others, in short pieces. */

const OFF = 0.1; // px of the screen: how far a point that is left out may lie from the line that is drawn
const PIECE = 8; // points stroked at once, as a rasteriser's cost grows with the square of what crosses its rows
const [ROOM, LONGEST] = [2, 24]; // px, points: a piece ends within a segment this long, where nothing turns, or after so many points
const OVERLAP = 0.5; // px: of two pieces of an opaque curve, so that no seam is seen

/** A curve x, y, x, y, ... without the points that lie nearer than `off` to the line between those that stay; NaN interrupts it. */
export function thinned(points: ArrayLike<number>, off: number): number[] {
  const out: number[] = [];
  let [ax, ay] = [NaN, NaN]; // the last point that stays
  let [px, py, far] = [NaN, NaN, 0]; // the last point that was seen, and the farthest distance so far
  let [lx, ly, rx, ry] = [0, 0, 0, 0]; // edges of the directions that pass all points between
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    if (Number.isNaN(x + y)) {
      if (Number.isNaN(px)) continue;
      if (px !== ax || py !== ay) out.push(px, py);
      out.push(NaN, NaN);
      [ax, ay, px, py] = [NaN, NaN, NaN, NaN];
      continue;
    }
    if (Number.isNaN(px)) {
      out.push(x, y);
      [ax, ay, px, py, far, lx, ly, rx, ry] = [x, y, x, y, 0, 0, 0, 0, 0];
      continue;
    }
    let [dx, dy] = [x - ax, y - ay];
    let distance = Math.hypot(dx, dy);
    const outside = (lx !== 0 || ly !== 0) && (rx * dy - ry * dx < 0 || dx * ly - dy * lx < 0);
    if (outside || distance < far) {
      out.push(px, py);
      [ax, ay, far, lx, ly, rx, ry] = [px, py, 0, 0, 0, 0, 0];
      [dx, dy] = [x - ax, y - ay];
      distance = Math.hypot(dx, dy);
    }
    if (distance > off) {
      const s = off / distance;
      const c = Math.sqrt(1 - s * s);
      const [a, b, d, e] = [dx * c - dy * s, dx * s + dy * c, dx * c + dy * s, dy * c - dx * s];
      if ((lx === 0 && ly === 0) || a * ly - b * lx > 0) [lx, ly] = [a, b];
      if ((rx === 0 && ry === 0) || rx * e - ry * d > 0) [rx, ry] = [d, e];
    }
    far = Math.max(far, distance);
    [px, py] = [x, y];
  }
  if (!Number.isNaN(px) && (px !== ax || py !== ay)) out.push(px, py);
  return out;
}

/** Stroke a curve x, y, x, y, ... in the present style and with a pattern of dashes, all in pixels, of which `unit` are one of the screen. */
export function strokeCurve(ctx: CanvasRenderingContext2D, curve: ArrayLike<number>, dash: readonly number[], unit: number): void {
  const points = thinned(curve, OFF * unit);
  const overlap = typeof ctx.strokeStyle === "string" && ctx.strokeStyle.startsWith("#") ? OVERLAP * unit : 0; // pale ones show where they lie on themselves
  ctx.setLineDash([...dash]);
  let [count, length, px, py] = [0, 0, NaN, NaN]; // of points in this piece, of the curve so far, and its last point
  const begin = (x: number, y: number, at: number): void => {
    if (count > 0) ctx.stroke();
    ctx.beginPath();
    ctx.lineDashOffset = at;
    ctx.moveTo(x, y);
    count = 1;
  };
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    if (Number.isNaN(px)) begin(x, y, length = 0);
    else if (!Number.isNaN(x)) {
      const step = Math.hypot(x - px, y - py);
      if (count >= LONGEST || (count >= PIECE && step >= ROOM * unit)) {
        const back = Math.max(0, 0.5 - overlap / step);
        ctx.lineTo((px + x) / 2, (py + y) / 2);
        begin(px + back * (x - px), py + back * (y - py), length + back * step);
      }
      ctx.lineTo(x, y);
      count++;
      length += step;
    }
    [px, py] = [x, y];
  }
  if (count > 0) ctx.stroke();
  ctx.setLineDash([]);
  ctx.lineDashOffset = 0;
}
