/** One time panel: traces of the run on the axis that all time panels share, with the shared cursor. */
import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Run } from "../engine/contract";
import type { Model } from "../model/model";
import type { Panel } from "../state/setting";
import { PANEL_TITLES } from "../state/setting";
import { cursor, drawn, enlarge, overlayDrawn, overlayRun, run, shownWindow } from "../state/store";
import { inks, isDark, legible } from "../view/colours";
import type { Inks } from "../view/colours";
import type { Trace } from "../view/plots";
import { FONT, LARGER, axis, drawTrace, endRoom, extremesOf, plotInBox, cancelDrawing, drawSoon, timePlots } from "../view/plots";
import type { Obstacle } from "../view/room";
import { CursorKeys } from "./CursorKeys";
import { Frame } from "./Frame";
import type { TimeContent } from "./lines";
import { contentOf, roundRange } from "./lines";
import { Readout } from "./Readout";
import { drawMarks } from "./spikes";
import { drawWindows, placesOn, seenIn, windowsOf, withRoom } from "./windows";

export function TimePanel({ panel, last }: { panel: Panel; last: boolean }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const { model: of } = drawn.value;
  const dark = isDark.value;
  const other = overlayDrawn.value?.model ?? null;
  const content = contentOf(panel, of);
  useEffect(() => (box.current ? mounted(box.current, panel, of, other, last) : undefined), [panel, of, dark, other, last]);
  return (
    <Frame panel={panel} title={PANEL_TITLES[panel]} unit={content.unit} aside={<>
      {panel === "v" && <button type="button" class="small" onClick={closer} title="Half the time on show, around the cursor">Enlarge</button>}
      <Readout content={content} time={panel === "v"} />
    </>}>
      {panel === "v" ? <CursorKeys><div class="plot plot-v" ref={box} /></CursorKeys>
        : <div class={`plot plot-${panel}${last ? " last" : ""}`} ref={box} role="img" aria-label={`${PANEL_TITLES[panel]} over time`} />}
    </Frame>
  );
}

/** Half the time on show, around the cursor or its middle: for touch and for the keyboard. */
function closer(): void {
  const [from, to] = shownWindow.peek() ?? [0, drawn.peek().duration];
  const half = (to - from) / 4;
  const middle = Math.min(to - half, Math.max(from + half, lastCursor ?? (from + to) / 2));
  enlarge([middle - half, middle + half]);
}

/** Where the cursor was: a finger that goes to the button takes it from the trace. */
let lastCursor: number | null = null;
cursor.subscribe((at) => { lastCursor = at ?? lastCursor; });

function mounted(box: HTMLElement, panel: Panel, of: Model, other: Model | null, last: boolean): () => void {
  const content = contentOf(panel, of);
  const second = other && contentOf(panel, other);
  let traces: readonly Trace[] = [];
  const { plot, stop } = plotInBox(box, (width, height) =>
    new uPlot(optionsOf(panel, content, second, last, inks.peek(), width, height, () => traces), dataOf(content, second), box));
  timePlots.add(plot);
  const stopDrawing = effect(() => {
    const [a, b, window] = [run.value, overlayRun.value, shownWindow.value];
    if (!a || (window !== null && window[0] >= window[1])) return;
    const draw = (): void => {
      traces = tracesOf(content, a, second, b);
      plot.setData(dataOf(content, second));
    };
    if (panel === "v") draw();
    else drawSoon(plot, draw);
  });
  const touch = (event: PointerEvent): void => {
    if (event.pointerType === "mouse") return;
    const left = event.clientX - plot.over.getBoundingClientRect().left;
    for (const each of timePlots) each.setCursor({ left, top: 1 });
  };
  plot.over.addEventListener("pointermove", touch);
  plot.over.addEventListener("dblclick", () => { enlarge(null); });
  return () => { stopDrawing(); cancelDrawing(plot); timePlots.delete(plot); stop(); };
}

/** uPlot needs a row of times with something for each line; paths and ranges are those of the traces themselves. */
function dataOf(content: TimeContent, second: TimeContent | null): uPlot.AlignedData {
  return [[0, 1], ...content.lines.map(() => [null, null]), ...matching(content, second).map(() => [null, null])];
}

/** Lines of B that have a partner in A. */
function matching(content: TimeContent, second: TimeContent | null): TimeContent["lines"] {
  return second ? second.lines.filter((line) => content.lines.some((own) => own.name === line.name)) : [];
}

/** The traces of A, then those of B, each over its own times. */
function tracesOf(content: TimeContent, a: Run, second: TimeContent | null, b: Run | null): Trace[] {
  return [...content.lines.map((line) => ({ t: a.t, values: line.of(a) })), ...(b ? matching(content, second).map((line) => ({ t: b.t, values: line.of(b) })) : [])];
}

function optionsOf(panel: Panel, content: TimeContent, second: TimeContent | null, last: boolean, ink: Inks, width: number, height: number, traces: () => readonly Trace[]): uPlot.Options {
  const stretch = (): [number, number] => [...(shownWindow.peek() ?? [0, drawn.peek().duration])];
  const own = content.lines.map((line) => ({
    name: line.name, colour: line.colour ? legible(line.colour, ink.ground) : ink.ink, width: panel === "v" ? 1.8 : 1.6, dash: line.dashed ? [7, 3] : [],
  }));
  const ghosts = matching(content, second).map((line) => ({
    name: `${line.name} of B`, colour: line.colour ? `${legible(line.colour, ink.ground)}88` : ink.ghost, width: 1.4, dash: [3, 3],
  }));
  const styles = [...own, ...ghosts];
  let obstacles: readonly Obstacle[] = [];
  const timed = last || panel === "v"; // the first is in view wherever the page is not scrolled
  return {
    width, height, pxAlign: 0, padding: [6, () => endRoom(shownWindow.peek()?.[1] ?? drawn.peek().duration), timed ? 0 : 4, 0], legend: { show: false },
    cursor: {
      y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 6 },
      sync: { key: "time", setSeries: false, filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } },
    },
    scales: {
      t: { time: false, range: stretch },
      y: { range: (u: uPlot) => {
        const range = rangeOf(content, extremesOf(traces(), stretch()));
        return panel === "v" ? withRoom(range, placesOn(u, seenIn(windowsOf(drawn.peek()), stretch()), stretch(), FONT), u.bbox.height, devicePixelRatio) : range;
      } },
    },
    series: [{ scale: "t" }, ...styles.map(({ name }) => ({ label: name, scale: "y", points: { show: false }, paths: () => null }))],
    axes: [
      axis(ink, { scale: "t", size: timed ? 26 : 6, space: 70, ...(timed ? { label: "t [ms]", labelSize: 18, labelFont: FONT, labelGap: 0 } : { values: () => [] }) }),
      axis(ink, { scale: "y", size: 52 * LARGER, space: panel === "stimulus" ? 20 : 28 }),
    ],
    hooks: {
      drawClear: [(u) => { obstacles = drawWindows(u, windowsOf(drawn.peek()), stretch(), ink, panel === "v" ? FONT : null); }],
      setSize: [(u) => { if (panel === "v" && windowsOf(drawn.peek()).length > 0) u.setData(u.data); }], // rows of labels depend on the width
      drawSeries: [(u, index) => {
        const [trace, style] = [traces()[index - 1], styles[index - 1]];
        if (trace && style) drawTrace(u, trace, style.colour, style.width, style.dash);
      }],
      draw: [(u) => { if (panel === "v") drawMarks(u, traces(), obstacles, run.peek(), drawn.peek().model.spikeLevel, ink, FONT); }],
      setCursor: [(u) => {
        const left = u.cursor.left ?? -10;
        cursor.value = left < 0 ? null : u.posToVal(left, "t");
      }],
      setSelect: [(u) => {
        if (u.select.width < 6) return;
        const ends = [u.select.left, u.select.left + u.select.width].map((left) => u.posToVal(left, "t"));
        enlarge([Math.max(0, ends[0] ?? 0), Math.min(drawn.peek().duration, ends[1] ?? 0)]);
        u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      }],
    },
  };
}

function rangeOf(content: TimeContent, extremes: [number, number] | null): [number, number] {
  const [a, b] = content.range ?? [Infinity, -Infinity];
  if (extremes === null) return content.range ? [a, b] : [-1, 1];
  const [low, high] = extremes;
  if (content.range && low >= a && high <= b) return [a, b];
  const [x, y] = roundRange(content.range ? Math.min(a, low) : Math.min(0, low), content.range ? Math.max(b, high) : Math.max(0, high));
  return content.range ? [Math.min(a, low), Math.max(b, high)] : [x, y];
}
