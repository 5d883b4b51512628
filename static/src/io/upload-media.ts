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

/** A multipart upload as the server describes it. Parts are numbered from 1. */
interface Upload {
  upload_id: string;
  part_size: number;
  /** Where to PUT each part. */
  parts: readonly { number: number; url: string }[];
  /** Parts that the bucket already has. */
  uploaded?: readonly { number: number; etag: string; size: number }[];
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

async function sendParts(
  file: File,
  upload: Upload,
  count: (bytes: number) => void,
  signal: AbortSignal,
): Promise<{ number: number; etag: string }[]> {
  const have = new Map(upload.uploaded?.map(({ number, etag }) => [number, etag]));
  const missing = upload.parts.filter(({ number }) => !have.has(number));
  await runPool(missing, PARTS_AT_ONCE, async ({ number, url }) => {
    const start = (number - 1) * upload.part_size;
    const piece = file.slice(start, start + upload.part_size);
    let sent = 0;
    const etag = await withRetries(async () => {
      count(-sent);
      sent = 0;
      const onSent = (bytes: number) => {
        count(bytes - sent);
        sent = bytes;
      };
      return putPart(url, piece, onSent, signal);
    }, signal);
    count(piece.size - sent);
    have.set(number, etag);
  });
  return [...have].map(([number, etag]) => ({ number, etag })).sort((a, b) => a.number - b.number);
}

async function uploadFile(
  endpoint: string,
  file: File,
  meter: UploadMeter,
  { onProgress, signal }: MediaUpload,
): Promise<void> {
  const upload = await withRetries(() => begin(endpoint, file, signal), signal);
  const resumed = upload.uploaded?.reduce((sum, { size }) => sum + size, 0) ?? 0;
  meter.skip(resumed);
  const count = (bytes: number) => {
    meter.add(bytes, performance.now());
    onProgress(meter.progress());
  };
  const parts = await sendParts(file, upload, count, signal);
  const path = `${endpoint}/${encodeURIComponent(upload.upload_id)}/complete`;
  await withRetries(() => json(path, signal, "POST", { parts }), signal);
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
