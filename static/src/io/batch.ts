import type { AnnotationRecord } from "../document/records";

/** An object that the server knows, and the record that goes with it. */
export interface SavedObject {
  readonly serverId: number;
  readonly record: AnnotationRecord;
}

/** What one save asks of the server. */
export interface Delta {
  readonly creates: readonly AnnotationRecord[];
  readonly updates: readonly SavedObject[];
  /** With the records as they were saved last. */
  readonly deletes: readonly SavedObject[];
}

/** A delta on its way; kept in the journal so that it can be sent again under the same key. */
export interface Batch extends Delta {
  /** Lets the server know a repetition when it sees one. */
  readonly key: string;
  /** The revision that the delta was made on. */
  readonly version: number;
  /** The last journal entry that the delta covers. */
  readonly upTo: number;
}

export function deltaSize({ creates, updates, deletes }: Delta): number {
  return creates.length + updates.length + deletes.length;
}
