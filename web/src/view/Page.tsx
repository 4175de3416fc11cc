/** The page: head, trace, controls, analyses, exercise. */
import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Controls } from "../controls/Controls";
import { Header } from "../controls/Header";
import { ClampPanel } from "../panels/ClampPanel";
import { DiagramPanel } from "../panels/DiagramPanel";
import { FrequencyPanel } from "../panels/FrequencyPanel";
import { PhasePanel } from "../panels/PhasePanel";
import { RatesPanel } from "../panels/RatesPanel";
import { TimePanel } from "../panels/TimePanel";
import type { Panel } from "../state/setting";
import { TIME_PANELS, panelsShown } from "../state/setting";
import { conditions, model, overlayExperiment, redo, setting, undo, version, view } from "../state/store";
import { captionOf } from "../takeaway/caption";
import { Table } from "../takeaway/Table";
import { Tour } from "../tour/Tour";
import { Messages, Summary } from "./Summary";

const ANALYSES: Partial<Record<Panel, () => JSX.Element>> = {
  phase: PhasePanel, diagram: DiagramPanel, fi: FrequencyPanel, rates: RatesPanel, clamp: ClampPanel,
};

/** Analyses below the traces, so that the columns are about as long as each other. */
const BELOW: readonly Panel[] = ["rates"];

const listed = (of: readonly Panel[]): JSX.Element[] => of.flatMap((panel) => { const Analysis = ANALYSES[panel]; return Analysis ? [<Analysis key={panel} />] : []; });

const names = computed(() => panelsShown(setting.value, model.value).join());
const open = computed(() => setting.value.tour !== null);

export function Page(): JSX.Element {
  const shown = names.value.split(",") as Panel[];
  const over = shown.filter((panel) => TIME_PANELS.includes(panel));
  const analyses = shown.filter((panel) => ANALYSES[panel] && !BELOW.includes(panel));
  const below = shown.filter((panel) => BELOW.includes(panel));
  useEffect(() => {
    document.addEventListener("keydown", shortcuts);
    return () => { document.removeEventListener("keydown", shortcuts); };
  }, []);
  return (
    <>
      <Header />
      <Messages />
      <main class={`lab ${view.value}${analyses.length > 0 ? "" : " plain"}${open.value ? " touring" : ""}`}>
        <div class="printed">
          <h2>{model.value.title}</h2>
          {captionOf(conditions.value, model.value).map((line) => <p key={line}>{line}</p>)}
          {setting.value.overlay && overlayExperiment.value && (
            <p>B: {overlayExperiment.value.model.title}. {captionOf(setting.value.overlay, overlayExperiment.value.model).join("; ")}</p>
          )}
        </div>
        <div class="stage">
          <Summary />
          {over.map((panel) => <TimePanel key={panel} panel={panel} last={panel === over.at(-1)} />)}
        </div>
        <aside class="controls" aria-label="Controls"><Controls /></aside>
        {open.value && <Tour />}
        {below.length > 0 && <div class="below">{listed(below)}</div>}
        {analyses.length > 0 && <div class="analyses">{listed(analyses)}</div>}
      </main>
      <Table />
      <footer class="foot">
        <p><strong>{model.value.title}.</strong> {model.value.source}</p>
        <p>Loligo {version}. Everything is computed in this page; nothing is sent anywhere.</p>
      </footer>
    </>
  );
}

function shortcuts(event: KeyboardEvent): void {
  const typing = event.target instanceof HTMLInputElement && event.target.type === "text";
  if (typing || !(event.ctrlKey || event.metaKey)) return;
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) undo();
  else if (key === "y" || key === "z") redo();
  else return;
  event.preventDefault();
}
