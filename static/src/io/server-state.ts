import type { Change, Diff } from "../document/diff";
import type { AnnotationDocument } from "../document/document";
import { isEqual } from "../document/equality";
import type { AnnotationRecord, ObjectKind, RecordId } from "../document/records";
import type { WireAnnotations, WireObject } from "../document/wire";
import { recordFromWire } from "../document/wire";
import type { SaveAnswer } from "./annotations";
import type { Batch, Delta, SavedObject } from "./batch";
import type { Merged, Outcome } from "./merge";
import { mergeRecords } from "./merge";

/** Server ids of objects that were created here, so that they keep their identity. */
export type KnownIds = Readonly<
  Record<RecordId, { readonly kind: ObjectKind; readonly id: number }>
>;

export interface Rebase {
  /** What to apply to the document. */
  readonly diff: Diff;
  /** Objects that both sides changed, and what was done about it. */
  readonly clashes: readonly { readonly id: RecordId; readonly outcome: Outcome }[];
}

/** The annotations as the server has them, by the ids of this document. */
export class ServerState {
  private objects: ReadonlyMap<RecordId, SavedObject>;
  private readonly ids: Map<string, RecordId>;

  constructor(wire: WireAnnotations, known: KnownIds = {}) {
    this.ids = new Map(Object.entries(known).map(([id, { kind, id: at }]) => [key(kind, at), id]));
    this.objects = this.read(wire);
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
    const objects = new Map(this.objects);
    for (const record of batch.creates) {
      const serverId = ids[record.id];
      if (serverId === undefined) continue;
      this.ids.set(key(record.kind, serverId), record.id);
      objects.set(record.id, { serverId, record });
    }
    for (const saved of batch.updates) objects.set(saved.record.id, saved);
    for (const { record } of batch.deletes) objects.delete(record.id);
    this.objects = objects;
    // With revisions of others in between, ours stays behind until they have been read.
    if (version === batch.version + 1) this.revision = version;
  }

  /** Takes the server's current annotations as the new base and carries our changes over to it. */
  rebase(wire: WireAnnotations, document: AnnotationDocument): Rebase {
    const before = this.objects;
    this.objects = this.read(wire);
    this.revision = wire.version;
    const diff: Record<RecordId, Change> = {};
    const clashes: { id: RecordId; outcome: Outcome }[] = [];
    for (const id of new Set([...before.keys(), ...this.objects.keys()])) {
      const [base, theirs] = [before.get(id)?.record ?? null, this.get(id)];
      if (isEqual(base, theirs)) continue;
      const merged = mergeRecords(base, document.get(id), theirs);
      Object.assign(diff, changesOf(id, document.get(id), merged));
      if (merged.outcome !== "merged") clashes.push({ id, outcome: merged.outcome });
    }
    return { diff, clashes };
  }

  /** Carries changes from an earlier sitting over to what the server has now. */
  replay(pending: Diff, document: AnnotationDocument): Rebase {
    const diff: Record<RecordId, Change> = {};
    const clashes: { id: RecordId; outcome: Outcome }[] = [];
    for (const [id, { before, after }] of Object.entries(pending)) {
      const merged = mergeRecords(before, after, document.get(id));
      Object.assign(diff, changesOf(id, document.get(id), merged));
      if (merged.outcome !== "merged") clashes.push({ id, outcome: merged.outcome });
    }
    return { diff, clashes };
  }

  private read({ tags, shapes, tracks }: WireAnnotations): Map<RecordId, SavedObject> {
    const objects = new Map<RecordId, SavedObject>();
    const take = (kind: ObjectKind, wires: readonly WireObject[]) => {
      for (const wire of wires) {
        const serverId = wire.id as number;
        const id = this.ids.get(key(kind, serverId)) ?? key(kind, serverId);
        objects.set(id, { serverId, record: recordFromWire(kind, wire, id) });
      }
    };
    take("tag", tags);
    take("shape", shapes);
    take("track", tracks);
    return objects;
  }
}

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

/** Server ids of what a saved batch created. */
export function createdIds(batch: Batch, { ids }: Extract<SaveAnswer, { saved: true }>): KnownIds {
  return Object.fromEntries(
    batch.creates.flatMap(({ id, kind }) => {
      const serverId = ids[id];
      return serverId === undefined ? [] : [[id, { kind, id: serverId }]];
    }),
  );
}
