import { send } from "../api/client";
import type { JobState } from "../api/types";
import type { Size } from "../geometry/view";
import { ChunkSource } from "../media/chunk-source";
import type { DownloadFrame, FrameSource } from "../media/source";
import { SingleFrameSource } from "../media/source";

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
}

/** What the editor needs of GET /api/jobs/{id}/data/meta. */
export interface MediaFacts {
  readonly frames: readonly {
    readonly name: string;
    readonly width: number;
    readonly height: number;
  }[];
  readonly deleted_frames: readonly number[];
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

/** Videos are read by the chunk, as pictures whatever the task's own chunks are; images one by one. */
export function openFrames(job: JobFacts): FrameSource {
  const data = `/api/jobs/${job.id}/data?quality=compressed`;
  const frame: DownloadFrame = async (number, signal) =>
    (await send(`${data}&type=frame&number=${number}`, { signal })).blob();
  const isVideo = job.mode === "interpolation" && job.type === "annotation";
  if (!isVideo || !job.data_chunk_size) return new SingleFrameSource(frame);
  const layout = { start: job.start_frame, stop: job.stop_frame, size: job.data_chunk_size };
  return new ChunkSource(layout, {
    frame,
    chunk: async (index, signal) => {
      const path = `${data}&type=chunk&index=${index}&chunk_type=imageset`;
      return (await send(path, { signal })).arrayBuffer();
    },
  });
}
