import { neighbourKeyframe, withKeyframe } from "../document/edits";
import type { TrackRecord } from "../document/records";
import type { Action, ActionContext } from "./action";
import { meant } from "./frame-actions";
import { toggleOutside } from "./object-actions";

const hasTracks = (context: ActionContext) => meant(context).some(({ kind }) => kind === "track");

export const trackActions: readonly Action[] = [
  {
    id: "outside",
    edits: true,
    group: "tracks",
    shortcuts: [{ code: "KeyO" }],
    isEnabled: hasTracks,
    run: toggleOutside,
  },
  {
    id: "keyframe",
    edits: true,
    group: "tracks",
    shortcuts: [{ code: "KeyK" }],
    isEnabled: hasTracks,
    run: toggleKeyframe,
  },
  {
    id: "nextKeyframe",
    group: "tracks",
    shortcuts: [{ code: "KeyR" }],
    isEnabled: hasTracks,
    run: (context) => goToKeyframe(context, 1),
  },
  {
    id: "previousKeyframe",
    group: "tracks",
    shortcuts: [{ code: "KeyE" }],
    isEnabled: hasTracks,
    run: (context) => goToKeyframe(context, -1),
  },
];

export function toggleKeyframe(context: ActionContext): void {
  const { editor } = context.session;
  const tracks = meant(context).filter(({ kind }) => kind === "track");
  const on = !tracks.every(({ keyframe }) => keyframe);
  editor.edit("keyframe", tracks, (record) =>
    record.kind === "track" ? withKeyframe(record, editor.frame.value, on) : record,
  );
}

export function goToKeyframe(context: ActionContext, step: 1 | -1): void {
  const { session } = context;
  const tracks = meant(context)
    .map(({ record }) => record)
    .filter((record): record is TrackRecord => record.kind === "track");
  const frames = tracks
    .map((track) => neighbourKeyframe(track, session.editor.frame.value, step))
    .filter((frame) => frame !== null);
  if (frames.length === 0) return;
  void session.goTo(step > 0 ? Math.min(...frames) : Math.max(...frames));
}
