import { useCallback, useEffect, useState } from "react";
import type { JobSession } from "../../io/job-session";
import { JobSession as Session } from "../../io/job-session";
import { prepareStaticWorker } from "../../render/static-thread";
import { useSession } from "../app/useSession";
import { ErrorState } from "../components/ErrorState";
import { JobEditor } from "./JobEditor";
import classes from "./JobPage.module.css";
import { JobSkeleton } from "./JobSkeleton";
import { PointCloudNotice } from "./PointCloudNotice";
import { exposeEditor } from "./testHook";

interface Props {
  readonly jobId: number;
  readonly taskId: number;
}

type Opening =
  | { readonly name: "loading" }
  | { readonly name: "failed"; readonly error: unknown }
  | { readonly name: "open"; readonly session: JobSession };

/** Opens a job and shows its editor; closes it when the page is left. */
export function JobPage({ jobId, taskId }: Props) {
  const user = useSession();
  const [opening, setOpening] = useState<Opening>({ name: "loading" });
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt opens the job again
  useEffect(() => {
    let left = false;
    let session: JobSession | null = null;
    setOpening({ name: "loading" });
    // Its script is asked for before the first pictures take all connections.
    prepareStaticWorker();
    const frame = askedFrame();
    Session.open(jobId, String(user.id), frame).then(
      (opened) => {
        if (left) void opened.close();
        else {
          session = opened;
          exposeEditor(opened);
          setOpening({ name: "open", session: opened });
          if (!isPointCloud(opened)) void opened.goTo(frame ?? opened.editor.range.start);
        }
      },
      (error: unknown) => {
        if (!left) setOpening({ name: "failed", error });
      },
    );
    return () => {
      left = true;
      void session?.close();
    };
  }, [jobId, user.id, attempt]);

  const retry = useCallback(() => setAttempt((count) => count + 1), []);

  if (opening.name === "failed") {
    return (
      <div className={classes.failed}>
        <ErrorState error={opening.error} onRetry={retry} />
      </div>
    );
  }
  if (opening.name === "loading") return <JobSkeleton />;
  if (isPointCloud(opening.session)) return <PointCloudNotice taskId={taskId} />;
  return <JobEditor session={opening.session} taskId={taskId} />;
}

function isPointCloud({ job }: JobSession): boolean {
  return job.dimension === "3d";
}

/** The frame that the address names. */
function askedFrame(): number | null {
  const asked = new URLSearchParams(window.location.search).get("frame");
  const frame = asked === null ? Number.NaN : Number(asked);
  return Number.isInteger(frame) ? frame : null;
}
