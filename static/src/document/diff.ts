import { isEqual } from "./equality";
import { keyframesByFrame, keyframesInOrder } from "./keyframes";
import type { AnnotationRecord, Keyframe, RecordId } from "./records";

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
 * A change carried over to an object that has moved on since, by others: what they changed, brought
 * back or deleted stays as they left it, and the rest of the change is made.
 */
export function carryOver(
  { before, after }: Change,
  current: AnnotationRecord | null,
): AnnotationRecord | null {
  if (current === before || isEqual(current, before)) return after;
  if (current === null || before === null || after === null) return current;
  const carried = carryFields(before, after, current);
  return carried as unknown as AnnotationRecord;
}

type Fields = Readonly<Record<string, unknown>>;

function carryFields(before: object, after: object, current: object): Fields {
  const [b, a, c] = [before as Fields, after as Fields, current as Fields];
  const carried: Record<string, unknown> = { ...c };
  for (const field of new Set([...Object.keys(b), ...Object.keys(a)])) {
    const value = carryField(field, b[field], a[field], c[field]);
    if (value === undefined) delete carried[field];
    else carried[field] = value;
  }
  // A track starts at its first keyframe, whoever set it.
  const [first] = (carried.keyframes as readonly Keyframe[] | undefined) ?? [];
  return first ? { ...carried, frame: first.frame } : carried;
}

function carryField(field: string, before: unknown, after: unknown, current: unknown): unknown {
  if (isEqual(current, before)) return after;
  if (isEqual(before, after)) return current;
  if (field === "attributes")
    return carryFields(before as object, after as object, current as object);
  if (field !== "keyframes") return current;
  const [b, a, c] = [before, after, current].map((list) => keyframesByFrame(list as Keyframe[]));
  const keyframes = keyframesInOrder(carryFields(b as object, a as object, c as object));
  return keyframes.length > 0 ? keyframes : current;
}
