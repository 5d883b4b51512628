import { send } from "../api/client";
import { ApiError } from "../api/errors";
import { putPart } from "./upload-part";
import { runPool } from "./upload-pool";
import { UploadMeter, type UploadProgress } from "./upload-progress";
import { forgetUpload, rememberedUpload, rememberUpload } from "./upload-resume";
import { withRetries } from "./upload-retry";

/** Files under way at once; browsers open six connections to a host at most. */
const FILES_AT_ONCE = 4;
const PARTS_AT_ONCE = 3;

/** An upload as the server describes it. Parts are numbered from 1. */
interface Upload {
  upload_id: string;
  /** Bytes of each part but the last. */
  part_size: number;
  /** Numbers of the parts that the bucket has. */
  uploaded: readonly number[];
  /** Where to PUT the next missing parts: not all of them at once. */
  parts: readonly { number: number; url: string }[];
}

interface MediaUpload {
  onProgress: (progress: UploadProgress) => void;
  signal: AbortSignal;
}

async function json<T>(
  path: string,
  signal: AbortSignal,
  method: string,
  body?: object,
): Promise<T> {
  const response = await send(path, {
    method,
    signal,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Takes up an upload that an earlier visit began, else begins one. */
async function begin(endpoint: string, file: File, signal: AbortSignal): Promise<Upload> {
  const earlier = rememberedUpload(endpoint, file);
  if (earlier) {
    try {
      return await json<Upload>(`${endpoint}/${encodeURIComponent(earlier)}`, signal, "GET");
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      forgetUpload(endpoint, file);
    }
  }
  const upload = await json<Upload>(endpoint, signal, "POST", {
    name: file.name,
    size: file.size,
    content_type: file.type || "application/octet-stream",
  });
  rememberUpload(endpoint, file, upload.upload_id);
  return upload;
}

/** Sends the parts that the server has given links for; `count` hears of bytes as they leave. */
async function sendParts(
  file: File,
  upload: Upload,
  count: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  await runPool(upload.parts, PARTS_AT_ONCE, async ({ number, url }) => {
    const piece = file.slice((number - 1) * upload.part_size, number * upload.part_size);
    let sent = 0;
    const sentSoFar = (bytes: number) => {
      count(bytes - sent);
      sent = bytes;
    };
    await withRetries(() => {
      sentSoFar(0);
      return putPart(url, piece, sentSoFar, signal);
    }, signal);
    sentSoFar(piece.size);
  });
}

/** Bytes of a file that arrived during an earlier visit. */
function bytesThere(file: File, { uploaded, part_size }: Upload): number {
  const sizes = uploaded.map((number) => Math.min(part_size, file.size - (number - 1) * part_size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function uploadFile(
  endpoint: string,
  file: File,
  meter: UploadMeter,
  { onProgress, signal }: MediaUpload,
): Promise<void> {
  let upload = await withRetries(() => begin(endpoint, file, signal), signal);
  const path = `${endpoint}/${encodeURIComponent(upload.upload_id)}`;
  meter.skip(bytesThere(file, upload));
  const count = (bytes: number) => {
    meter.add(bytes, performance.now());
    onProgress(meter.progress());
  };
  while (upload.parts.length > 0) {
    const lastPart = upload.parts.at(-1)?.number ?? 0;
    await sendParts(file, upload, count, signal);
    if (lastPart * upload.part_size >= file.size) break;
    upload = await withRetries(() => json<Upload>(path, signal, "GET"), signal);
  }
  await withRetries(() => json(`${path}/complete`, signal, "POST"), signal);
  forgetUpload(endpoint, file);
  meter.fileDone();
  onProgress(meter.progress());
}

/** The media of a task, sent from here; files that have arrived are not sent again. */
export class MediaUploader {
  readonly #arrived = new Set<File>();

  constructor(private readonly taskId: number) {}

  /**
   * Sends files straight to the bucket, several at once, in parts that are tried again. Call it
   * again with the same files after a failure: it goes on where it stopped.
   *
   * @throws {ApiError} the first failure that did not pass.
   */
  async send(files: readonly File[], options: MediaUpload): Promise<void> {
    const endpoint = `/api/tasks/${this.taskId}/data/uploads`;
    const total = files.reduce((sum, { size }) => sum + size, 0);
    const meter = new UploadMeter(total, files.length);
    const waiting = files.filter((file) => !this.#arrived.has(file));
    for (const file of files) {
      if (!this.#arrived.has(file)) continue;
      meter.skip(file.size);
      meter.fileDone();
    }
    options.onProgress(meter.progress());
    await runPool(waiting, FILES_AT_ONCE, async (file) => {
      await uploadFile(endpoint, file, meter, options);
      this.#arrived.add(file);
    });
  }
}
