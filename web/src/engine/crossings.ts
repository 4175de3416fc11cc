/**
 * Spikes: upward crossings of a level by the dense output, wherever on a step they are.
 *
 * On a step v is a quartic, and a quartic lies within the hull of its Bernstein coefficients: halving the step until a
 * hull is on one side of the level misses no crossing (Farouki RT (2012) Comput Aided Geom Des 29:379-419,
 * doi:10.1016/j.cagd.2012.03.001).
 */
import type { Step } from "./tsit5";

const REACH = 7.6; // largest sum of the absolute weights of the dense output, from which v on a step is bounded
const NARROWEST = 2 ** -48; // part of a step that is not halved again

export class Crossings {
  private armed = false; // whether v has been below the level since the last spike
  private readonly c = new Float64Array(5);

  /** After a spike, v must fall below the level by `gap` before the next: so errors of a slow passage do not count as spikes. */
  constructor(private readonly level: number, private readonly gap: number) {}

  begin(v: number): void {
    this.armed = v < this.level;
  }

  /** Whether v may reach a level on a step of length h; cheap, and sometimes true for nothing. */
  near(step: Step, h: number): boolean {
    let fastest = 0;
    for (let i = 0; i < 7; i++) fastest = Math.max(fastest, Math.abs(step.k[i]![0]!));
    const reach = REACH * h * fastest;
    return this.armed ? step.y[0]! + reach >= this.level : step.y[0]! - reach < this.level - this.gap;
  }

  /** Where on the step (a fraction) the next spike after `from` is, or -1. */
  next(step: Step, h: number, from: number): number {
    let at = from;
    if (!this.armed) {
      at = this.passage(step, h, at, this.level - this.gap, -1);
      if (at < 0) return -1;
      this.armed = true;
    }
    at = this.passage(step, h, at, this.level, 1);
    this.armed = at < 0;
    return at;
  }

  /** The first place after `from` where v passes a level, upwards (1) or downwards (-1). */
  private passage(step: Step, h: number, from: number, level: number, sign: number): number {
    const { c } = this;
    step.quartic(0, h, c);
    const [c1, c2, c3] = [c[1]!, c[2]!, c[3]!];
    const above = (v: number): number => sign * (v - level);
    const [q0, q4] = [above(c[0]!), above(step.next[0]!)];
    const q1 = above(c[0]! + c1 / 4);
    const q2 = above(c[0]! + c1 / 2 + c2 / 6);
    const q3 = above(c[0]! + (3 * c1) / 4 + c2 / 2 + c3 / 4);
    return first(q0, q1, q2, q3, q4, 0, 1, from);
  }
}

/** The first zero after `from` of the quartic with these Bernstein coefficients between a and b, or -1. */
function first(
  q0: number, q1: number, q2: number, q3: number, q4: number, a: number, b: number, from: number,
): number {
  if (b <= from || (q0 < 0 && q1 < 0 && q2 < 0 && q3 < 0 && q4 < 0)) return -1;
  if (b - a <= NARROWEST) return q4 >= 0 ? b : -1;
  const [r0, r1, r2, r3] = [0.5 * (q0 + q1), 0.5 * (q1 + q2), 0.5 * (q2 + q3), 0.5 * (q3 + q4)];
  const [s0, s1, s2] = [0.5 * (r0 + r1), 0.5 * (r1 + r2), 0.5 * (r2 + r3)];
  const [t0, t1] = [0.5 * (s0 + s1), 0.5 * (s1 + s2)];
  const middle = 0.5 * (t0 + t1);
  const centre = 0.5 * (a + b);
  const before = first(q0, r0, s0, t0, middle, a, centre, from);
  return before >= 0 ? before : first(middle, t1, s2, r3, q4, centre, b, from);
}
