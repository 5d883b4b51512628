import type { ToolId } from "../tools/tool";
import type { Action, Shortcut } from "./action";
import { toggleTag } from "./tag-actions";

function toolAction(tool: ToolId, shortcuts: readonly Shortcut[]): Action {
  return {
    id: `tool.${tool}`,
    edits: tool !== "select",
    group: "drawing",
    shortcuts,
    isEnabled: ({ session }) =>
      tool === "select" || session.editor.labels.allowedFor(tool).length > 0,
    run: ({ session }) => session.toolbox.use(tool),
  };
}

export const drawingActions: readonly Action[] = [
  {
    id: "draw",
    edits: true,
    group: "drawing",
    shortcuts: [{ code: "KeyN" }],
    run: ({ session }) => session.toolbox.drawOrFinish(),
  },
  {
    id: "finish",
    edits: true,
    group: "drawing",
    shortcuts: [{ code: "Enter" }],
    isEnabled: ({ session }) => session.editor.preview.value !== null,
    run: ({ session }) => void session.editor.tool.value?.finish(),
  },
  {
    id: "removeLastPoint",
    edits: true,
    group: "drawing",
    shortcuts: [{ code: "Backspace" }],
    repeats: true,
    isEnabled: ({ session }) => session.editor.preview.value !== null,
    run: ({ session }) => void session.editor.tool.value?.back(),
  },
  {
    id: "cancel",
    group: "drawing",
    shortcuts: [{ code: "Escape" }],
    run: ({ session }) => {
      if (!session.past.leave()) session.toolbox.cancel();
    },
  },
  toolAction("select", [{ code: "Digit1", alt: true }]),
  toolAction("rectangle", [{ code: "Digit2", alt: true }]),
  toolAction("polygon", [{ code: "Digit3", alt: true }]),
  toolAction("polyline", [{ code: "Digit4", alt: true }]),
  toolAction("points", [{ code: "Digit5", alt: true }]),
  {
    id: "toggleTrackMode",
    group: "drawing",
    shortcuts: [{ code: "KeyT" }],
    run: ({ session: { editor } }) => {
      const { mode } = editor.drawing.value;
      editor.drawing.value = {
        ...editor.drawing.value,
        mode: mode === "track" ? "shape" : "track",
      };
    },
  },
  {
    id: "addTag",
    edits: true,
    group: "drawing",
    shortcuts: [{ code: "Digit6", alt: true }],
    isEnabled: ({ session }) => session.editor.labels.allowedFor("tag").length > 0,
    run: ({ session: { editor }, page }) => {
      const [label, ...others] = editor.labels.allowedFor("tag");
      if (label && others.length === 0) toggleTag(editor, label);
      else page.openTags();
    },
  },
  ...Array.from({ length: 9 }, (_, index) => labelAction(index)),
];

/** Ctrl+1 … Ctrl+9: the label of the selection, or of what is drawn next. */
function labelAction(index: number): Action {
  return {
    id: `label${index + 1}`,
    edits: true,
    group: "objects",
    shortcuts: [{ code: `Digit${index + 1}`, ctrl: true }],
    isEnabled: ({ session }) => index < session.editor.labels.labels.length,
    run: ({ session: { editor } }) => {
      const label = editor.labels.labels[index];
      if (!label) return;
      if (editor.selection.value.size > 0) editor.relabel(editor.selected(), label);
      else editor.drawing.value = { ...editor.drawing.value, labelId: label.id };
    },
  };
}
