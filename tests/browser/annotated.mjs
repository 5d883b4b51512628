// A task whose annotations no format but the project's own holds whole.
import { call, labelsOf } from "./api.mjs";
import { photographs } from "./media.mjs";
import { createTask } from "./tasks.mjs";

/** Creates a task of photographs with a box, an ellipse, a line and a tag; returns its id. */
export async function annotatedTask(page, name) {
  const id = await createTask(page, { name, labels: ["cat", "cup"], files: photographs });
  const labels = await labelsOf(page, id);
  const label_id = labels.cat.id;
  const shape = (type, frame, points) => ({ type, frame, label_id, points, attributes: [] });
  await call(page, "PUT", `/api/tasks/${id}/annotations/`, {
    version: 0,
    tags: [{ frame: 1, label_id: labels.cup.id, attributes: [] }],
    shapes: [
      shape("rectangle", 0, [10, 20, 110, 70]),
      shape("rectangle", 1, [10, 20, 110, 70]),
      shape("ellipse", 0, [120, 100, 160, 60]),
      shape("polyline", 2, [10, 10, 90, 40, 120, 100]),
    ],
    tracks: [],
  });
  return id;
}
