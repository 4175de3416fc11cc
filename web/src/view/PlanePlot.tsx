/** A plot of curves in a plane; redrawn when its scene changes. */
import type { ReadonlySignal } from "@preact/signals";
import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { inks, isDark } from "./colours";
import { FONT, LARGER, axis, endRoom, plotInBox, cancelDrawing, drawSoon } from "./plots";
import type { Scene } from "./scene";
import { drawScene } from "./scene";

interface Properties {
  readonly scene: ReadonlySignal<Scene | null>;
  readonly label: string; // for a screen reader
  readonly kind: string;
  readonly onPick?: (x: number) => void; // a click on the plane
}

export function PlanePlot({ scene, label, kind, onPick }: Properties): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const dark = isDark.value;
  useEffect(() => {
    const place = box.current;
    if (!place) return undefined;
    const ink = inks.peek();
    const range = (which: "x" | "y"): [number, number] => [...(scene.peek()?.[which] ?? [0, 1])] as [number, number];
    const named = (which: 0 | 1) => (): string => scene.peek()?.labels[which] ?? "";
    const { plot, stop } = plotInBox(place, (width, height) => new uPlot({
      width, height, padding: [8, () => endRoom(range("x")[1]), 0, 0], legend: { show: false },
      cursor: { points: { show: false }, drag: { x: false, y: false } },
      scales: { x: { time: false, range: () => range("x") }, y: { range: () => range("y") } },
      series: [{}, { scale: "y", points: { show: false } }],
      axes: [
        axis(ink, { scale: "x", size: 26, space: 60, label: named(0), labelSize: 18, labelFont: FONT, labelGap: 0 }),
        axis(ink, { scale: "y", size: 48 * LARGER, space: 32, label: named(1), labelSize: 16, labelFont: FONT, labelGap: 0 }),
      ],
      hooks: { draw: [(u) => { const now = scene.peek(); if (now) drawScene(u, now, FONT); }] },
    }, [[0, 1], [null, null]], place));
    if (onPick) plot.over.addEventListener("click", () => { onPick(plot.posToVal(plot.cursor.left ?? 0, "x")); });
    const stopDrawing = effect(() => {
      const now = scene.value;
      if (!now) return;
      const draw = (): void => { plot.setData([[now.x[0], now.x[1]], [null, null]]); };
      if (kind === "phase") draw(); // with its caption
      else drawSoon(plot, draw);
    });
    return () => { stopDrawing(); cancelDrawing(plot); stop(); };
  }, [dark, scene, kind]);
  return <div class={`plot plane plot-${kind}`} ref={box} role="img" aria-label={label} />;
}
