import type { JobSession } from "./job-session";

/** How many pictures were taken beside a frame. */
export function contextCount({ job, media }: JobSession, frame: number): number {
  const facts = media.frames[media.frames.length === 1 ? 0 : frame - job.start_frame];
  return facts?.related_files ?? 0;
}

/** Whether any frame of the job has such pictures. */
export function hasContextImages({ media }: Pick<JobSession, "media">): boolean {
  return media.frames.some(({ related_files }) => related_files > 0);
}
