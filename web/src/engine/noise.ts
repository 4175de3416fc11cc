/**
 * The seeded noise of loligo: the same numbers as `loligo.Noise` draws.
 *
 * SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195), the upper 53 bits to (0, 1], Box-Muller
 * (cosine, then sine), and an Ornstein-Uhlenbeck process exact at its knots.
 */
const MASK = (1n << 64n) - 1n;
const known = new Map<number, Float64Array>(); // normal numbers by seed: a slider asks for them again and again
const MOST_SEEDS = 8;

export function uniformNumbers(seed: number, count: number): Float64Array {
  const out = new Float64Array(count);
  let state = BigInt(Math.trunc(seed)) & MASK;
  for (let k = 0; k < count; k++) {
    state = (state + 0x9e3779b97f4a7c15n) & MASK;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
    z ^= z >> 31n;
    out[k] = (Number(z >> 11n) + 1) / 2 ** 53;
  }
  return out;
}

export function normalNumbers(seed: number, count: number): Float64Array {
  const before = known.get(seed);
  if (before && before.length >= count) return before;
  const pairs = Math.ceil(count / 2);
  const uniform = uniformNumbers(seed, 2 * pairs);
  const out = new Float64Array(2 * pairs);
  for (let k = 0; k < pairs; k++) {
    const radius = Math.sqrt(-2 * Math.log(uniform[2 * k]!));
    const angle = 2 * Math.PI * uniform[2 * k + 1]!;
    out[2 * k] = radius * Math.cos(angle);
    out[2 * k + 1] = radius * Math.sin(angle);
  }
  if (known.size >= MOST_SEEDS) known.clear();
  known.set(seed, out);
  return out;
}

/** Interval of the knots of noise with this correlation time, in ms: that of `loligo.Noise` without dt. */
export const spacing = (tau: number): number => tau / 20;

/** How many knots, `spacing` apart, reach from start to stop. */
export const knotsBetween = (start: number, stop: number, tau: number): number => Math.ceil((stop - start) / spacing(tau) - 1e-9) + 1;

/** Values at `start + k spacing(tau)`, `count` of them [µA/cm²]. */
export function noiseKnots(amplitude: number, mean: number, tau: number, seed: number, count: number): Float64Array {
  const xi = normalNumbers(seed, count);
  const dt = spacing(tau);
  const keep = Math.exp(-dt / tau);
  const fresh = Math.sqrt(-Math.expm1((-2 * dt) / tau));
  const values = new Float64Array(count);
  let x = 0;
  for (let k = 0; k < count; k++) {
    x = k === 0 ? xi[0]! : x * keep + fresh * xi[k]!;
    values[k] = mean + amplitude * x;
  }
  return values;
}
