import { send } from "../api/client";
import { importEndpoint } from "../api/datasets";
import type { DatasetTarget } from "../api/types";
import { uploadTus } from "./upload-tus";

export type ImportMode = "replace" | "append";

export interface DatasetImport {
  target: DatasetTarget;
  id: number;
  format: string;
  mode: ImportMode;
  file: File;
}

/**
 * Sends a file of annotations and starts its import; returns the id of the background request.
 *
 * @param onProgress called with the part of the file that has arrived, 0 to 1
 * @throws {ApiError} if the server refuses or stays out of reach.
 */
export async function uploadDataset(
  { target, id, format, mode, file }: DatasetImport,
  onProgress: (progress: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const endpoint = importEndpoint(target, id);
  const query = (filename: string) =>
    `${endpoint}?${new URLSearchParams({ format, filename, import_mode: mode })}`;
  await send(query(file.name), { method: "POST", headers: { "Upload-Start": "" }, signal });
  const name = await uploadTus(endpoint, file, onProgress, signal);
  const finish = { method: "POST", headers: { "Upload-Finish": "" }, signal };
  const response = await send(query(name), finish);
  return ((await response.json()) as { rq_id: string }).rq_id;
}
