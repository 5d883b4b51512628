import type { FrameObject } from "../document/frame-object";
import type { JobSession } from "../io/job-session";
import type { Action, ActionContext } from "./action";

const BIG_STEP = 10;

export const frameActions: readonly Action[] = [
  {
    id: "nextFrame",
    group: "frames",
    shortcuts: [{ code: "KeyF" }],
    repeats: true,
    run: ({ session }) => void session.move(1),
  },
  {
    id: "previousFrame",
    group: "frames",
    shortcuts: [{ code: "KeyD" }],
    repeats: true,
    run: ({ session }) => void session.move(-1),
  },
  {
    id: "forward",
    group: "frames",
    shortcuts: [{ code: "KeyV" }],
    repeats: true,
    run: ({ session }) => void session.move(BIG_STEP),
  },
  {
    id: "backward",
    group: "frames",
    shortcuts: [{ code: "KeyC" }],
    repeats: true,
    run: ({ session }) => void session.move(-BIG_STEP),
  },
  {
    id: "firstFrame",
    group: "frames",
    shortcuts: [{ code: "Home" }],
    run: ({ session }) => void session.goTo(session.editor.range.start),
  },
  {
    id: "lastFrame",
    group: "frames",
    shortcuts: [{ code: "End" }],
    run: ({ session }) => void session.goTo(session.editor.range.stop),
  },
  {
    id: "play",
    group: "frames",
    shortcuts: [{ code: "Space" }],
    run: ({ session }) => session.playback.toggle(),
  },
  {
    id: "removeFrame",
    group: "frames",
    shortcuts: [{ code: "Delete", alt: true }],
    run: ({ session, page }) => {
      const frame = session.target.value;
      const removed = !session.removed.has(frame);
      session.removed.set(frame, removed).catch((error: unknown) => page.tellFailure(error));
    },
  },
  {
    id: "nextAnnotated",
    group: "frames",
    shortcuts: [{ code: "ArrowRight" }],
    run: (context) => goToAnnotated(context, 1),
  },
  {
    id: "previousAnnotated",
    group: "frames",
    shortcuts: [{ code: "ArrowLeft" }],
    run: (context) => goToAnnotated(context, -1),
  },
];

/** The nearest frame, in one direction, that has a tag, a shape or a keyframe of its own. */
function goToAnnotated({ session }: ActionContext, direction: 1 | -1): void {
  const { document } = session.editor;
  const frames = new Set(document.ownedFrames());
  for (const track of document.allTracks()) {
    for (const { frame } of track.keyframes) frames.add(frame);
  }
  goToNearest(session, frames, direction);
}

/** The nearest of some frames in one direction; stays where it is if there is none. */
export function goToNearest(
  session: JobSession,
  frames: Iterable<number>,
  direction: 1 | -1,
): void {
  const { range } = session.editor;
  const beyond = [...frames].filter(
    (frame) =>
      (frame - session.target.value) * direction > 0 && frame >= range.start && frame <= range.stop,
  );
  if (beyond.length === 0) return;
  void session.goTo(direction > 0 ? Math.min(...beyond) : Math.max(...beyond));
}

/** Objects that an action on "the selection" means: the selected ones, or the one pointed at. */
export function meant({ session }: ActionContext): FrameObject[] {
  const { editor } = session;
  const selected = editor.selected();
  if (selected.length > 0) return selected;
  const hovered = editor.hovered.value === null ? null : editor.find(editor.hovered.value);
  return hovered ? [hovered] : [];
}
