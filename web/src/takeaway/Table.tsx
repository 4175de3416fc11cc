/** The numbers of a panel as a table, for those who cannot see its curves. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import type { Panel } from "../state/setting";
import { PANEL_TITLES } from "../state/setting";
import { readable } from "../view/format";
import { groupsOf } from "./save";
import { useModal } from "../view/modal";

const ROWS = 40; // at most, evenly chosen; the CSV has all
export const tableShown = signal<Panel | null>(null);

export function Table(): JSX.Element | null {
  const panel = tableShown.value;
  return panel && <Shown key={panel} panel={panel} />;
}

function Shown({ panel }: { panel: Panel }): JSX.Element {
  const dialog = useModal();
  const groups = groupsOf(panel).map((columns) => ({
    names: columns.map(([name]) => name), rows: Array.from(columns[0]?.[1] ?? [], (_, i) => columns.map(([, values]) => values[i] ?? NaN)),
  }));
  return (
    <dialog ref={dialog} class="table" tabIndex={0} aria-labelledby="table-title" onClose={() => { tableShown.value = null; }}>
      <h2 id="table-title">{PANEL_TITLES[panel]}: numbers</h2>
      {groups.map(({ names, rows }) => (
        <table key={names.join()}>
          <thead><tr>{names.map((name) => <th scope="col" key={name}>{name}</th>)}</tr></thead>
          <tbody>
            {rows.filter((_, k) => k % Math.ceil(rows.length / ROWS) === 0).map((row) => (
              <tr key={row.join()}>{row.map((value, k) => (k === 0 ? <th scope="row" key={k}>{readable(value, 5)}</th> : <td key={k}>{readable(value, 5)}</td>))}</tr>
            ))}
          </tbody>
        </table>
      ))}
      <div class="buttons"><button type="button" onClick={() => { dialog.current?.close(); }}>Close</button></div>
    </dialog>
  );
}
