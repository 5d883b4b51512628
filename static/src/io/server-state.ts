import type { Change, Diff } from "../document/diff";
import type { AnnotationDocument } from "../document/document";
import { isEqual } from "../document/equality";
import type { AnnotationRecord, ObjectKind, RecordId } from "../document/records";
import type { WireAnnotations, WireChanges, WireObject } from "../document/wire";
import { recordFromWire } from "../document/wire";
import type { SaveAnswer } from "./annotations";
import type { Batch, Delta, SavedObject } from "./batch";
import type { Clash, Merged } from "./merge";
import { mergeRecords } from "./merge";

/** Server ids of objects that were created here, so that they keep their identity. */
export type KnownIds = Readonly<
  Record<RecordId, { readonly kind: ObjectKind; readonly id: number }>
>;

export interface Rebase {
  /** What to apply to the document. */
  readonly diff: Diff;
  /** Objects that both sides changed, and what was done about it. */
  readonly clashes: readonly Clash[];
}

/** The annotations as the server has them, by the ids of this document. */
export class ServerState {
  private readonly objects = new Map<RecordId, SavedObject>();
  private readonly ids: Map<string, RecordId>;

  constructor(wire: WireAnnotations, known: KnownIds = {}) {
    this.ids = new Map(Object.entries(known).map(([id, { kind, id: at }]) => [key(kind, at), id]));
    for (const [id, saved] of this.read(wire)) this.objects.set(id, saved);
    this.revision = wire.version;
  }

  private revision: number;

  get version(): number {
    return this.revision;
  }

  records(): AnnotationRecord[] {
    return [...this.objects.values()].map(({ record }) => record);
  }

  get(id: RecordId): AnnotationRecord | null {
    return this.objects.get(id)?.record ?? null;
  }

  serverId(id: RecordId): number | null {
    return this.objects.get(id)?.serverId ?? null;
  }

  /** As `serverId`, but also for objects that were deleted and are seen in the past. */
  formerServerId(id: RecordId): number | null {
    const now = this.serverId(id);
    if (now !== null) return now;
    const name = [...this.ids].find(([, record]) => record === id)?.[0] ?? id;
    const [, number] = /^(?:tag|shape|track)-(\d+)$/.exec(name) ?? [];
    return number === undefined ? null : Number(number);
  }

  /** What must be saved so that the server has these objects as the document has them. */
  delta(document: AnnotationDocument, ids: Iterable<RecordId>): Delta {
    const creates: AnnotationRecord[] = [];
    const updates: SavedObject[] = [];
    const deletes: SavedObject[] = [];
    for (const id of ids) {
      const [record, saved] = [document.get(id), this.objects.get(id)];
      if (record && !saved) creates.push(record);
      else if (saved && !record) deletes.push(saved);
      else if (record && saved && !isEqual(record, saved.record)) {
        updates.push({ serverId: saved.serverId, record });
      }
    }
    return { creates, updates, deletes };
  }

  /** Takes note that a batch was saved. */
  accept(batch: Batch, { version, ids }: Extract<SaveAnswer, { saved: true }>): void {
    for (const record of batch.creates) {
      const serverId = ids[record.id];
      if (serverId === undefined) continue;
      this.ids.set(key(record.kind, serverId), record.id);
      this.objects.set(record.id, { serverId, record });
    }
    for (const saved of batch.updates) this.objects.set(saved.record.id, saved);
    for (const { record } of batch.deletes) this.objects.delete(record.id);
    // With revisions of others in between, ours stays behind until they have been read.
    if (version === batch.version + 1) this.revision = version;
  }

  /** Takes the server's current annotations as the new base and carries our changes over to it. */
  rebase(wire: WireAnnotations, document: AnnotationDocument): Rebase {
    const theirs = new Map<RecordId, SavedObject | null>(this.read(wire));
    for (const id of this.objects.keys()) if (!theirs.has(id)) theirs.set(id, null);
    return this.take(theirs, wire.version, document);
  }

  /** Takes in what was saved since our version, and carries our changes over to it. */
  follow(changes: WireChanges, document: AnnotationDocument): Rebase {
    const theirs = new Map<RecordId, SavedObject | null>();
    // Of a replacement, what it created is all that there is.
    if (changes.replaced) for (const id of this.objects.keys()) theirs.set(id, null);
    for (const serverId of changes.delete) {
      const id = KINDS.map((kind) => this.identify(kind, serverId)).find((one) =>
        this.objects.has(one),
      );
      if (id !== undefined) theirs.set(id, null);
    }
    for (const wire of [...changes.create, ...changes.update]) {
      const id = this.identify(wire.kind, wire.id, theirs);
      theirs.set(id, { serverId: wire.id, record: recordFromWire(wire.kind, wire, id) });
    }
    return this.take(theirs, changes.version, document);
  }

  /**
   * The objects of any revision of this job, by the ids that they have here. One that was made again
   * under another id since is the same record.
   */
  recordsOf(wire: Omit<WireAnnotations, "version">): AnnotationRecord[] {
    const kinds = [
      ["tag", wire.tags],
      ["shape", wire.shapes],
      ["track", wire.tracks],
    ] as const;
    const present = new Set(kinds.flatMap(([, wires]) => wires.map(({ id }) => id)));
    return kinds.flatMap(([kind, wires]) =>
      wires.map((object) => {
        const name = key(kind, object.id as number);
        const id = this.ids.get(name) ?? name;
        const holder = this.objects.get(id)?.serverId ?? object.id;
        const isOther = holder !== object.id && present.has(holder);
        return recordFromWire(kind, object, isOther ? `${name}-again` : id);
      }),
    );
  }

  /** Carries changes from an earlier sitting over to what the server has now. */
  replay(pending: Diff, document: AnnotationDocument): Rebase {
    const diff: Record<RecordId, Change> = {};
    const clashes: Clash[] = [];
    for (const [id, { before, after }] of Object.entries(pending)) {
      const theirs = document.get(id);
      const merged = mergeRecords(before, after, theirs);
      Object.assign(diff, changesOf(id, theirs, merged));
      clashes.push(...clashOf(id, after, theirs, merged));
    }
    return { diff, clashes };
  }

  private take(
    news: ReadonlyMap<RecordId, SavedObject | null>,
    version: number,
    document: AnnotationDocument,
  ): Rebase {
    const diff: Record<RecordId, Change> = {};
    const clashes: Clash[] = [];
    for (const [id, saved] of news) {
      const [base, theirs] = [this.get(id), saved?.record ?? null];
      if (saved) this.objects.set(id, saved);
      else this.objects.delete(id);
      if (isEqual(base, theirs)) continue;
      const ours = document.get(id);
      const merged = mergeRecords(base, ours, theirs);
      Object.assign(diff, changesOf(id, ours, merged));
      clashes.push(...clashOf(id, ours, theirs, merged));
    }
    this.revision = version;
    return { diff, clashes };
  }

  /**
   * What an object of the server is called here. One that was deleted and made again under another
   * id went on as the same record, so the earlier one, should it come back, is a record of its own
   * unless that record is `leaving`.
   */
  private identify(
    kind: ObjectKind,
    serverId: number,
    leaving: ReadonlyMap<RecordId, SavedObject | null> = new Map(),
  ): RecordId {
    const name = key(kind, serverId);
    const id = this.ids.get(name) ?? name;
    const holder = this.objects.get(id);
    if (!holder || holder.serverId === serverId || leaving.get(id) === null) return id;
    let other = id;
    while (this.objects.has(other)) other = `${other}-again`;
    this.ids.set(name, other);
    return other;
  }

  private read({
    tags,
    shapes,
    tracks,
  }: Omit<WireAnnotations, "version">): Map<RecordId, SavedObject> {
    const objects = new Map<RecordId, SavedObject>();
    const take = (kind: ObjectKind, wires: readonly WireObject[]) => {
      for (const wire of wires) {
        const serverId = wire.id as number;
        const id = this.identify(kind, serverId);
        objects.set(id, { serverId, record: recordFromWire(kind, wire, id) });
      }
    };
    take("tag", tags);
    take("shape", shapes);
    take("track", tracks);
    return objects;
  }
}

const KINDS: readonly ObjectKind[] = ["tag", "shape", "track"];

function key(kind: ObjectKind, serverId: number): string {
  return `${kind}-${serverId}`;
}

function changesOf(id: RecordId, current: AnnotationRecord | null, merged: Merged): Diff {
  const { record, copy } = merged;
  return {
    ...(isEqual(current, record) ? {} : { [id]: { before: current, after: record } }),
    ...(copy ? { [copy.id]: { before: null, after: copy } } : {}),
  };
}

function clashOf(
  id: RecordId,
  mine: AnnotationRecord | null,
  theirs: AnnotationRecord | null,
  { outcome, copy }: Merged,
): Clash[] {
  return outcome === "merged" ? [] : [{ id, outcome, copy: copy?.id ?? null, mine, theirs }];
}

/** Server ids of what a saved batch created. */
export function createdIds(batch: Batch, { ids }: Extract<SaveAnswer, { saved: true }>): KnownIds {
  return Object.fromEntries(
    batch.creates.flatMap(({ id, kind }) => {
      const serverId = ids[id];
      return serverId === undefined ? [] : [[id, { kind, id: serverId }]];
    }),
  );
}
