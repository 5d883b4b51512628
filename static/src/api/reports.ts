import { queryOptions } from "@tanstack/react-query";
import { read } from "./client";
import { requestsKey } from "./requests";
import type { BackgroundRequest } from "./types";

/** Counts of one file of a dataset. */
export interface FileCounts {
  readonly objects: number;
  readonly skipped: number;
  readonly converted: number;
}

type Counts = Readonly<Record<string, number>>;

/** What an export or import took over, changed and left out. */
export interface Report {
  readonly verb: string;
  readonly format: string;
  /** Frames with at least one object taken over. */
  readonly frames: number;
  readonly objects: number;
  /** How many objects by kind: `rectangle`, `polygon track`, `tag`. */
  readonly kinds: Counts;
  /** How many became something else, by how. */
  readonly converted: Counts;
  /** How many were left out, by reason. */
  readonly skipped: Counts;
  /** Names that no label has, with how many objects name them. */
  readonly labels: Counts;
  /** A few places, by reason. */
  readonly examples: Readonly<Record<string, readonly string[]>>;
  readonly files: Readonly<Record<string, FileCounts>>;
  /** Files that are not in `files`. */
  readonly more_files: number;
  /** Names of labels that were made of the dataset's. Reports of earlier releases lack it. */
  readonly new_labels?: readonly string[];
}

const REPORTED = /^(export:(dataset|annotations)|import:(dataset|annotations|backup))$/;

/** Whether the server has a report of it. */
export function hasReport({ status, operation }: BackgroundRequest): boolean {
  return status === "finished" && REPORTED.test(operation.type);
}

/** The report of a finished request; a later run of the same id has another. */
export function reportQuery({ id, created_date }: BackgroundRequest) {
  return queryOptions({
    queryKey: [...requestsKey, id, "report", created_date],
    queryFn: ({ signal }) =>
      read<Report>(`/api/requests/${encodeURIComponent(id)}/report`, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
