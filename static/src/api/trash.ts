import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { read, send } from "./client";
import { type Listing, listingQuery } from "./listing";
import type { Page } from "./types";

export const trashKey = ["trash"] as const;

export const TRASH_KINDS = ["project", "task"] as const;
export type TrashKind = (typeof TRASH_KINDS)[number];

/** Which deleted thing. */
export interface TrashId {
  readonly kind: TrashKind;
  readonly number: number;
}

/** A deleted project or task that can still be restored. */
export interface TrashItem extends TrashId {
  /** Unique over all kinds: `task/7`. */
  readonly id: string;
  readonly name: string;
  readonly deletedDate: string;
  readonly deletedBy: string;
  /** When it goes for good. */
  readonly expiresDate: string;
  readonly owner: string;
  readonly tasks: number;
  /** Null until the server has counted them. */
  readonly jobs: number | null;
}

interface Person {
  readonly username: string;
}

interface TrashRow {
  readonly kind: TrashKind;
  readonly id: number;
  readonly name: string;
  readonly deleted_date: string;
  readonly deleted_by: Person | null;
  readonly expires_date: string;
  readonly owner: Person | null;
  readonly tasks: number;
  readonly jobs: number | null;
}

/** For how many days what is deleted can be restored; 0: not at all. */
export const trashTermQuery = queryOptions({
  queryKey: ["trash-term"],
  queryFn: async ({ signal }) => (await read<{ days: number }>("/api/trash/term", {}, signal)).days,
  staleTime: Number.POSITIVE_INFINITY,
});

export function trashQuery(listing: Listing) {
  return queryOptions({
    queryKey: [...trashKey, "list", listing],
    queryFn: async ({ signal }): Promise<Page<TrashItem>> => {
      const page = await read<Page<TrashRow>>("/api/trash", listingQuery(listing), signal);
      return { ...page, results: page.results.map(trashItem) };
    },
    placeholderData: keepPreviousData,
  });
}

function trashItem(row: TrashRow): TrashItem {
  return {
    id: `${row.kind}/${row.id}`,
    kind: row.kind,
    number: row.id,
    name: row.name,
    deletedDate: row.deleted_date,
    deletedBy: row.deleted_by?.username ?? "",
    expiresDate: row.expires_date,
    owner: row.owner?.username ?? "",
    tasks: row.tasks,
    jobs: row.jobs,
  };
}

const PAUSE_MILLISECONDS = 500;

/** Restores; resolves when everything is back, which may take the server several requests. */
export async function restoreFromTrash({ kind, number }: TrashId): Promise<void> {
  for (;;) {
    const response = await send(`/api/trash/${kind}/${number}/restore`, { method: "POST" });
    if (((await response.json()) as { finished: boolean }).finished) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
  }
}

/** Deletes for good, at once. */
export function deleteForGood({ kind, number }: TrashId): Promise<unknown> {
  return send(`/api/trash/${kind}/${number}`, { method: "DELETE" });
}
