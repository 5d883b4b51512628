import { AnnotationDocument } from "./document";
import { isEqual } from "./equality";
import type { AnnotationRecord, RecordId } from "./records";

/**
 * How an object of an earlier revision stands to today: `gone` since, `changed` since, or `new`
 * since, where it was not there yet. `now` is what became of one that changed.
 */
export type Mark = "gone" | "changed" | "new" | "now";

/** An earlier state of a document beside today's. */
export interface Comparison {
  /** Everything that was there, and with it what is marked `new` or `now`. */
  readonly document: AnnotationDocument;
  /** Objects that have no mark are today as they were. */
  readonly marks: ReadonlyMap<RecordId, Mark>;
  /** How many objects have each mark. */
  readonly counts: Readonly<Record<Exclude<Mark, "now">, number>>;
  /** Frames on which something differs, in order. */
  readonly frames: readonly number[];
}

export function compare(then: Iterable<AnnotationRecord>, now: AnnotationDocument): Comparison {
  const records: AnnotationRecord[] = [];
  const marks = new Map<RecordId, Mark>();
  const frames = new Set<number>();
  const counts = { gone: 0, changed: 0, new: 0 };
  const earlier = new Set<RecordId>();
  const mark = (record: AnnotationRecord, as: Exclude<Mark, "now">) => {
    marks.set(record.id, as);
    counts[as] += 1;
  };
  for (const record of then) {
    earlier.add(record.id);
    records.push(record);
    const today = now.get(record.id);
    if (today === null) {
      mark(record, "gone");
      for (const frame of ownFrames(record)) frames.add(frame);
    } else if (!isEqual(today, record)) {
      mark(record, "changed");
      const later = { ...today, id: `${record.id} now` };
      records.push(later);
      marks.set(later.id, "now");
      for (const frame of differingFrames(record, today)) frames.add(frame);
    }
  }
  for (const record of now.all()) {
    if (earlier.has(record.id)) continue;
    records.push(record);
    mark(record, "new");
    for (const frame of ownFrames(record)) frames.add(frame);
  }
  const document = new AnnotationDocument(records);
  return { document, marks, counts, frames: [...frames].sort((a, b) => a - b) };
}

function ownFrames(record: AnnotationRecord): number[] {
  return record.kind === "track" ? record.keyframes.map(({ frame }) => frame) : [record.frame];
}

/** Of a track, those where a keyframe differs; if none does, all of it does. */
export function differingFrames(then: AnnotationRecord, now: AnnotationRecord): number[] {
  const all = [...new Set([...ownFrames(then), ...ownFrames(now)])];
  if (then.kind !== "track" || now.kind !== "track") return all;
  const at = (record: typeof then, frame: number) =>
    record.keyframes.find((keyframe) => keyframe.frame === frame);
  const differing = all.filter((frame) => !isEqual(at(then, frame), at(now, frame)));
  return differing.length > 0 ? differing : all;
}
