import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type Annotated, annotationsPath } from "./annotated";
import { read, send } from "./client";
import type { Page } from "./types";

export const revisionsKey = ["revisions"] as const;

/** One save of annotations. */
export interface Revision {
  /** Its number: of a job, or counted over all jobs of a task. */
  readonly id: number;
  readonly created_date: string;
  readonly owner: { id: number; username: string } | null;
  readonly client: string;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly message: string;
  /** Everything before was dropped. */
  readonly replaced: boolean;
  /** It was, by someone who did not say what they had seen. */
  readonly overwrote: boolean;
  /** In the history of a task: of which job. */
  readonly job_id?: number;
}

type RevisionRow = Omit<Revision, "id"> & { readonly revision: number };

/** A page of the saves of a task or job, newest first. */
export function revisionsQuery(of: Annotated, page: number, pageSize: number) {
  return queryOptions({
    queryKey: [...revisionsKey, of, page, pageSize],
    queryFn: async ({ signal }): Promise<Page<Revision>> => {
      const query = { page, page_size: pageSize };
      const found = await read<Page<RevisionRow>>(annotationsPath(of, "history"), query, signal);
      const results = found.results.map(({ revision, ...row }) => ({ ...row, id: revision }));
      return { ...found, results };
    },
    placeholderData: keepPreviousData,
  });
}

/** How many objects restoring a revision would bring back, change back and delete. */
export interface RestoreEffect {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
}

/** What makes `revision` of the revision `latest`. */
export function restoreEffectQuery(of: Annotated, revision: number, latest: number) {
  return queryOptions({
    queryKey: [...revisionsKey, of, "effect", revision, latest],
    queryFn: async ({ signal }): Promise<RestoreEffect> => {
      const path = annotationsPath(of, `history/${revision}/diff`);
      const found = await read<Record<keyof RestoreEffect, unknown[]>>(
        path,
        { against: latest },
        signal,
      );
      return {
        created: found.created.length,
        updated: found.updated.length,
        deleted: found.deleted.length,
      };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
}

export interface Restored extends RestoreEffect {
  /** Objects that could not come back because their label is gone. */
  readonly left_out: number;
}

/**
 * Makes an earlier revision the latest one.
 *
 * @throws {ApiError} 409 if somebody saved since `latest`; 410 if the revision is no longer kept.
 */
export async function restoreRevision(
  of: Annotated,
  revision: number,
  latest: number,
): Promise<Restored> {
  const response = await send(annotationsPath(of, `history/${revision}/restore`), {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Skylabel-Client": "browser" },
    body: JSON.stringify({ version: latest }),
  });
  return (await response.json()) as Restored;
}
