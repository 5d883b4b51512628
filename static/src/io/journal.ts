import type { DBSchema, IDBPDatabase } from "idb";
import { openDB } from "idb";
import type { Diff } from "../document/diff";
import { compose, EMPTY_DIFF } from "../document/diff";
import type { Batch } from "./batch";
import type { KnownIds } from "./server-state";
import { holdSession, isSessionAlive } from "./session-lock";

/** One sitting at one job: a tab, from opening the job to leaving it. */
interface Session {
  readonly id: string;
  /** User and job. */
  readonly scope: string;
  /** Sent and not answered yet. */
  readonly batch: Batch | null;
  readonly ids: KnownIds;
}

interface Entry {
  readonly session: string;
  readonly diff: Diff;
}

interface Schema extends DBSchema {
  sessions: { key: string; value: Session; indexes: { scope: string } };
  entries: { key: number; value: Entry; indexes: { session: string } };
}

/** What a sitting that ended abruptly left behind. */
export interface Leftover {
  readonly session: string;
  readonly batch: Batch | null;
  readonly ids: KnownIds;
}

const DATABASE = "skylabel-journal";

/**
 * Changes that the server may not have yet, in the browser's own database. Each sitting writes
 * its own; one that finds another's without a live owner takes it over.
 */
export class Journal {
  private writing: Promise<unknown> = Promise.resolve();
  private lastEntry = 0;

  private constructor(
    private readonly database: IDBPDatabase<Schema>,
    private readonly session: string,
    private readonly scope: string,
    private readonly release: () => void,
  ) {}

  static async open(scope: string): Promise<Journal> {
    const database = await openDB<Schema>(DATABASE, 1, {
      upgrade(fresh) {
        fresh.createObjectStore("sessions", { keyPath: "id" }).createIndex("scope", "scope");
        const entries = fresh.createObjectStore("entries", { autoIncrement: true });
        entries.createIndex("session", "session");
      },
    });
    const session = newKey();
    const release = await holdSession(session);
    await database.put("sessions", { id: session, scope, batch: null, ids: {} });
    return new Journal(database, session, scope, release);
  }

  /** Writes are queued in order; `settled` tells when all so far are in the database. */
  append(diff: Diff): void {
    this.enqueue(async () => {
      this.lastEntry = await this.database.add("entries", { session: this.session, diff });
    });
  }

  /** The number of the last entry, once every write so far is done. */
  async settled(): Promise<number> {
    await this.writing;
    return this.lastEntry;
  }

  /** Notes what is about to be sent; resolves when that is in the database. */
  keepBatch(batch: Batch | null): Promise<void> {
    return this.enqueue(() => this.updateSession((session) => ({ ...session, batch })));
  }

  /** Forgets what a saved batch covers. */
  acknowledge(batch: Batch, ids: KnownIds): Promise<void> {
    return this.enqueue(() => this.settle(this.session, batch, ids));
  }

  /** Replaces all entries of this sitting by one. */
  rewrite(diff: Diff): Promise<void> {
    return this.enqueue(async () => {
      await this.dropEntries(this.session, Number.MAX_SAFE_INTEGER);
      await this.updateSession((session) => ({ ...session, batch: null }));
      this.lastEntry = await this.database.add("entries", { session: this.session, diff });
    });
  }

  /** Sittings at this job that ended with work left over. */
  async leftovers(): Promise<Leftover[]> {
    const sessions = await this.database.getAllFromIndex("sessions", "scope", this.scope);
    const found: Leftover[] = [];
    for (const { id, batch, ids } of sessions) {
      if (id !== this.session && !(await isSessionAlive(id)))
        found.push({ session: id, batch, ids });
    }
    return found;
  }

  /** Everything that a sitting did and that no saved batch covers, as one diff. */
  async pending(session: string): Promise<Diff> {
    const entries = await this.database.getAllFromIndex("entries", "session", session);
    return entries.reduce((net, { diff }) => compose(net, diff), EMPTY_DIFF);
  }

  /** Notes for another sitting that its last batch was saved after all. */
  settleLeftover({ session, batch }: Leftover, ids: KnownIds): Promise<void> {
    return batch ? this.enqueue(() => this.settle(session, batch, ids)) : Promise.resolve();
  }

  /** Makes what other sittings left this sitting's own, in one transaction. */
  adopt(leftovers: readonly Leftover[], ids: KnownIds, diff: Diff): Promise<void> {
    return this.enqueue(async () => {
      const transaction = this.database.transaction(["sessions", "entries"], "readwrite");
      const [sessions, entries] = [
        transaction.objectStore("sessions"),
        transaction.objectStore("entries"),
      ];
      for (const { session } of leftovers) {
        await sessions.delete(session);
        for (const key of await entries.index("session").getAllKeys(session)) {
          await entries.delete(key);
        }
      }
      await sessions.put({ id: this.session, scope: this.scope, batch: null, ids });
      if (Object.keys(diff).length > 0) {
        this.lastEntry = await entries.add({ session: this.session, diff });
      }
      await transaction.done;
    });
  }

  /** Ends the sitting; whatever is left over waits for the next one. */
  async close(): Promise<void> {
    await this.writing.catch(() => {});
    const left = await this.database.countFromIndex("entries", "session", this.session);
    if (left === 0) await this.database.delete("sessions", this.session);
    this.database.close();
    this.release();
  }

  private enqueue(write: () => Promise<void>): Promise<void> {
    const done = this.writing.then(write);
    this.writing = done;
    return done;
  }

  private async updateSession(change: (session: Session) => Session): Promise<void> {
    const transaction = this.database.transaction("sessions", "readwrite");
    const current = await transaction.store.get(this.session);
    const blank = { id: this.session, scope: this.scope, batch: null, ids: {} };
    await transaction.store.put(change(current ?? blank));
    await transaction.done;
  }

  private async settle(session: string, batch: Batch, ids: KnownIds): Promise<void> {
    const transaction = this.database.transaction(["sessions", "entries"], "readwrite");
    const sessions = transaction.objectStore("sessions");
    const current = await sessions.get(session);
    if (current) {
      await sessions.put({ ...current, batch: null, ids: { ...current.ids, ...ids } });
    }
    const entries = transaction.objectStore("entries");
    for (const key of await entries.index("session").getAllKeys(session)) {
      if (key <= batch.upTo) await entries.delete(key);
    }
    await transaction.done;
  }

  private async dropEntries(session: string, upTo: number): Promise<void> {
    const transaction = this.database.transaction("entries", "readwrite");
    for (const key of await transaction.store.index("session").getAllKeys(session)) {
      if (key <= upTo) await transaction.store.delete(key);
    }
    await transaction.done;
  }
}

/** A name that no other sitting or batch has. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
