import { useParams } from "react-router";
import { JobPage } from "../job/JobPage";

/** The job page fills the window: it has its own bars instead of the application's frame. */
export function JobRoute() {
  const { tid, jid } = useParams();
  return <JobPage key={jid} jobId={Number(jid)} taskId={Number(tid)} />;
}
