import type { Diff } from "./diff";
import type { AnnotationRecord, RecordId, ShapeRecord, TagRecord, TrackRecord } from "./records";

type Listener = (diff: Diff) => void;

/**
 * All annotations of a job: records by id, indexed by frame. Every change is a diff and reaches
 * every listener after it is applied.
 */
export class AnnotationDocument {
  private readonly records = new Map<RecordId, AnnotationRecord>();
  private readonly byFrame = new Map<number, Set<RecordId>>();
  private readonly tracks = new Set<RecordId>();
  private readonly ordinals = new Map<RecordId, number>();
  private readonly listeners = new Set<Listener>();

  constructor(records: Iterable<AnnotationRecord> = []) {
    for (const record of records) this.put(record);
  }

  get size(): number {
    return this.records.size;
  }

  get(id: RecordId): AnnotationRecord | null {
    return this.records.get(id) ?? null;
  }

  all(): IterableIterator<AnnotationRecord> {
    return this.records.values();
  }

  allTracks(): TrackRecord[] {
    return [...this.tracks].map((id) => this.records.get(id) as TrackRecord);
  }

  /** Tags and shapes that belong to one frame, in order of creation. */
  ownedBy(frame: number): (TagRecord | ShapeRecord)[] {
    const ids = this.byFrame.get(frame) ?? new Set<RecordId>();
    return [...ids].map((id) => this.records.get(id) as TagRecord | ShapeRecord);
  }

  /** Frames that have tags or shapes of their own. */
  ownedFrames(): IterableIterator<number> {
    return this.byFrame.keys();
  }

  /** A short number for people; the same object keeps it while the document is open. */
  ordinal(id: RecordId): number {
    return this.ordinals.get(id) ?? 0;
  }

  apply(diff: Diff): void {
    for (const [id, { after }] of Object.entries(diff)) {
      if (after === null) this.remove(id);
      else this.put(after);
    }
    for (const listener of this.listeners) listener(diff);
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private put(record: AnnotationRecord): void {
    const previous = this.records.get(record.id);
    if (previous && previous.kind !== "track" && previous.frame !== record.frame) {
      this.dropFromFrame(previous.id, previous.frame);
    }
    this.records.set(record.id, record);
    if (!this.ordinals.has(record.id)) this.ordinals.set(record.id, this.ordinals.size + 1);
    if (record.kind === "track") this.tracks.add(record.id);
    else this.addToFrame(record.id, record.frame);
  }

  private remove(id: RecordId): void {
    const record = this.records.get(id);
    if (!record) return;
    this.records.delete(id);
    this.tracks.delete(id);
    if (record.kind !== "track") this.dropFromFrame(id, record.frame);
  }

  private addToFrame(id: RecordId, frame: number): void {
    const ids = this.byFrame.get(frame);
    if (ids) ids.add(id);
    else this.byFrame.set(frame, new Set([id]));
  }

  private dropFromFrame(id: RecordId, frame: number): void {
    const ids = this.byFrame.get(frame);
    ids?.delete(id);
    if (ids?.size === 0) this.byFrame.delete(frame);
  }
}
