import type { AnnotationRecord } from "../../document/records";
import type { Point } from "../../geometry/point";
import { toScreen } from "../../geometry/view";
import type { SaveState } from "../../io/autosave";
import type { JobSession } from "../../io/job-session";

/** What browser tests see of the editor: the document rather than pixels. */
export interface EditorProbe {
  records(): AnnotationRecord[];
  save(): SaveState;
  version(): number;
  frame(): number;
  /** The frame whose picture is shown; null before the first. */
  picture(): number | null;
  selection(): string[];
  tool(): string | null;
  clashes(): number;
  /** Client coordinates of a point of the image, for the mouse. */
  toClient(point: Point): Point;
}

declare global {
  interface Window {
    __editor?: EditorProbe;
  }
}

/** Only in builds for tests; elsewhere the editor's state is nobody's business. */
export function exposeEditor(session: JobSession): void {
  if (import.meta.env.MODE !== "test" && import.meta.env.VITE_TEST !== "1") return;
  const { editor, autosave } = session;
  window.__editor = {
    records: () => [...editor.document.all()],
    save: () => autosave.state.value,
    version: () => autosave.version,
    frame: () => editor.frame.value,
    picture: () => session.picture.value?.frame ?? null,
    selection: () => [...editor.selection.value],
    tool: () => editor.tool.value?.id ?? null,
    clashes: () => autosave.clashes.value.length,
    toClient: (point) => {
      const { x, y } = toScreen(editor.view.value, point);
      const bounds = document.querySelector('[data-testid="canvas"]')?.getBoundingClientRect();
      return { x: x + (bounds?.left ?? 0), y: y + (bounds?.top ?? 0) };
    },
  };
}
