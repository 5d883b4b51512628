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

/** Where a written file goes, and what it is called there. */
export interface Outlet {
  /** Empty: the server names it. */
  filename: string;
  /** Of a cloud storage; null to have it downloaded. */
  storageId: number | null;
}

export interface ExportOrder extends Outlet {
  format: string;
  saveImages: boolean;
}

/**
 * Asks for a file to be written; resolves to the id of the background request, and when the same
 * file is being written already, to the id of that one.
 *
 * @throws {ApiError} if the server refuses.
 */
export async function startWriting(
  path: string,
  options: Readonly<Record<string, string>>,
  { filename, storageId }: Outlet,
): Promise<string> {
  const place: Record<string, string> =
    storageId === null
      ? { location: "local" }
      : { location: "cloud_storage", cloud_storage_id: String(storageId) };
  const query = new URLSearchParams({ ...options, ...place, ...(filename && { filename }) });
  try {
    const response = await send(`${path}?${query}`, { method: "POST" });
    return ((await response.json()) as { rq_id: string }).rq_id;
  } catch (error) {
    const running = error instanceof ApiError && error.status === 409 && error.fields.rq_id;
    if (running) return running;
    throw error;
  }
}

/** Starts an export, as `startWriting`. */
export function startExport(
  target: DatasetTarget,
  id: number,
  { format, saveImages, ...outlet }: ExportOrder,
): Promise<string> {
  const options = { format, save_images: String(saveImages) };
  return startWriting(`/api/${target}s/${id}/dataset/export`, options, outlet);
}

/** Where the file of an import goes: `/api/jobs/3/annotations/`. */
export function importEndpoint(target: DatasetTarget, id: number): string {
  return target === "project"
    ? `/api/projects/${id}/dataset/`
    : `/api/${target}s/${id}/annotations/`;
}

/** A file of a cloud storage, by its full name there. */
export interface StoredFile {
  storageId: number;
  path: string;
}

/**
 * Starts reading a file that is in a cloud storage; resolves to the id of the background request.
 *
 * @param endpoint where the same file would be uploaded
 * @throws {ApiError} if the server refuses.
 */
export async function startReading(
  endpoint: string,
  options: Readonly<Record<string, string>>,
  { storageId, path }: StoredFile,
): Promise<string> {
  const query = new URLSearchParams({
    ...options,
    location: "cloud_storage",
    cloud_storage_id: String(storageId),
    filename: path,
  });
  const response = await send(`${endpoint}?${query}`, { method: "POST" });
  return ((await response.json()) as { rq_id: string }).rq_id;
}
