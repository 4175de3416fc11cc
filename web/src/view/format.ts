/** Formats of numbers. */

/** Some significant digits, without trailing zeros; a true minus sign. */
export function readable(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e5 || size < 1e-3 ? value.toExponential(Math.max(0, digits - 2)) : String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}

/** A fixed number of decimals, for values that change while they are read. */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return "–";
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** Decimals that show the same precision everywhere in a range. */
export function decimalsFor(span: number): number {
  return Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(Math.max(span, 1e-9)))));
}

/** Typed text with a point or a comma as a number; NaN if it is not a number. */
export function typed(text: string): number {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}

/** 1, 2 or 5 times a power of ten, near a hundredth or so of a range. */
export function niceStep(low: number, high: number, parts = 400): number {
  const rough = (high - low) / parts;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((m) => m * power).find((step) => step >= rough) ?? rough;
}

/** A value on the grid of a step, without digits that rounding left behind. */
export function onGrid(value: number, step: number): number {
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9) + 1);
  return Number((Math.round(value / step) * step).toFixed(Math.min(decimals, 12)));
}
