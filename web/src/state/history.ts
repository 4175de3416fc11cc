/** Undo and redo: changes of one kind that follow each other, as a slider makes them, are one step. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  readonly open: string | null; // the kind of change in progress
}

const LONGEST = 200;

export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [], open: null };
}

/** A change. A change with the label of the previous one is merged with it, until `settle`. */
export function changed<T>(history: History<T>, present: T, label: string): History<T> {
  if (history.open === label) return { ...history, present, future: [] };
  return { past: [...history.past, history.present].slice(-LONGEST), present, future: [], open: label };
}

/** The end of a change: the next one is a separate step. */
export function settled<T>(history: History<T>): History<T> {
  return history.open === null ? history : { ...history, open: null };
}

export function undone<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future], open: null };
}

export function redone<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future, open: null };
}
