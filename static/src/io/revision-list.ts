import { Signal } from "../document/signal";
import type { WireRevision } from "../document/wire";
import type { RevisionPage } from "./job-history";
import { PAGE_SIZE } from "./job-history";

type Fetch = (page: number) => Promise<RevisionPage>;

export interface RevisionListState {
  readonly rows: readonly WireRevision[];
  /** How many there are on the server; null before the first answer. */
  readonly count: number | null;
  readonly loading: boolean;
  readonly error: unknown;
}

/** Revisions of a job as far as they have been fetched, newest first. */
export class RevisionList {
  readonly state = new Signal<RevisionListState>({
    rows: [],
    count: null,
    loading: false,
    error: null,
  });
  private isExhausted = false;
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly fetch: Fetch) {}

  get hasMore(): boolean {
    const { rows, count } = this.state.value;
    return !this.isExhausted && (count === null || rows.length < count);
  }

  /** Fetches what was saved since the last look. */
  refresh(): Promise<void> {
    return this.enqueue(() => this.take(1));
  }

  /** Fetches the next older page. */
  more(): Promise<void> {
    return this.enqueue(async () => {
      const { rows } = this.state.value;
      if (!this.hasMore) return;
      await this.take(Math.floor(rows.length / PAGE_SIZE) + 1);
      // Revisions that are counted but cannot be read any more are not waited for.
      const { rows: more, error } = this.state.value;
      if (!error) this.isExhausted = more.length === rows.length;
    });
  }

  private enqueue(step: () => Promise<void>): Promise<void> {
    const next = this.queue.then(step);
    this.queue = next;
    return next;
  }

  private async take(page: number): Promise<void> {
    this.state.value = { ...this.state.value, loading: true };
    try {
      const { count, results } = await this.fetch(page);
      const rows = joined(this.state.value.rows, results);
      this.state.value = { rows, count, loading: false, error: null };
    } catch (error) {
      this.state.value = { ...this.state.value, loading: false, error };
    }
  }
}

/** Newer revisions shift pages, so they overlap; a gap between them means that known rows are old. */
function joined(known: readonly WireRevision[], page: readonly WireRevision[]): WireRevision[] {
  const fresh = new Map(page.map((row) => [row.revision, row]));
  const [newest, oldest] = [known[0]?.revision, page.at(-1)?.revision];
  const isGap = newest !== undefined && oldest !== undefined && oldest > newest + 1;
  const kept = isGap && page.length >= PAGE_SIZE ? [] : known;
  const rows = [...kept.filter(({ revision }) => !fresh.has(revision)), ...page];
  return rows.sort((a, b) => b.revision - a.revision);
}
