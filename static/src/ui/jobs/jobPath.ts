import type { Job } from "../../api/types";

/** Where the editor of a job is. */
export function jobPath(job: Pick<Job, "id" | "task_id">): string {
  return `/tasks/${job.task_id}/jobs/${job.id}`;
}
