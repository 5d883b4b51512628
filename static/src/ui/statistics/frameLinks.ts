import type { Job } from "../../api/types";

type JobFrames = Pick<Job, "id" | "start_frame" | "stop_frame">;

/** Leads to the editor of the job that has a frame, at that frame. */
export function frameLinks(taskId: number, jobs: readonly JobFrames[]) {
  return (frame: number): string | undefined => {
    const job = jobs.find((one) => one.start_frame <= frame && frame <= one.stop_frame);
    return job && `/tasks/${taskId}/jobs/${job.id}?frame=${frame}`;
  };
}
