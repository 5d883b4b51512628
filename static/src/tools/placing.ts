import { createShape, createTrack } from "../document/creation";
import type { ShapeType } from "../document/records";
import type { FlatPoints } from "../geometry/point";
import type { Editor } from "./editor";

/** Adds a drawn object with the chosen label and mode, and selects it. */
export function placeDrawn(editor: Editor, type: ShapeType, points: FlatPoints): void {
  const { labelId, mode } = editor.drawing.value;
  const label = labelId === null ? null : editor.labels.get(labelId);
  if (!label) return;
  const rounded = points.map((value) => Math.round(value * 100) / 100);
  const placement = {
    type,
    points: rounded,
    frame: editor.frame.value,
    zOrder: editor.topOrder(),
  };
  const record = mode === "track" ? createTrack(label, placement) : createShape(label, placement);
  editor.history.run("create", editor.frame.value, [[record.id, record]]);
  editor.select([record.id]);
}
