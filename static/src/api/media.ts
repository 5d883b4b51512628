import { send } from "./client";
import type { DataSpec } from "./tasks";

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
