/** Names as a textbook sets them: italic letters, what follows "_" as a subscript. */
import type { ComponentChildren } from "preact";

export function Name({ of }: { of: string }): ComponentChildren {
  const [head = "", ...rest] = of.split("_");
  if (head.length > 2) return <span class="word">{of.replaceAll("_", " ")}</span>;
  return (
    <span class="name">
      <i>{head}</i>
      {rest.length > 0 && <sub>{rest.join(" ")}</sub>}
    </span>
  );
}
