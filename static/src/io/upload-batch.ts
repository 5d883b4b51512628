import { ApiError } from "../api/errors";
import { type Count, sendPiece } from "./upload-piece";
import { runPool } from "./upload-pool";
import { request } from "./upload-request";
import { forgetUpload, rememberedUpload, rememberUpload } from "./upload-resume";
import { withRetries } from "./upload-retry";

/** The server takes files up to this size in batches, in bytes. */
const SMALL_BYTES = 8 * 1024 * 1024;
/** The server takes 500. With fewer, the headers of one batch are read while the next is sent. */
const FILES_PER_BATCH = 200;
/** Links live for an hour: this much arrives meanwhile by any connection of 0.6 Mbit/s. */
const BYTES_PER_BATCH = 256 * 1024 * 1024;
/** Browsers open six connections to a host at most. */
const FILES_AT_ONCE = 6;
/** Links that have run out while the computer slept are asked for again, this often in a row. */
const LINK_TRIES = 3;
/** What is remembered of a file that has arrived but is not yet one of the task. */
const ARRIVED = "arrived";

interface Link {
  url: string;
  content_type: string;
  /** An object of this name and size is there. */
  arrived: boolean;
}

export interface Listener {
  count: Count;
  /** Hears of bytes that had arrived before. */
  skip: Count;
  fileDone: () => void;
}

export function isSmall({ size }: File): boolean {
  return size <= SMALL_BYTES;
}

/** Divides small files into batches, by name: the server lists the names of one batch together. */
export function batchesOf(files: readonly File[]): File[][] {
  const batches: File[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const file of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    bytes += file.size;
    if (bytes > BYTES_PER_BATCH || batches.at(-1)?.length === FILES_PER_BATCH) {
      batches.push([]);
      bytes = file.size;
    }
    batches.at(-1)?.push(file);
  }
  return batches;
}

/**
 * Sends a batch of small files, those that have not arrived during an earlier visit.
 *
 * @throws {ApiError} the first failure that did not pass.
 */
export async function uploadBatch(
  endpoint: string,
  batch: readonly File[],
  listener: Listener,
  signal: AbortSignal,
): Promise<void> {
  const waiting = new Set(batch);
  for (let tryNumber = 1; waiting.size > 0; tryNumber++) {
    try {
      await sendFiles(endpoint, waiting, listener, signal);
    } catch (error) {
      const outdated = error instanceof ApiError && error.status === 403;
      if (!outdated || tryNumber === LINK_TRIES) throw error;
    }
  }
  const body = { files: described(batch) };
  await withRetries(() => request(`${endpoint}/batch/complete`, signal, "POST", body), signal);
  for (const file of batch) forgetUpload(endpoint, file);
}

/** Asks for links and sends files by them; those that have arrived leave `waiting`. */
async function sendFiles(
  endpoint: string,
  waiting: Set<File>,
  listener: Listener,
  signal: AbortSignal,
): Promise<void> {
  const files = [...waiting];
  const body = { files: described(files) };
  const { files: links } = await withRetries(
    () => request<{ files: Link[] }>(`${endpoint}/batch`, signal, "POST", body),
    signal,
  );
  const pairs = files.map((file, index) => ({ file, link: links[index] as Link }));
  await runPool(pairs, FILES_AT_ONCE, async ({ file, link }) => {
    // An object of this name and size may have other content: only what was sent from here counts.
    if (link.arrived && rememberedUpload(endpoint, file) === ARRIVED) {
      listener.skip(file.size);
    } else {
      await sendPiece(link.url, file, listener.count, signal, link.content_type);
      rememberUpload(endpoint, file, ARRIVED);
    }
    waiting.delete(file);
    listener.fileDone();
  });
}

function described(files: readonly File[]) {
  return files.map(({ name, size }) => ({ name, size }));
}
