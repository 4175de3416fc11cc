/** Names, colours and values under the cursor; written past the component tree, as it changes with every move. */
import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { cursor, run } from "../state/store";
import { inks, legible } from "../view/colours";
import { fixed } from "../view/format";
import { Name } from "../view/Name";
import type { TimeContent } from "./lines";
import { nearest } from "./lines";

export function Readout({ content }: { content: TimeContent }): JSX.Element {
  const list = useRef<HTMLUListElement>(null);
  const ink = inks.value;
  const names = content.lines.map((line) => line.name).join();
  useEffect(() => {
    const places = [...(list.current?.querySelectorAll<HTMLElement>(".value") ?? [])];
    return effect(() => {
      const [now, at] = [run.value, cursor.value];
      const index = now && at !== null && now.t.length > 0 ? nearest(now.t, at) : -1;
      content.lines.forEach((line, i) => {
        const place = places[i];
        if (place) place.textContent = now && index >= 0 ? fixed(line.of(now)[index] ?? NaN, content.decimals) : "";
      });
    });
  }, [names]);
  return (
    <ul class="readout" ref={list}>
      {content.lines.map((line) => (
        <li key={line.name}>
          <svg class="swatch" width="16" height="8" aria-hidden="true">
            <line x1="0" y1="4" x2="16" y2="4" stroke={line.colour ? legible(line.colour, ink.ground) : ink.ink} stroke-width="2.2"
              {...(line.dashed ? { "stroke-dasharray": "5 2" } : {})} />
          </svg>
          <Name of={line.name} /> <span class="value" />
        </li>
      ))}
    </ul>
  );
}
