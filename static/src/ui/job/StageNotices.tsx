import { DrawBar } from "./DrawBar";
import { OverwriteNotice } from "./history/OverwriteNotice";
import { PastBar } from "./history/PastBar";
import { RemovedFrameNotice } from "./RemovedFrameNotice";
import classes from "./StageNotices.module.css";

/** What is said over the picture, one below the other. */
export function StageNotices() {
  return (
    <div className={classes.notices}>
      <OverwriteNotice />
      <PastBar />
      <RemovedFrameNotice />
      <DrawBar />
    </div>
  );
}
