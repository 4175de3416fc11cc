/** Colours that are distinguishable from their background. */

const LEAST = 3; // contrast of graphics, WCAG 1.4.11
const GREY = 16; // of 255: parts of a grey differ by less
const LEAST_ON_DARK = 4.5; // thin lines on black need more contrast for the same visibility

/** A colour of the model on this ground: nearer to white or black until its contrast suffices. */
export function legible(colour: string, ground: string): string {
  const back = luminance(parse(ground));
  const goal = back > 0.5 ? [0, 0, 0] : [255, 255, 255];
  const own = mirrored(parse(colour), back);
  for (let step = 0; step <= 20; step++) {
    const mixed = own.map((c, i) => Math.round(c + ((goal[i] ?? 0) - c) * (step / 20)));
    if (contrast(luminance(mixed), back) >= (back > 0.5 ? LEAST : LEAST_ON_DARK)) return `#${mixed.map((c) => c.toString(16).padStart(2, "0")).join("")}`;
  }
  return colour;
}

/** Greys, of which black is one, are as far from a dark ground as from a white one: else black and a middle grey would become one grey. */
const mirrored = (own: number[], back: number): number[] =>
  (back < 0.5 && Math.max(...own) - Math.min(...own) < GREY ? own.map((c) => 255 - c) : own);

export function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

export function parse(colour: string): number[] {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

export function luminance(rgb: readonly number[]): number {
  const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}
