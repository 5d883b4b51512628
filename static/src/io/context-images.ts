import type { JobSession } from "./job-session";

/** How many pictures were taken beside a frame. */
export function contextCount({ job, media }: JobSession, frame: number): number {
  const facts = media.frames[media.frames.length === 1 ? 0 : frame - job.start_frame];
  return facts?.related_files ?? 0;
}
