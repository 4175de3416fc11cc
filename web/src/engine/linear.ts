/** Linear algebra of the size of a membrane: the solution of equations, and whether all motions of a linear system die out. */

/** Solve A x = b by elimination with pivots; `a` holds rows one after another and is used up. Null if singular. */
export function linearSolution(a: Float64Array, b: Float64Array): Float64Array | null {
  const n = b.length;
  const x = b.slice();
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++)
      if (Math.abs(a[row * n + column]!) > Math.abs(a[pivot * n + column]!)) pivot = row;
    if (!(Math.abs(a[pivot * n + column]!) > 0)) return null;
    if (pivot !== column) {
      for (let k = 0; k < n; k++) [a[column * n + k], a[pivot * n + k]] = [a[pivot * n + k]!, a[column * n + k]!];
      [x[column], x[pivot]] = [x[pivot]!, x[column]!];
    }
    for (let row = column + 1; row < n; row++) {
      const factor = a[row * n + column]! / a[column * n + column]!;
      if (factor === 0) continue;
      for (let k = column; k < n; k++) a[row * n + k]! -= factor * a[column * n + k]!;
      x[row]! -= factor * x[column]!;
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let k = row + 1; k < n; k++) x[row]! -= a[row * n + k]! * x[k]!;
    x[row]! /= a[row * n + row]!;
  }
  return x.every(Number.isFinite) ? x : null;
}

/**
 * The largest real part of the eigenvalues of a matrix [per unit of time], as the rate at which exp(A t) grows.
 *
 * exp(A t) is squared until t is long against everything; its size is kept apart as a logarithm, so nothing overflows.
 */
export function growth(a: Float64Array, n: number): number {
  let norm = 0;
  for (const entry of a) norm = Math.max(norm, Math.abs(entry));
  if (!(norm > 0)) return norm;
  const t0 = 0.5 / (n * norm);
  let power = identity(n);
  let term = identity(n);
  for (let k = 1; k <= 20; k++) {
    term = product(term, a, n).map((entry) => (entry * t0) / k);
    power = power.map((entry, i) => entry + term[i]!);
  }
  let log = 0; // of the factor taken out of power
  let t = t0;
  let before = NaN;
  for (let k = 0; k < 60; k++) {
    power = product(power, power, n);
    log *= 2;
    t *= 2;
    const size = Math.max(...power.map(Math.abs));
    if (!(size > 0)) return -norm;
    power = power.map((entry) => entry / size);
    log += Math.log(size);
    const rate = log / t;
    if (Math.abs(rate - before) <= 1e-13 * Math.abs(rate)) return rate;
    before = rate;
  }
  return before;
}

function identity(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
}

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k]!;
      if (factor !== 0) for (let j = 0; j < n; j++) out[i * n + j]! += factor * b[k * n + j]!;
    }
  return out;
}
