import type { AnnotationRecord } from "../../document/records";
import type { Point } from "../../geometry/point";
import { toScreen } from "../../geometry/view";
import type { SaveState } from "../../io/autosave";
import type { JobSession } from "../../io/job-session";
import type { Drawable } from "../../media/drawable";
import type { Range } from "../../media/ranges";

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
  /** How many objects of each kind differ from the revision that is looked at; null in the present. */
  past(): { revision: number; gone: number; changed: number; new: number } | null;
  /** Asks for a frame and waits until its picture is there. */
  goTo(frame: number): Promise<void>;
  /** Mean red, green and blue of each cell of an 8 × 8 grid over the picture, row by row. */
  fingerprint(): number[];
  /** Width and height of the picture as decoded. */
  pictureSize(): [number, number];
  /** Frames that are on this machine, as the scrubber shows them. */
  loaded(): readonly Range[];
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
    version: () => autosave.version.value,
    frame: () => editor.frame.value,
    picture: () => session.picture.value?.frame ?? null,
    selection: () => [...editor.selection.value],
    tool: () => editor.tool.value?.id ?? null,
    clashes: () => autosave.clashes.value.length,
    past: () => {
      const past = editor.past.value;
      return past && { revision: past.revision, ...past.comparison.counts };
    },
    goTo: (frame) => session.goTo(frame),
    fingerprint: () => fingerprint(shownPicture(session)),
    pictureSize: () => [shownPicture(session).width, shownPicture(session).height],
    loaded: () => session.provider.loaded.value,
    toClient: (point) => {
      const { x, y } = toScreen(editor.view.value, point);
      const bounds = document.querySelector('[data-testid="canvas"]')?.getBoundingClientRect();
      return { x: x + (bounds?.left ?? 0), y: y + (bounds?.top ?? 0) };
    },
  };
}

const CELLS = 8;

function shownPicture(session: JobSession): Drawable {
  const drawable = session.picture.value?.drawable;
  if (!drawable) throw new Error("No picture is shown");
  return drawable;
}

function fingerprint(picture: Drawable): number[] {
  const { width, height } = picture;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser gives no 2D context");
  picture.paint(context, width, height);
  const edge = (length: number, cell: number) => Math.floor((cell * length) / CELLS);
  return Array.from({ length: CELLS * CELLS }, (_, cell) => {
    const [column, row] = [cell % CELLS, Math.floor(cell / CELLS)];
    const [left, top] = [edge(width, column), edge(height, row)];
    const [right, bottom] = [edge(width, column + 1), edge(height, row + 1)];
    return meanColour(context.getImageData(left, top, right - left, bottom - top).data);
  }).flat();
}

function meanColour(pixels: Uint8ClampedArray): number[] {
  const sums = [0, 0, 0];
  for (const [at, value] of pixels.entries()) {
    const channel = at % 4;
    if (channel < 3) sums[channel] = (sums[channel] ?? 0) + value;
  }
  return sums.map((sum) => (sum * 4) / pixels.length);
}
