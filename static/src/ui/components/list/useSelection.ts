import { useState } from "react";

export interface Selection<T> {
  /** The chosen ones among the items that are shown, in their order. */
  readonly chosen: readonly T[];
  readonly ids: ReadonlySet<number | string>;
  readonly all: boolean;
  toggle(item: T): void;
  toggleAll(): void;
  clear(): void;
}

/** Which rows of a list are chosen. Rows that are no longer shown are no longer chosen. */
export function useSelection<T extends { id: number | string }>(shown: readonly T[]): Selection<T> {
  const [marked, setMarked] = useState<ReadonlySet<number | string>>(new Set());
  const chosen = shown.filter(({ id }) => marked.has(id));
  const ids = new Set(chosen.map(({ id }) => id));
  const all = shown.length > 0 && chosen.length === shown.length;

  function toggle({ id }: T) {
    const next = new Set(ids);
    if (!next.delete(id)) next.add(id);
    setMarked(next);
  }

  return {
    chosen,
    ids,
    all,
    toggle,
    toggleAll: () => setMarked(all ? new Set() : new Set(shown.map(({ id }) => id))),
    clear: () => setMarked(new Set()),
  };
}
