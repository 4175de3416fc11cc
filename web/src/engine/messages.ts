/** Requests of the page to a worker, and replies: experiments name their model, since functions cannot be sent. */
import type { Experiment } from "./contract";

export type Sent = Omit<Experiment, "model"> & { readonly model: string };

export interface Request {
  readonly id: number;
  readonly call: string;
  readonly of: readonly Sent[]; // experiments, the first arguments
  readonly more: readonly unknown[];
}

export interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}
