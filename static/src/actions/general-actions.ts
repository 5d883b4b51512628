import { boxOf, centreOf } from "../geometry/box";
import type { View } from "../geometry/view";
import { fitBox, zoomAt } from "../geometry/view";
import { contextCount } from "../io/context-images";
import { outlineOf } from "../tools/hit-test";
import type { Action, ActionContext } from "./action";

const ZOOM_STEP = 1.25;

export const generalActions: readonly Action[] = [
  {
    id: "undo",
    edits: true,
    group: "general",
    shortcuts: [{ code: "KeyZ", ctrl: true }],
    repeats: true,
    isEnabled: ({ session }) =>
      session.editor.preview.value !== null || session.editor.history.undoName !== null,
    run: (context) => {
      // While something is drawn, taking back means its last point.
      if (context.session.editor.preview.value) context.session.editor.tool.value?.back();
      else followHistory(context, context.session.editor.history.undo());
    },
  },
  {
    id: "redo",
    edits: true,
    group: "general",
    shortcuts: [
      { code: "KeyZ", ctrl: true, shift: true },
      { code: "KeyY", ctrl: true },
    ],
    repeats: true,
    isEnabled: ({ session }) => session.editor.history.redoName !== null,
    run: (context) => followHistory(context, context.session.editor.history.redo()),
  },
  {
    id: "save",
    group: "general",
    shortcuts: [{ code: "KeyS", ctrl: true }],
    run: ({ session }) => void session.autosave.flush(),
  },
  {
    id: "palette",
    group: "general",
    shortcuts: [{ code: "KeyK", ctrl: true }],
    run: ({ page }) => page.openPalette(),
  },
  {
    id: "help",
    group: "general",
    shortcuts: [{ code: "F1" }],
    run: ({ page }) => page.openHelp(),
  },
  {
    id: "export",
    group: "general",
    shortcuts: [],
    // What is not saved yet would be missing.
    run: ({ session, page }) => void session.autosave.flush().then(() => page.openExport()),
  },
  {
    id: "import",
    group: "general",
    shortcuts: [],
    run: ({ page }) => page.openImport(),
  },
  {
    id: "settings",
    group: "general",
    shortcuts: [],
    run: ({ page }) => page.openSettings(),
  },
  {
    id: "leave",
    group: "general",
    shortcuts: [],
    run: ({ page }) => page.leave(),
  },
  {
    id: "fit",
    group: "view",
    shortcuts: [{ code: "Digit0" }],
    run: ({ session }) => session.editor.fit(),
  },
  {
    id: "zoomToSelection",
    group: "view",
    shortcuts: [{ code: "KeyZ" }],
    isEnabled: ({ session }) => session.editor.selection.value.size > 0,
    run: ({ session: { editor } }) => {
      const outlines = editor.selected().flatMap(outlineOf);
      if (outlines.length > 0)
        editor.view.value = fitBox(boxOf(outlines), editor.surface.value, 120);
    },
  },
  {
    id: "zoomIn",
    group: "view",
    shortcuts: [{ code: "Equal", ctrl: true }],
    repeats: true,
    run: (context) => zoom(context, ZOOM_STEP),
  },
  {
    id: "zoomOut",
    group: "view",
    shortcuts: [{ code: "Minus", ctrl: true }],
    repeats: true,
    run: (context) => zoom(context, 1 / ZOOM_STEP),
  },
  {
    id: "actualSize",
    group: "view",
    shortcuts: [{ code: "Digit0", ctrl: true }],
    run: (context) => zoom(context, 1 / context.session.editor.view.value.scale),
  },
  {
    id: "contextImages",
    group: "view",
    shortcuts: [{ code: "KeyI", alt: true }],
    isEnabled: ({ session }) => contextCount(session, session.target.value) > 0,
    run: ({ page }) => page.toggleContextImages(),
  },
  {
    id: "fullscreen",
    group: "view",
    shortcuts: [{ code: "F11" }],
    run: ({ page }) => page.toggleFullscreen(),
  },
];

/** Undo and redo are seen: they go to the frame where the step was made. */
function followHistory({ session }: ActionContext, frame: number | null): void {
  if (frame !== null && frame !== session.target.value) void session.goTo(frame);
}

function zoom({ session: { editor } }: ActionContext, factor: number): void {
  const { width, height } = editor.surface.value;
  const middle = centreOf({ left: 0, top: 0, right: width, bottom: height });
  const next: View = zoomAt(editor.view.value, middle, factor);
  editor.view.value = next;
}
