import { send } from "../api/client";
import { ApiError } from "../api/errors";
import type { ReadRange } from "../media/packet-reader";

/** What GET /api/jobs/{id}/data/index says. */
export interface VideoLinks {
  readonly codec: string;
  /** Frame `n` of the task is frame `start + n × step` of the video. */
  readonly start: number;
  readonly step: number;
  /** The whole file; empty if only the job's own part of it may be read. */
  readonly video_url: string;
  /** Leads to single ranges of the file; empty if it is not needed, or no help. */
  readonly ranges_url: string;
  readonly samples_url: string;
}

/** Waits before a range is asked for again, when the network or the store failed. */
const PAUSES = [300, 1200];
/** What the store says of a link that is too old: they are good for an hour. */
const EXPIRED = 403;

/** @throws {ApiError} if the job has no video, or the server cannot be reached. */
export async function askForLinks(jobId: number, signal?: AbortSignal): Promise<VideoLinks> {
  const answer = await send(`/api/jobs/${jobId}/data/index`, { signal });
  return (await answer.json()) as VideoLinks;
}

/**
 * Reads ranges of the video's file, with a new link when the old one is no longer taken. The reader
 * rejects with an ApiError if the file cannot be read.
 */
export function rangesOf(jobId: number, links: VideoLinks): ReadRange {
  let file = links.video_url;
  const urlOf = (first: number, last: number) =>
    file || `${links.ranges_url}?first=${first}&last=${last}`;
  return async (first, last, signal) => {
    for (const wait of PAUSES) {
      try {
        return await readRange(urlOf(first, last), first, last, signal);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.status === EXPIRED) file = (await askForLinks(jobId, signal)).video_url;
        else if (error.status === 0 || error.status >= 500) await pause(wait, signal);
        else throw error;
      }
    }
    return readRange(urlOf(first, last), first, last, signal);
  };
}

async function readRange(
  url: string,
  first: number,
  last: number,
  signal: AbortSignal,
): Promise<ArrayBuffer> {
  const answer = await send(url, { signal, headers: { Range: `bytes=${first}-${last}` } });
  if (answer.status !== 206) {
    await answer.body?.cancel();
    throw new RangeError("The store of the video's file gives no ranges");
  }
  return answer.arrayBuffer();
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    window.setTimeout(resolve, milliseconds);
  });
}
