import { queryOptions } from "@tanstack/react-query";
import { answer, api, send } from "./client";
import { ApiError } from "./errors";
import type { DatasetFormat, DatasetTarget } from "./types";

export interface DatasetFormats {
  importers: DatasetFormat[];
  exporters: DatasetFormat[];
}

export const formatsQuery = queryOptions({
  queryKey: ["formats"],
  queryFn: async ({ signal }) =>
    (await answer(api.GET("/api/server/annotation/formats", { signal }))) as DatasetFormats,
  staleTime: Number.POSITIVE_INFINITY,
});

/**
 * Starts an export and returns the id of its background request; when the same export already
 * runs, the id of that one.
 *
 * @throws {ApiError} if the server refuses.
 */
export async function startExport(
  target: DatasetTarget,
  id: number,
  format: string,
  saveImages: boolean,
): Promise<string> {
  const query = new URLSearchParams({ format, save_images: String(saveImages) });
  try {
    const url = `/api/${target}s/${id}/dataset/export?${query}`;
    const response = await send(url, { method: "POST" });
    return ((await response.json()) as { rq_id: string }).rq_id;
  } catch (error) {
    const running = error instanceof ApiError && error.status === 409 && error.fields.rq_id;
    if (running) return running;
    throw error;
  }
}

/** Where the file of an import goes: `/api/jobs/3/annotations/`. */
export function importEndpoint(target: DatasetTarget, id: number): string {
  return target === "project"
    ? `/api/projects/${id}/dataset/`
    : `/api/${target}s/${id}/annotations/`;
}
