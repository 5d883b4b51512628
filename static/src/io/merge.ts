import { isEqual } from "../document/equality";
import { keyframesByFrame, keyframesInOrder } from "../document/keyframes";
import type { AnnotationRecord, Keyframe, RecordId } from "../document/records";
import { newRecordId } from "../document/records";

/**
 * What became of an object that two sides changed: `copied` keeps theirs and ours side by side,
 * `restored` brings back one that they deleted and we changed, `undeleted` one that we deleted
 * and they changed.
 */
export type Outcome = "merged" | "copied" | "restored" | "undeleted";

/** An object that two sides changed in ways that cannot be joined; both sides are kept. */
export interface Clash {
  readonly id: RecordId;
  readonly outcome: Exclude<Outcome, "merged">;
  /** Our version as an object of its own, where both are kept side by side. */
  readonly copy: RecordId | null;
  /** As we had it, and as they have it; null where it was deleted. */
  readonly mine: AnnotationRecord | null;
  readonly theirs: AnnotationRecord | null;
}

export interface Merged {
  readonly record: AnnotationRecord | null;
  /** Our version as a new object, where both had to be kept. */
  readonly copy: AnnotationRecord | null;
  readonly outcome: Outcome;
}

type Fields = Readonly<Record<string, unknown>>;
type ByFrame = [Fields, Fields, Fields];

/** Marks fields that both sides changed to different values. */
const CLASH = Symbol("clash");

/** Three-way merge of one object: nothing that either side did is lost. */
export function mergeRecords(
  base: AnnotationRecord | null,
  ours: AnnotationRecord | null,
  theirs: AnnotationRecord | null,
): Merged {
  const merged = (record: AnnotationRecord | null): Merged => ({
    record,
    copy: null,
    outcome: "merged",
  });
  if (isEqual(ours, theirs) || isEqual(theirs, base)) return merged(ours);
  if (isEqual(ours, base)) return merged(theirs);
  if (theirs === null) return { record: ours, copy: null, outcome: "restored" };
  if (ours === null) return { record: theirs, copy: null, outcome: "undeleted" };
  const both = base === null ? CLASH : mergeFields(base, ours, theirs);
  if (both !== CLASH) return merged(both as unknown as AnnotationRecord);
  return { record: theirs, copy: { ...ours, id: newRecordId() }, outcome: "copied" };
}

function mergeFields(base: object, ours: object, theirs: object): Fields | typeof CLASH {
  const [b, o, t] = [base as Fields, ours as Fields, theirs as Fields];
  const result: Record<string, unknown> = {};
  for (const field of new Set([...Object.keys(o), ...Object.keys(t)])) {
    const value = mergeField(field, b[field], o[field], t[field]);
    if (value === CLASH) return CLASH;
    if (value !== undefined) result[field] = value;
  }
  // A track starts at its first keyframe, whoever set it.
  const [first] = (result.keyframes as readonly Keyframe[] | undefined) ?? [];
  return first ? { ...result, frame: first.frame } : result;
}

function mergeField(field: string, base: unknown, ours: unknown, theirs: unknown): unknown {
  if (isEqual(ours, theirs) || isEqual(theirs, base)) return ours;
  if (isEqual(ours, base)) return theirs;
  if (field === "attributes") return mergeFields(base as object, ours as object, theirs as object);
  if (field === "keyframes") {
    return mergeKeyframes(base as Keyframe[], ours as Keyframe[], theirs as Keyframe[]);
  }
  // Follows from the keyframes, see above.
  return field === "frame" ? ours : CLASH;
}

function mergeKeyframes(
  base: readonly Keyframe[],
  ours: readonly Keyframe[],
  theirs: readonly Keyframe[],
): readonly Keyframe[] | typeof CLASH {
  const merged = mergeFields(...([base, ours, theirs].map(keyframesByFrame) as ByFrame));
  if (merged === CLASH) return CLASH;
  const keyframes = keyframesInOrder(merged);
  return keyframes.length === 0 ? CLASH : keyframes;
}
