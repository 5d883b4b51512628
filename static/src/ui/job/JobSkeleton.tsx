import { Loader } from "@mantine/core";
import classes from "./JobPage.module.css";

/** The editor's frame while a job is being opened: nothing moves when it is there. */
export function JobSkeleton() {
  return (
    <div className={classes.page} aria-busy="true">
      <div className={classes.top} />
      <div className={classes.rail} />
      <div className={classes.stage}>
        <Loader size="sm" color="gray" style={{ position: "absolute", inset: 0, margin: "auto" }} />
      </div>
      <div className={classes.side} />
      <div className={classes.player} />
    </div>
  );
}
