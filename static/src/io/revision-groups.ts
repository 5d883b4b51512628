import type { WireRevision } from "../document/wire";

/** Saves that one person made in a row, newest first, which a list shows as one. */
export interface RevisionGroup {
  readonly newest: WireRevision;
  readonly revisions: readonly WireRevision[];
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
}

/** Milliseconds between two saves that still belong to one stretch of work. */
const PAUSE = 10 * 60_000;

/** Each save for itself. */
export function singleRevisions(rows: readonly WireRevision[]): RevisionGroup[] {
  return rows.map((row) => groupOf([row]));
}

/** Joins the autosaves of one stretch of work; what says something of itself stands alone. */
export function groupRevisions(rows: readonly WireRevision[]): RevisionGroup[] {
  const runs: WireRevision[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    const later = run?.at(-1);
    if (run && later && belongTogether(row, later)) run.push(row);
    else runs.push([row]);
  }
  return runs.map(groupOf);
}

function belongTogether(row: WireRevision, later: WireRevision): boolean {
  if (isNotable(row) || isNotable(later)) return false;
  if (row.owner?.id !== later.owner?.id || row.client !== later.client) return false;
  return Date.parse(later.created_date) - Date.parse(row.created_date) <= PAUSE;
}

function isNotable({ replaced, message }: WireRevision): boolean {
  return replaced || message !== "";
}

function groupOf(revisions: readonly WireRevision[]): RevisionGroup {
  const sum = (field: "created" | "updated" | "deleted") =>
    revisions.reduce((total, row) => total + row[field], 0);
  return {
    newest: revisions[0] as WireRevision,
    revisions,
    created: sum("created"),
    updated: sum("updated"),
    deleted: sum("deleted"),
  };
}
