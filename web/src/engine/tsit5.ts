/**
 * One step of the explicit Runge-Kutta method of order 5(4) with dense output of order 4.
 *
 * Tsitouras C (2011) Comput Math Appl 62:770-775, doi:10.1016/j.camwa.2011.06.002: the tableau of loligo's own
 * explicit method. Written out, because loops over a table cost as much as the equations.
 */
export const ORDER = 5;
export const NODES = [0, 0.161, 0.327, 0.9, 0.9800255409045097, 1, 1] as const;

const [A31, A32] = [-0.008480655492356989, 0.335480655492357];
const [A41, A42, A43] = [2.8971530571054935, -6.359448489975075, 4.3622954328695815];
const [A51, A52, A53, A54] = [5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525];
const [A61, A62, A63] = [5.86145544294642, -12.92096931784711, 8.159367898576159];
const [A64, A65] = [-0.071584973281401, -0.028269050394068383];
const [B1, B2, B3] = [0.09646076681806523, 0.01, 0.4798896504144996];
const [B4, B5, B6] = [1.379008574103742, -3.290069515436081, 2.324710524099774];
const [E1, E2, E3, E4] = [0.0017800110522257773, 0.0008164344596567463, -0.007880878010261994, 0.1447110071732629];
const [E5, E6, E7] = [-0.5823571654525552, 0.45808210592918686, -0.015151515151515152];
/** Weights of the stages in the dense output: the coefficients of x, x², x³ and x⁴, stage after stage. */
const DENSE = Float64Array.of(
  0.9999999999999999, -2.763706197274826, 2.9132554618219126, -1.0530884977290216,
  0, 0.13169999999999998, -0.2234, 0.1017,
  0, 3.930296236894751, -5.941033872131505, 2.490627285651253,
  0, -12.411077166933676, 30.33818863028232, -16.548102889244902,
  0, 37.50931341651104, -88.1789048947664, 47.37952196281928,
  0, -27.896526289197286, 65.09189467479368, -34.87065786149661,
  0, 1.5, -4, 2.5,
);

export type Slope = (t: number, y: Float64Array, out: Float64Array) => void;

/** All that a step works on: made once, written over on every step. */
export class Step {
  readonly k: readonly Float64Array[];
  readonly next: Float64Array;
  readonly error: Float64Array;
  readonly y: Float64Array;
  private readonly stage: Float64Array;
  private readonly weights = new Float64Array(7);

  constructor(private readonly size: number) {
    this.k = Array.from({ length: 7 }, () => new Float64Array(size));
    [this.next, this.error, this.y, this.stage] = [1, 2, 3, 4].map(() => new Float64Array(size)) as Float64Array[] as
      [Float64Array, Float64Array, Float64Array, Float64Array];
  }

  /** Try a step of length h from `y` at t, whose slope is in `k[0]`: sets `next`, `error` and the other slopes. */
  attempt(slope: Slope, t: number, h: number): void {
    const { size, y, next, error, stage } = this;
    const k = this.k; // indexed, not taken apart: that would go through an iterator on every step
    const k1 = k[0]!, k2 = k[1]!, k3 = k[2]!, k4 = k[3]!, k5 = k[4]!, k6 = k[5]!, k7 = k[6]!;
    for (let i = 0; i < size; i++) stage[i] = y[i]! + h * 0.161 * k1[i]!;
    slope(t + NODES[1] * h, stage, k2);
    for (let i = 0; i < size; i++) stage[i] = y[i]! + h * (A31 * k1[i]! + A32 * k2[i]!);
    slope(t + NODES[2] * h, stage, k3);
    for (let i = 0; i < size; i++) stage[i] = y[i]! + h * (A41 * k1[i]! + A42 * k2[i]! + A43 * k3[i]!);
    slope(t + NODES[3] * h, stage, k4);
    for (let i = 0; i < size; i++) stage[i] = y[i]! + h * (A51 * k1[i]! + A52 * k2[i]! + A53 * k3[i]! + A54 * k4[i]!);
    slope(t + NODES[4] * h, stage, k5);
    for (let i = 0; i < size; i++)
      stage[i] = y[i]! + h * (A61 * k1[i]! + A62 * k2[i]! + A63 * k3[i]! + A64 * k4[i]! + A65 * k5[i]!);
    slope(t + h, stage, k6);
    for (let i = 0; i < size; i++)
      next[i] = y[i]! + h * (B1 * k1[i]! + B2 * k2[i]! + B3 * k3[i]! + B4 * k4[i]! + B5 * k5[i]! + B6 * k6[i]!);
    slope(t + h, next, k7);
    for (let i = 0; i < size; i++)
      error[i] = h * (E1 * k1[i]! + E2 * k2[i]! + E3 * k3[i]! + E4 * k4[i]! + E5 * k5[i]! + E6 * k6[i]! + E7 * k7[i]!);
  }

  /** The state at the fraction x of the last step, whose length was h. */
  at(x: number, h: number, out: Float64Array): void {
    if (x === 0) {
      out.set(this.y);
      return;
    }
    this.weigh(x);
    for (let i = 0; i < this.size; i++) out[i] = this.weighted(h, i);
  }

  /** |h lambda| of the fastest motion in the last attempt, estimated from its last two slopes, which are at the same time. */
  stiffness(h: number, scale: Float64Array): number {
    const { k, next, stage, size } = this;
    let [slopes, states] = [0, 0];
    for (let i = 0; i < size; i++) {
      slopes += ((k[6]![i]! - k[5]![i]!) / scale[i]!) ** 2;
      states += ((next[i]! - stage[i]!) / scale[i]!) ** 2;
    }
    return states > 0 ? h * Math.sqrt(slopes / states) : 0;
  }

  /** How far the last attempt is from a cubic with its values and slopes at both ends, in the middle: into `error`. */
  bend(h: number): void {
    const k = this.k;
    for (let i = 0; i < this.size; i++) {
      let sum = 0;
      for (let stage = 0; stage < 7; stage++) sum += DENSE[4 * stage + 3]! * k[stage]![i]!;
      this.error[i] = (h * sum) / 16;
    }
  }

  /** The defect of the dense output of an attempt from t, times h: h (f(p) - dp/dt) at the fraction x, into `error`. */
  defect(slope: Slope, t: number, h: number, x: number): void {
    const { error, stage, weights, k } = this;
    this.at(x, h, stage);
    slope(t + x * h, stage, error);
    for (let s = 0, c = 0; s < 7; s++, c += 4)
      weights[s] = DENSE[c]! + x * (2 * DENSE[c + 1]! + x * (3 * DENSE[c + 2]! + x * 4 * DENSE[c + 3]!));
    for (let i = 0; i < this.size; i++) {
      let slopeOfDense = 0;
      for (let s = 0; s < 7; s++) slopeOfDense += weights[s]! * k[s]![i]!;
      error[i] = h * (error[i]! - slopeOfDense);
    }
  }

  /** The coefficients of variable i on the last step, as a quartic in the fraction x. */
  quartic(i: number, h: number, out: Float64Array): void {
    out[0] = this.y[i]!;
    for (let power = 1; power <= 4; power++) {
      let sum = 0;
      for (let stage = 0; stage < 7; stage++) sum += DENSE[4 * stage + power - 1]! * this.k[stage]![i]!;
      out[power] = h * sum;
    }
  }

  private weigh(x: number): void {
    const b = this.weights; // written out: it is called for every sample
    const D = DENSE;
    const xx = x * x;
    b[0] = x * (D[0]! + x * (D[1]! + x * (D[2]! + x * D[3]!)));
    b[1] = xx * (D[5]! + x * (D[6]! + x * D[7]!));
    b[2] = xx * (D[9]! + x * (D[10]! + x * D[11]!));
    b[3] = xx * (D[13]! + x * (D[14]! + x * D[15]!));
    b[4] = xx * (D[17]! + x * (D[18]! + x * D[19]!));
    b[5] = xx * (D[21]! + x * (D[22]! + x * D[23]!));
    b[6] = xx * (D[25]! + x * (D[26]! + x * D[27]!));
  }

  private weighted(h: number, i: number): number {
    const k = this.k;
    const b = this.weights;
    const first = b[0]! * k[0]![i]! + b[1]! * k[1]![i]! + b[2]! * k[2]![i]! + b[3]! * k[3]![i]!;
    return this.y[i]! + h * (first + b[4]! * k[4]![i]! + b[5]! * k[5]![i]! + b[6]! * k[6]![i]!);
  }

  /** Go on from the end of the step. */
  advance(): void {
    this.y.set(this.next);
    this.k[0]!.set(this.k[6]!);
  }
}
