import { isEqual } from "./equality";
import type { AnnotationRecord, RecordId } from "./records";

/** One object before and after; null where it does not exist. */
export interface Change {
  readonly before: AnnotationRecord | null;
  readonly after: AnnotationRecord | null;
}

/** What changed, by object. Plain data: the same value undoes, is journaled and becomes a delta. */
export type Diff = Readonly<Record<RecordId, Change>>;

export const EMPTY_DIFF: Diff = {};

export function isEmptyDiff(diff: Diff): boolean {
  return Object.keys(diff).length === 0;
}

export function invert(diff: Diff): Diff {
  return Object.fromEntries(
    Object.entries(diff).map(([id, { before, after }]) => [id, { before: after, after: before }]),
  );
}

/** The one diff that does what `first` then `second` do; objects that end as they began drop out. */
export function compose(first: Diff, second: Diff): Diff {
  const net: Record<RecordId, Change> = { ...first };
  for (const [id, change] of Object.entries(second)) {
    const before = id in first ? (first[id] as Change).before : change.before;
    if (isEqual(before, change.after)) delete net[id];
    else net[id] = { before, after: change.after };
  }
  return net;
}

/**
 * A change carried over to an object that has moved on since: only the fields that the change
 * touched are set, so that what others changed meanwhile stays.
 */
export function carryOver(
  change: Change,
  current: AnnotationRecord | null,
): AnnotationRecord | null {
  const { before, after } = change;
  if (current === null || before === null || after === null) return after;
  if (current === before || isEqual(current, before)) return after;
  const merged: Record<string, unknown> = { ...current };
  for (const [field, value] of Object.entries(after)) {
    if (!isEqual(value, (before as unknown as Record<string, unknown>)[field])) {
      merged[field] = value;
    }
  }
  return merged as unknown as AnnotationRecord;
}
