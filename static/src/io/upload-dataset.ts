import { send } from "../api/client";
import { uploadTus } from "./upload-tus";

export interface DatasetUpload {
  /** Takes the steps of an upload: `/api/tasks/3/annotations/`. */
  endpoint: string;
  /** What is said of the file beside its name. */
  options: Readonly<Record<string, string>>;
  file: File;
}

/**
 * Sends a file of annotations, a dataset or a backup and starts reading it; resolves to the id of
 * the background request.
 *
 * @param onProgress called with the part of the file that has arrived, 0 to 1
 * @throws {ApiError} if the server refuses or stays out of reach.
 */
export async function uploadDataset(
  { endpoint, options, file }: DatasetUpload,
  onProgress: (progress: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const query = (filename: string) =>
    `${endpoint}?${new URLSearchParams({ ...options, filename })}`;
  await send(query(file.name), { method: "POST", headers: { "Upload-Start": "" }, signal });
  const name = await uploadTus(endpoint, file, onProgress, signal);
  const finish = { method: "POST", headers: { "Upload-Finish": "" }, signal };
  const response = await send(query(name), finish);
  return ((await response.json()) as { rq_id: string }).rq_id;
}
