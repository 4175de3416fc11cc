/** Thresholds of the present stimulus, each with the bracket in which it lies. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import type { Experiment, Stimulus, Threshold } from "../engine/contract";
import { remote } from "../engine/remote";
import { varied } from "../engine/threshold";
import { announcement, changeConditions, conditions, experiment, settle } from "../state/store";
import { fieldsOf } from "../state/stimuli";
import { fixed, readable } from "../view/format";

const RESOLUTION = 1e-4; // µA/cm²
type Fires = "once" | "repetitively";

interface Found {
  readonly fires: Fires;
  readonly of: Experiment;
  readonly answer: Threshold | string | null; // null: still running
}

const found = signal<Found | null>(null);

async function search(fires: Fires): Promise<void> {
  const of = experiment.peek();
  found.value = { fires, of, answer: null };
  const answer = await sought(of, fires);
  if (found.peek()?.of !== of || found.peek()?.fires !== fires) return;
  found.value = { fires, of, answer };
  announcement.value = typeof answer === "string" ? answer : `Threshold ${fixed(answer.value, 4)} microampere per square centimetre`;
}

async function sought(of: Experiment, fires: Fires): Promise<Threshold | string> {
  try {
    return await remote.threshold(of, fires, RESOLUTION);
  } catch (error) {
    return `The search failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Whether the answer is of this membrane and stimulus, apart from the amplitude that was varied. */
function current(of: Experiment, now: Experiment): boolean {
  const same = (a: Stimulus, b: Stimulus): boolean => JSON.stringify(varied(a, 0)) === JSON.stringify(varied(b, 0));
  return of.model === now.model && of.duration === now.duration && of.parameters.join() === now.parameters.join() &&
    same(of.stimulus, now.stimulus) && [...of.frozen].join() === [...now.frozen].join() && done(of) === done(now);
}

const done = (of: Experiment): string =>
  JSON.stringify(of.interventions?.map((one) => (one.kind === "reset" ? [one.at, ...one.values] : Object.values(one))));

export function Find(): JSX.Element {
  const now = found.value;
  const pair = conditions.value.stimulus.kind === "pair";
  const stale = now !== null && !current(now.of, experiment.value);
  return (
    <section class="group" aria-labelledby="g-find">
      <h2 id="g-find">Threshold of this stimulus</h2>
      <div class="buttons">
        <button type="button" onClick={() => { void search("once"); }}>{pair ? "Of the second pulse" : "For a spike"}</button>
        {!pair && <button type="button" onClick={() => { void search("repetitively"); }}>For repetitive firing</button>}
      </div>
      {now && <div class={stale ? "stale" : ""} aria-hidden={stale}><Answer found={now} /></div>}
    </section>
  );
}

/** What happens just below the threshold. */
function below({ before, bursts }: Threshold, { fires, of }: Found): string {
  if (bursts) return `${before} spikes in bursts, not in one train,`;
  if (fires === "once") return of.stimulus.kind === "pair" ? "Not" : "Silent";
  return before === 0 ? "Silent" : `${before} ${before === 1 ? "spike" : "spikes"}, not lasting,`;
}

function Answer({ found }: { found: Found }): JSX.Element {
  const { answer, fires } = found;
  if (answer === null) return <p class="answer">Searching…</p>;
  if (typeof answer === "string") return <p class="answer">{answer}</p>;
  const use = (amplitude: number): void => {
    changeConditions({ stimulus: varied(conditions.peek().stimulus, amplitude) }, "stimulus amplitude");
    settle();
  };
  const field = fieldsOf(found.of.stimulus.kind, found.of.model, found.of.duration).find(({ key }) => key === (found.of.stimulus.kind === "pair" ? "second" : "amplitude"));
  const most = field?.most ?? Infinity;
  const made = answer.passive ? "pushes v over the spike level" : fires === "once" ? "makes a spike" : "makes it fire repetitively";
  return (
    <div class="answer">
      <p><output class="big" id={`threshold-${fires}`}>{fixed(answer.high, 4)}</output> µA/cm² {found.of.stimulus.kind === "pair" ? "in the second pulse makes one more spike" : made}</p>
      <p class="note">{below(answer, found)} at {fixed(answer.low, 5)}, fires at {fixed(answer.high, 5)}; {answer.runs} runs.</p>
      {answer.passive && <p class="note passive">No spike: v is only pushed over the spike level, and its peak follows the amplitude as in a membrane without gates.</p>}
      {Math.abs(answer.high) > most ? <p class="note">This amplitude cannot be shown: the page uses at most {readable(most)} µA/cm².</p> : (
        <span class="buttons">
          <button type="button" class="small" onClick={() => { use(answer.high); }}>Show it</button>
          <button type="button" class="small" onClick={() => { use(answer.low); }}>Show just below</button>
        </span>
      )}
    </div>
  );
}
