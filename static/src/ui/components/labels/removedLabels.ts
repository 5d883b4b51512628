import type { LabelSpec } from "../../../api/types";

type SavedLabel = LabelSpec & { id: number };

/** Saved labels that the edited ones no longer have. */
export function removedLabels(
  saved: readonly LabelSpec[],
  edited: readonly LabelSpec[],
): SavedLabel[] {
  const kept = new Set(edited.map(({ id }) => id));
  return saved.filter(
    (label): label is SavedLabel => label.id !== undefined && !kept.has(label.id),
  );
}

/** Names that are removed and made again without their id, as happens in JSON: objects go. */
export function recreated(removed: readonly LabelSpec[], edited: readonly LabelSpec[]): string[] {
  const made = new Set(edited.filter(({ id }) => id === undefined).map(({ name }) => name.trim()));
  return removed.map(({ name }) => name).filter((name) => made.has(name));
}
