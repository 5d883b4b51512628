import { send } from "../api/client";
import type { JobState } from "../api/types";
import type { Size } from "../geometry/view";
import type { FrameSource } from "../media/source";
import { ChunkSource, SingleFrameSource } from "../media/source";

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
  readonly data_compressed_chunk_type: string;
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

/** Videos cut into zip chunks are read by the chunk, everything else by the frame. */
export function openFrames(job: JobFacts): FrameSource {
  const video = job.mode === "interpolation" && job.type === "annotation";
  if (video && job.data_compressed_chunk_type === "imageset" && job.data_chunk_size) {
    const layout = { start: job.start_frame, stop: job.stop_frame, size: job.data_chunk_size };
    return new ChunkSource(layout, async (index) => {
      const path = `/api/jobs/${job.id}/data?type=chunk&index=${index}&quality=compressed`;
      return (await send(path)).arrayBuffer();
    });
  }
  return new SingleFrameSource(async (frame, signal) => {
    const path = `/api/jobs/${job.id}/data?type=frame&number=${frame}&quality=compressed`;
    return (await send(path, { signal })).blob();
  });
}
