/** The engine outside the page's thread: runs in one worker and analyses in another, so that neither waits for the other. */
import source from "virtual:worker";
import type { Clamp, Engine, Experiment, Run, Threshold } from "./contract";
import type { Reply, Request } from "./messages";
import type { Solution } from "../tour/questions";

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** A worker made from the scripts of the page: its membranes and the engine. */
function made(): Worker {
  const membranes = Array.from(document.scripts, (script) => script.textContent).find((text) => text.startsWith("window.LOLIGO")) ?? "";
  const url = URL.createObjectURL(new Blob(["const window = self;\n", membranes, "\n", source], { type: "text/javascript" }));
  return new Worker(url);
}

class Remote {
  private worker: Worker | null = null;
  private next = 0;
  private readonly waiting = new Map<number, Waiting>();

  ask<T>(call: string, of: readonly Experiment[], ...more: readonly unknown[]): Promise<T> {
    this.worker ??= this.start();
    const id = this.next++;
    const request: Request = { id, call, of: of.map(({ model, ...rest }) => ({ ...rest, model: model.key })), more };
    const { worker } = this;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage(request);
    });
  }

  private start(): Worker {
    const worker = made();
    worker.onmessage = ({ data: { id, result, error } }: MessageEvent<Reply>): void => {
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) waiting?.resolve(result as never);
      else waiting?.reject(new Error(error));
    };
    worker.onerror = (event): void => {
      for (const { reject } of this.waiting.values()) reject(new Error(event.message));
      this.waiting.clear();
    };
    return worker;
  }
}

const [runs, analyses] = [new Remote(), new Remote()];

export const remote = {
  simulate: (of: Experiment, points: number, faithful: boolean): Promise<Run> => runs.ask("simulate", [of], points, faithful),
  rest: (of: Experiment): Promise<Float64Array> => runs.ask("rest", [of]),
  threshold: (of: Experiment, fires: "once" | "repetitively", resolution: number): Promise<Threshold | string> =>
    analyses.ask("threshold", [of], fires, resolution),
  clamp: (of: Experiment, hold: number, levels: readonly number[], start: number, stop: number, points: number): Promise<Clamp[]> =>
    analyses.ask("clamp", [of], hold, levels, start, stop, points),
  frequency: (of: Experiment, amplitude: number): Promise<number> => analyses.ask("frequency", [of], amplitude),
  nullclines: (of: Experiment, x: string, y: string, at: Float64Array, I: number, points: number): Promise<ReturnType<Engine["nullclines"]>> =>
    analyses.ask("nullclines", [of], x, y, at, I, points),
  solve: (question: string, of: Experiment, own: Experiment): Promise<Solution> => analyses.ask("solve", [of, own], question),
};
