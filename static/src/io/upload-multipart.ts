import { ApiError } from "../api/errors";
import { type Count, sendPiece } from "./upload-piece";
import { runPool } from "./upload-pool";
import { request } from "./upload-request";
import { forgetUpload, rememberedUpload, rememberUpload } from "./upload-resume";
import { withRetries } from "./upload-retry";

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

/** Takes up an upload that an earlier visit began, else begins one. */
async function begin(endpoint: string, file: File, signal: AbortSignal): Promise<Upload> {
  const earlier = rememberedUpload(endpoint, file);
  if (earlier) {
    try {
      return await request<Upload>(`${endpoint}/${encodeURIComponent(earlier)}`, signal, "GET");
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      forgetUpload(endpoint, file);
    }
  }
  const { name, size } = file;
  const upload = await request<Upload>(endpoint, signal, "POST", { name, size });
  rememberUpload(endpoint, file, upload.upload_id);
  return upload;
}

/** Sends the parts that the server has given links for. */
async function sendParts(
  file: File,
  upload: Upload,
  count: Count,
  signal: AbortSignal,
): Promise<void> {
  await runPool(upload.parts, PARTS_AT_ONCE, ({ number, url }) => {
    const piece = file.slice((number - 1) * upload.part_size, number * upload.part_size);
    return sendPiece(url, piece, count, signal);
  });
}

/** Bytes of a file that arrived during an earlier visit. */
function bytesThere(file: File, { uploaded, part_size }: Upload): number {
  const sizes = uploaded.map((number) => Math.min(part_size, file.size - (number - 1) * part_size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Sends a file in parts, from where it stopped during an earlier visit.
 *
 * @param skip hears of bytes that had arrived before
 * @throws {ApiError} the first failure that did not pass.
 */
export async function uploadInParts(
  endpoint: string,
  file: File,
  { count, skip }: { count: Count; skip: Count },
  signal: AbortSignal,
): Promise<void> {
  let upload = await withRetries(() => begin(endpoint, file, signal), signal);
  const path = `${endpoint}/${encodeURIComponent(upload.upload_id)}`;
  skip(bytesThere(file, upload));
  while (upload.parts.length > 0) {
    const lastPart = upload.parts.at(-1)?.number ?? 0;
    await sendParts(file, upload, count, signal);
    if (lastPart * upload.part_size >= file.size) break;
    upload = await withRetries(() => request<Upload>(path, signal, "GET"), signal);
  }
  await withRetries(() => request(`${path}/complete`, signal, "POST"), signal);
  forgetUpload(endpoint, file);
}
