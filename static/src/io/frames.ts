import { send } from "../api/client";
import type { JobState, Storage } from "../api/types";
import type { Size } from "../geometry/view";
import { ChunkSource } from "../media/chunk-source";
import { FallbackPictures } from "../media/fallback-pictures";
import { DEFAULT_LIMITS, FrameProvider } from "../media/frame-provider";
import type { Pictures } from "../media/pictures";
import type { DownloadFrame, FrameSource } from "../media/source";
import { SingleFrameSource } from "../media/source";
import { openPackets } from "./video-pictures";

/** What the editor needs of GET /api/jobs/{id}. */
export interface JobFacts {
  readonly id: number;
  readonly task_id: number;
  readonly task_name: string | null;
  readonly state: JobState;
  readonly start_frame: number;
  readonly stop_frame: number;
  readonly mode: string;
  readonly type: string;
  readonly data_chunk_size: number | null;
  /** `2d` or `3d`. */
  readonly dimension: string;
  readonly target_storage: Storage;
}

/** What the editor needs of GET /api/jobs/{id}/data/meta. */
export interface MediaFacts {
  readonly frames: readonly {
    readonly name: string;
    readonly width: number;
    readonly height: number;
    /** Pictures that were taken beside it. */
    readonly related_files: number;
  }[];
  readonly deleted_frames: readonly number[];
  /** What of the media was lost; empty, or absent, if nothing was. */
  readonly warning?: string;
}

/** Size and file name of a frame; a video has one entry for all of its frames. */
export function frameFacts(
  job: JobFacts,
  media: MediaFacts,
  frame: number,
): { readonly name: string; readonly size: Size | null } {
  const facts = media.frames[media.frames.length === 1 ? 0 : frame - job.start_frame];
  const size = facts && facts.width > 0 ? { width: facts.width, height: facts.height } : null;
  return { name: facts?.name ?? "", size };
}

/**
 * Videos are decoded here where the browser can; elsewhere they come by the chunk, as pictures
 * whatever the task's own chunks are. Images come one by one.
 */
export function openPictures(job: JobFacts): Pictures {
  const openEncoded = () => {
    const limits = { ...DEFAULT_LIMITS, start: job.start_frame, stop: job.stop_frame };
    return new FrameProvider(openFrames(job), limits);
  };
  if (!isFilm(job)) return openEncoded();
  return new FallbackPictures(openPackets(job), openEncoded, (reason) =>
    console.info(`The video is shown by pictures from the server: ${reason}`),
  );
}

/** Every frame of a stretch of a video, as opposed to a choice of frames or to images. */
function isFilm(job: JobFacts): boolean {
  return job.mode === "interpolation" && job.type === "annotation";
}

function openFrames(job: JobFacts): FrameSource {
  const data = `/api/jobs/${job.id}/data?quality=compressed`;
  const frame: DownloadFrame = async (number, signal) =>
    (await send(`${data}&type=frame&number=${number}`, { signal })).blob();
  if (!isFilm(job) || !job.data_chunk_size) return new SingleFrameSource(frame);
  const layout = { start: job.start_frame, stop: job.stop_frame, size: job.data_chunk_size };
  return new ChunkSource(layout, {
    frame,
    chunk: async (index, signal) => {
      const path = `${data}&type=chunk&index=${index}&chunk_type=imageset`;
      return (await send(path, { signal })).arrayBuffer();
    },
  });
}
