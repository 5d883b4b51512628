import { SIGNED_OUT } from "../api/client";
import { ApiError } from "../api/errors";
import type { Change, Diff } from "../document/diff";
import type { AnnotationDocument } from "../document/document";
import { isEqual } from "../document/equality";
import type { RecordId } from "../document/records";
import { Signal } from "../document/signal";
import type { WireRevision } from "../document/wire";
import type { History } from "../history/history";
import type { AnnotationsApi } from "./annotations";
import type { Batch } from "./batch";
import { deltaSize } from "./batch";
import type { Journal } from "./journal";
import { newKey } from "./journal";
import type { Clash } from "./merge";
import type { News } from "./news";
import { fetchNews, takeIn } from "./news";
import type { ServerState } from "./server-state";
import { createdIds } from "./server-state";

/** What people are told about their work; `count` is the number of objects not saved yet. */
export type SaveState =
  | { readonly name: "saved" }
  | { readonly name: "unsaved"; readonly count: number }
  | { readonly name: "saving"; readonly count: number }
  | { readonly name: "offline"; readonly count: number }
  | { readonly name: "refused"; readonly count: number; readonly message: string };

/** Milliseconds of quiet after an edit before it is sent. */
const QUIET = 700;
const FIRST_RETRY = 1000;
const LAST_RETRY = 30_000;
const GESTURE_POLL = 100;

/**
 * Saves committed diffs: first to the journal, then, after a moment of quiet, to the server. One
 * batch is on its way at a time, and is repeated under the same key until it is answered.
 */
export class Autosave {
  readonly state = new Signal<SaveState>({ name: "saved" });
  /** Objects that this person and somebody else changed at the same time, newest last. */
  readonly clashes = new Signal<readonly Clash[]>([]);
  /** The revision that this document has; moves with every save, our own and others'. */
  readonly version: Signal<number>;
  /** What others saved while the job is open, newest last; empty again when it was taken note of. */
  readonly heard = new Signal<readonly WireRevision[]>([]);
  private readonly dirty = new Set<RecordId>();
  private readonly stopListening: () => void;
  private timer = 0;
  private running: Promise<void> | null = null;
  private looking: Promise<void> | null = null;
  private lookingLater: Promise<void> | null = null;
  private batch: Batch | null = null;
  /** Revisions that were saved from here. */
  private readonly own = new Set<number>();
  /** What this person has changed since, or not saved before, somebody replaced everything. */
  private readonly survivors = new Set<RecordId>();
  /** Others have saved what this document has not seen yet. */
  private behind = false;
  private retryIn = FIRST_RETRY;
  private wake: (() => void) | null = null;
  private closed = false;

  constructor(
    private readonly document: AnnotationDocument,
    private readonly history: History,
    private readonly journal: Journal,
    private readonly api: AnnotationsApi,
    private readonly server: ServerState,
  ) {
    this.version = new Signal(server.version);
    this.stopListening = history.onCommit((diff) => this.record(diff));
    window.addEventListener("online", this.retryNow);
  }

  /** Takes over changes that are in the document and the journal already. */
  resume(ids: Iterable<RecordId>, clashes: readonly Clash[]): void {
    for (const id of ids) this.dirty.add(id);
    this.clashes.value = clashes;
    if (this.dirty.size > 0) this.schedule();
  }

  /** Saves now; resolves when everything is saved, refused, or known to be offline. */
  flush(): Promise<void> {
    window.clearTimeout(this.timer);
    this.wake?.();
    this.running ??= this.saveAll().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** Brings in what others saved. */
  async refresh(): Promise<void> {
    this.behind = true;
    await this.flush();
  }

  /**
   * Brings in what others saved, if they did; after the save that is under way, if one is.
   *
   * @throws {ApiError} if the server refuses, or cannot be reached; what is unsaved stays so.
   */
  look(): Promise<void> {
    if (this.closed) return Promise.resolve();
    if (this.running) {
      this.lookingLater ??= this.running.then(() => {
        this.lookingLater = null;
        return this.look();
      });
      return this.lookingLater;
    }
    this.looking ??= this.catchUp().finally(() => {
      this.looking = null;
      const hasMore = this.dirty.size > 0 && this.state.value.name === "saved";
      if (hasMore && !this.closed) this.schedule();
    });
    return this.looking;
  }

  /** The last time that somebody replaced everything, as far as this person has not dismissed it. */
  replacement(): WireRevision | null {
    return this.heard.value.findLast(({ replaced, deleted }) => replaced && deleted > 0) ?? null;
  }

  /** This person's own objects among all that came after a replacement. */
  survived(): readonly RecordId[] {
    return [...this.survivors];
  }

  dismissReplacement(): void {
    this.heard.value = [];
    this.survivors.clear();
  }

  /** Takes clashes off the list that have been decided. */
  dismissClashes(done: readonly Clash[]): void {
    this.clashes.value = this.clashes.value.filter((clash) => !done.includes(clash));
  }

  /** Stops for good; the journal keeps what is not saved. */
  async close(): Promise<void> {
    this.closed = true;
    this.stopListening();
    window.clearTimeout(this.timer);
    window.removeEventListener("online", this.retryNow);
    this.wake?.();
    await Promise.allSettled([this.running, this.looking]);
    await this.journal.close();
  }

  private record(diff: Diff): void {
    this.journal.append(diff);
    for (const id of Object.keys(diff)) this.dirty.add(id);
    if (this.replacement()) for (const id of Object.keys(diff)) this.survivors.add(id);
    this.schedule();
  }

  private schedule(): void {
    if (!this.running) this.state.value = { name: "unsaved", count: this.dirty.size };
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), QUIET);
  }

  private readonly retryNow = () => {
    this.retryIn = FIRST_RETRY;
    this.wake?.();
  };

  private async saveAll(): Promise<void> {
    await this.looking?.catch(() => {});
    while (!this.closed) {
      try {
        if (!(await this.saveNext())) return;
        this.retryIn = FIRST_RETRY;
      } catch (error) {
        if (!(await this.survive(error))) return;
      }
    }
  }

  /** One exchange with the server; false when there is nothing left to do. */
  private async saveNext(): Promise<boolean> {
    // A batch whose answer was lost comes first: it may be among what others seem to have saved.
    if (this.behind && !this.batch) await this.catchUp();
    await this.gestureEnd();
    this.batch ??= await this.nextBatch();
    if (!this.batch) {
      this.state.value = { name: "saved" };
      return false;
    }
    if (this.state.value.name !== "offline") {
      this.state.value = { name: "saving", count: deltaSize(this.batch) };
    }
    await this.deliver(this.batch);
    return true;
  }

  /** Edits of an open gesture may yet be taken back, so they wait for its end. */
  private async gestureEnd(): Promise<void> {
    while (this.history.isOpen && !this.closed) await sleep(GESTURE_POLL);
  }

  private async nextBatch(): Promise<Batch | null> {
    const upTo = await this.journal.settled();
    await this.gestureEnd();
    const delta = this.server.delta(this.document, this.dirty);
    if (deltaSize(delta) === 0) {
      this.dirty.clear();
      return null;
    }
    const batch = { ...delta, key: newKey(), version: this.server.version, upTo };
    await this.journal.keepBatch(batch);
    return batch;
  }

  private async deliver(batch: Batch): Promise<void> {
    const answer = await this.api.save(batch);
    this.batch = null;
    this.behind = !answer.saved || answer.version !== batch.version + 1;
    if (!answer.saved) return;
    this.own.add(answer.version);
    this.server.accept(batch, answer);
    await this.journal.acknowledge(batch, createdIds(batch, answer));
    this.forgetClean();
    this.version.value = this.server.version;
  }

  /** Others saved meanwhile: their changes come in, ours are carried over to them. */
  private async catchUp(): Promise<void> {
    const news = await fetchNews(this.api, this.server.version);
    await this.gestureEnd();
    this.behind = false;
    if (news === null || this.closed) return;
    const own = [...this.dirty];
    const { diff, clashes } = takeIn(news, this.server, this.document);
    this.document.apply(diff);
    for (const id of Object.keys(diff)) this.dirty.add(id);
    this.forgetClean();
    const told = clashes.filter((clash) => !isToldOtherwise(clash, news));
    if (told.length > 0) this.clashes.value = [...this.clashes.value, ...told];
    if (own.length > 0 || this.dirty.size > 0) await this.journal.rewrite(this.unsaved());
    this.version.value = this.server.version;
    this.tell(news.revisions);
    if (this.replacement()) for (const id of own) this.survivors.add(id);
  }

  private tell(revisions: readonly WireRevision[]): void {
    const others = revisions.filter(({ revision }) => !this.own.has(revision));
    if (others.length > 0) this.heard.value = [...this.heard.value, ...others];
  }

  private forgetClean(): void {
    for (const id of this.dirty) {
      if (isEqual(this.document.get(id), this.server.get(id))) this.dirty.delete(id);
    }
  }

  private unsaved(): Diff {
    const diff: Record<RecordId, Change> = {};
    for (const id of this.dirty) {
      diff[id] = { before: this.server.get(id), after: this.document.get(id) };
    }
    return diff;
  }

  /** Waits before another attempt; false when trying again would not help. */
  private async survive(error: unknown): Promise<boolean> {
    const status = error instanceof ApiError ? error.status : -1;
    if (!isPassing(status)) {
      this.batch = null;
      const message = error instanceof Error ? error.message : String(error);
      this.state.value = { name: "refused", count: this.dirty.size, message };
      return false;
    }
    if (status === 401 && !this.closed) window.dispatchEvent(new Event(SIGNED_OUT));
    this.state.value = { name: "offline", count: this.dirty.size };
    // Who waits on keeps the journal from whoever opens the job next.
    if (this.closed) return false;
    await new Promise<void>((resolve) => {
      const timer = window.setTimeout(resolve, this.retryIn);
      this.wake = () => {
        window.clearTimeout(timer);
        resolve();
      };
    });
    this.wake = null;
    this.retryIn = Math.min(LAST_RETRY, this.retryIn * 2);
    return true;
  }
}

/** That somebody replaced everything is said once, not again for each object. */
function isToldOtherwise({ outcome }: Clash, news: News): boolean {
  return outcome === "restored" && news.name === "changes" && news.changes.replaced;
}

/** No connection, throttled, signed out for the moment, or the server's own trouble. */
function isPassing(status: number): boolean {
  return status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, milliseconds));
}
