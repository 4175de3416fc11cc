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

/** A piece of line, as it is drawn. */
export function Swatch({ colour, dashed }: { colour: string; dashed: boolean }): JSX.Element {
  return (
    <svg class="swatch" width="16" height="8" aria-hidden="true">
      <line x1="0" y1="4" x2="16" y2="4" stroke={colour} stroke-width="2.2" {...(dashed ? { "stroke-dasharray": "5 2" } : {})} />
    </svg>
  );
}

export function Readout({ content, time }: { content: TimeContent; time: boolean }): JSX.Element {
  const list = useRef<HTMLUListElement>(null);
  const ink = inks.value;
  const when = useRef<HTMLLIElement>(null);
  const names = content.lines.map((line) => line.name).join();
  useEffect(() => {
    const places = [...(list.current?.querySelectorAll<HTMLElement>(".value") ?? [])];
    return effect(() => {
      const [now, at] = [run.value, cursor.value];
      const index = now && at !== null && now.t.length > 0 ? nearest(now.t, at) : -1;
      if (when.current) when.current.textContent = now && index >= 0 ? `t = ${fixed(now.t[index] ?? NaN, 2)} ms` : "";
      content.lines.forEach((line, i) => {
        const place = places[i];
        if (place) place.textContent = now && index >= 0 ? fixed(line.of(now)[index] ?? NaN, content.decimals) : "";
      });
    });
  }, [names]);
  return (
    <ul class="readout" ref={list}>
      {time && <li class="when" ref={when} />}
      {content.lines.map((line) => (
        <li key={line.name}>
          <Swatch colour={line.colour ? legible(line.colour, ink.ground) : ink.ink} dashed={line.dashed} />
          <Name of={line.name} /> <span class="value" />
        </li>
      ))}
    </ul>
  );
}
