/** The engine in a worker: it has the membranes of the page, and answers requests one after the other. */
import type { Experiment } from "./engine/contract";
import { engine } from "./engine/engine";
import type { Reply, Request, Sent } from "./engine/messages";
import type { Model } from "./model/model";
import { QUESTIONS } from "./tour/questions";

const models = (self as unknown as { LOLIGO?: { models: readonly Model[] } }).LOLIGO?.models ?? [];

function received({ model: key, ...rest }: Sent): Experiment {
  const model = models.find((one) => one.key === key);
  if (!model) throw new Error(`The worker has no model ${key}.`);
  return { ...rest, model };
}

/** The calls, each with its experiments first. */
const CALLS: Readonly<Record<string, (of: readonly Experiment[], more: never) => unknown>> = {
  simulate: ([of], more: [number, boolean]) => engine.simulate(of!, ...more),
  threshold: ([of], more: ["once" | "repetitively", number]) => engine.threshold(of!, ...more),
  clamp: ([of], more: [number, readonly number[], number, number, number]) => engine.clamp(of!, ...more),
  frequency: ([of], more: [number]) => engine.frequency(of!, ...more),
  nullclines: ([of], more: [string, string, Float64Array, number, number]) => engine.nullclines(of!, ...more),
  rest: ([of]) => engine.rest(of!.model, of!.parameters, new Map()),
  solve: ([of, own], [number]: [string]) => QUESTIONS.find((one) => one.number === number)?.solve(engine, of!, own!),
};

function buffers(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (value instanceof Float64Array) found.add(value.buffer as ArrayBuffer);
  else if (Array.isArray(value)) value.forEach((one) => buffers(one, found));
  else if (typeof value === "object" && value !== null) Object.values(value).forEach((one) => buffers(one, found));
  return found;
}

self.onmessage = ({ data: { id, call, of, more } }: MessageEvent<Request>): void => {
  const send = (reply: Reply, transfer: Transferable[] = []): void => { self.postMessage(reply, { transfer }); };
  try {
    const result = CALLS[call]?.(of.map(received), more as never);
    send({ id, result }, call === "simulate" ? [...buffers(result)] : []);
  } catch (error) {
    send({ id, error: error instanceof Error ? error.message : String(error) });
  }
};
