import type { FrameObject } from "../document/frame-object";
import type { JobSession } from "../io/job-session";

/** A key by where it is on the keyboard, so that shortcuts do not depend on the layout. */
export interface Shortcut {
  /** KeyboardEvent.code. */
  readonly code: string;
  /** Ctrl, or Command on a Mac. */
  readonly ctrl?: boolean;
  readonly shift?: boolean;
  readonly alt?: boolean;
}

export const ACTION_GROUPS = [
  "general",
  "frames",
  "drawing",
  "objects",
  "tracks",
  "history",
  "view",
] as const;
export type ActionGroup = (typeof ACTION_GROUPS)[number];

/** What actions ask of the page around the editor. */
export interface PageCommands {
  openPalette(): void;
  openHelp(): void;
  openSettings(): void;
  openExport(): void;
  openImport(): void;
  /** Offers the labels that the frame may be tagged with. */
  openTags(): void;
  /** Lists the revisions of the job or, if one is named, of an object. */
  openHistory(object: FrameObject | null): void;
  /** Asks whether the revision that is looked at shall be what the job holds. */
  askToRestore(): void;
  /** Shows or hides the pictures that were taken beside the frame. */
  toggleContextImages(): void;
  toggleFullscreen(): void;
  /** Says that something that was asked of the server did not work. */
  tellFailure(error: unknown): void;
  leave(): void;
}

export interface ActionContext {
  readonly session: JobSession;
  readonly page: PageCommands;
}

/**
 * Something a person can do. One definition serves keyboard, buttons, tooltips, palette and help;
 * its name is the text `actions.<id>`.
 */
export interface Action {
  readonly id: string;
  readonly group: ActionGroup;
  readonly shortcuts: readonly Shortcut[];
  /** May be repeated by holding the key down. */
  readonly repeats?: boolean;
  /** Changes annotations, so it rests while an earlier revision is looked at. */
  readonly edits?: boolean;
  isEnabled?(context: ActionContext): boolean;
  run(context: ActionContext): void;
}

export function isActionEnabled(action: Action, context: ActionContext): boolean {
  if (action.edits && context.session.editor.past.value !== null) return false;
  return action.isEnabled?.(context) ?? true;
}
