/** The figure as PNG, at twice the size of the SVG. */
import type { Pen } from "./draw";
import { WIDTH, draw, heightOf } from "./draw";
import type { Figure } from "./figure";

const SCALE = 2;

export function pngOf(figure: Figure): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH * SCALE;
  canvas.height = heightOf(figure) * SCALE;
  const context = canvas.getContext("2d");
  if (!context) return Promise.resolve(null);
  context.scale(SCALE, SCALE);
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  draw(figure, canvasPen(context));
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
}

function canvasPen(context: CanvasRenderingContext2D): Pen {
  return {
    line: (points, { colour, width, dash }) => {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.lineJoin = "round";
      context.setLineDash([...(dash ?? [])]);
      context.beginPath();
      for (let i = 0; i + 1 < points.length; i += 2) {
        if (i === 0) context.moveTo(points[i] ?? 0, points[i + 1] ?? 0);
        else context.lineTo(points[i] ?? 0, points[i + 1] ?? 0);
      }
      context.stroke();
    },
    text: (x, y, text, { anchor, size, colour, turned }) => {
      context.save();
      context.translate(x, y);
      if (turned) context.rotate(-Math.PI / 2);
      context.font = `${size}px Helvetica, Arial, sans-serif`;
      context.fillStyle = colour;
      context.textAlign = anchor === "middle" ? "center" : anchor;
      context.fillText(text, 0, 0);
      context.restore();
    },
  };
}
