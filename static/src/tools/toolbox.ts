import type { Editor } from "./editor";
import { PathTool } from "./path";
import { RectangleTool } from "./rectangle";
import { SelectTool } from "./select";
import type { Tool, ToolId } from "./tool";

function createTool(id: ToolId, editor: Editor, onDrawn: () => void): Tool {
  switch (id) {
    case "select":
      return new SelectTool(editor);
    case "rectangle":
      return new RectangleTool(editor, onDrawn);
    default:
      return new PathTool(id, editor, onDrawn);
  }
}

/** Switches tools; remembers the last drawing tool so that N can take it up again. */
export class Toolbox {
  private lastDrawing: Exclude<ToolId, "select"> = "rectangle";

  constructor(private readonly editor: Editor) {
    this.use("select");
  }

  use(id: ToolId): void {
    const { editor } = this;
    editor.tool.value?.cancel();
    if (id !== "select") {
      this.lastDrawing = id;
      editor.select([]);
      editor.hovered.value = null;
      this.chooseFittingLabel(id);
    }
    editor.cursor.value = id === "select" ? "default" : "crosshair";
    editor.tool.value = createTool(id, editor, () => {
      if (!editor.drawing.value.continuous) this.use("select");
    });
  }

  /** Finishes what is being drawn, or starts drawing another of the last kind. */
  drawOrFinish(): void {
    const tool = this.editor.tool.value;
    if (!tool || tool.id === "select") this.use(this.lastDrawing);
    else if (!tool.finish() && !this.editor.preview.value) this.use("select");
  }

  /** Drops the object being drawn; with none, the tool; with the cursor, the selection. */
  cancel(): void {
    const tool = this.editor.tool.value;
    if (tool?.cancel()) return;
    if (tool && tool.id !== "select") this.use("select");
    else this.editor.select([]);
  }

  private chooseFittingLabel(id: Exclude<ToolId, "select">): void {
    const { drawing, labels } = this.editor;
    const allowed = labels.allowedFor(id);
    if (allowed.some((label) => label.id === drawing.value.labelId)) return;
    drawing.value = { ...drawing.value, labelId: allowed[0]?.id ?? null };
  }
}
