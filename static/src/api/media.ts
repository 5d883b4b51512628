import { send } from "./client";
import type { DataSpec } from "./tasks";

/**
 * Lets a task read its media from another storage, which has the same files.
 *
 * @throws {ApiError} if the server refuses: the storage lacks a file, or may not be read.
 */
export function moveToStorage(taskId: number, storageId: number): Promise<unknown> {
  return send(`/api/tasks/${taskId}/data/meta`, {
    method: "PATCH",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ cloud_storage_id: storageId }),
  });
}

/**
 * Says that the media of a task are complete and how to read them; returns the id of the background
 * request that makes them frames.
 *
 * @throws {ApiError} if the server refuses the media or the options.
 */
export async function attachData(taskId: number, data: DataSpec): Promise<string> {
  const response = await send(`/api/tasks/${taskId}/data/`, {
    method: "POST",
    headers: { "Upload-Finish": "", "Content-Type": "application/json" },
    body: JSON.stringify(data),
  });
  return ((await response.json()) as { rq_id: string }).rq_id;
}
