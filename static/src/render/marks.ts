import type { Mark } from "../document/comparison";
import type { FrameObject } from "../document/frame-object";
import type { Look } from "./scene";

/** Colours of what differs between a revision and today; the same on the canvas and in its legend. */
export const MARK_COLORS: Readonly<Record<Mark, string>> = {
  gone: "#ff5d57",
  changed: "#ffb020",
  now: "#ffb020",
  new: "#2fc56d",
};

const SAME = "#a9b0ba";

/** What was there has full lines; what came later, dashed ones. */
export function markedLook({ occluded }: FrameObject, mark: Mark | null): Look {
  if (mark === null) return { color: SAME, dashed: occluded, broad: false };
  return { color: MARK_COLORS[mark], dashed: mark === "new" || mark === "now", broad: true };
}
