/** The figure as SVG: lines and text, nothing that runs or loads. */
import type { Pen, Style } from "./draw";
import { WIDTH, draw, heightOf } from "./draw";
import type { Figure } from "./figure";

export function svgOf(figure: Figure): string {
  const parts: string[] = [];
  const pen: Pen = {
    line: (points, style) => parts.push(`<polyline points="${pairs(points)}" ${strokeOf(style)}/>`),
    text: (x, y, text, { anchor, size, colour, turned }) => parts.push(
      `<text x="${short(x)}" y="${short(y)}" text-anchor="${anchor}" font-size="${size}" fill="${colour}"` +
      `${turned ? ` transform="rotate(-90 ${short(x)} ${short(y)})"` : ""}>${escaped(text)}</text>`),
  };
  draw(figure, pen);
  const height = heightOf(figure);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" ` +
    `font-family="Helvetica, Arial, sans-serif"><rect width="100%" height="100%" fill="#ffffff"/>\n${parts.join("\n")}\n</svg>\n`;
}

const short = (value: number): string => String(Math.round(value * 100) / 100);

function pairs(points: readonly number[]): string {
  const out: string[] = [];
  for (let i = 0; i + 1 < points.length; i += 2) out.push(`${short(points[i] ?? 0)},${short(points[i + 1] ?? 0)}`);
  return out.join(" ");
}

function strokeOf({ colour, width, dash }: Style): string {
  const opaque = colour.length === 9 ? `stroke="${colour.slice(0, 7)}" stroke-opacity="${short(parseInt(colour.slice(7), 16) / 255)}"` : `stroke="${colour}"`;
  return `fill="none" ${opaque} stroke-width="${width}"${dash && dash.length > 0 ? ` stroke-dasharray="${dash.join(" ")}"` : ""} stroke-linejoin="round"`;
}

export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
