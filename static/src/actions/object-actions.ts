import { withOutside, withPosition } from "../document/edits";
import { removeVertex } from "../geometry/point";
import { leastVertices } from "../tools/grips";
import { toggled } from "../tools/visibility";
import type { Action, ActionContext } from "./action";
import { meant } from "./frame-actions";

/** On an empty frame, Tab moves the focus, as everywhere. */
const isAnythingThere = ({ session }: ActionContext) => session.editor.objects.value.length > 0;
const hasObjects = (context: ActionContext) => meant(context).length > 0;

export const objectActions: readonly Action[] = [
  {
    id: "delete",
    edits: true,
    group: "objects",
    shortcuts: [{ code: "Delete" }, { code: "Delete", shift: true }],
    isEnabled: hasObjects,
    run: (context) => {
      if (!deleteActiveVertex(context)) deleteObjects(context);
    },
  },
  {
    id: "copy",
    group: "objects",
    shortcuts: [{ code: "KeyC", ctrl: true }],
    isEnabled: hasObjects,
    run: (context) => context.session.clipboard.copy(meant(context)),
  },
  {
    id: "paste",
    edits: true,
    group: "objects",
    shortcuts: [{ code: "KeyV", ctrl: true }],
    isEnabled: ({ session }) => !session.clipboard.isEmpty,
    run: ({ session }) => session.clipboard.paste(),
  },
  {
    id: "selectAll",
    group: "objects",
    shortcuts: [{ code: "KeyA", ctrl: true }],
    run: ({ session: { editor } }) =>
      editor.select(
        editor.objects.value.filter((object) => editor.isDrawable(object)).map(({ id }) => id),
      ),
  },
  {
    id: "selectNext",
    group: "objects",
    shortcuts: [{ code: "Tab" }],
    repeats: true,
    isEnabled: isAnythingThere,
    run: (context) => cycle(context, 1),
  },
  {
    id: "selectPrevious",
    group: "objects",
    shortcuts: [{ code: "Tab", shift: true }],
    repeats: true,
    isEnabled: isAnythingThere,
    run: (context) => cycle(context, -1),
  },
  {
    id: "lock",
    group: "objects",
    shortcuts: [{ code: "KeyL" }],
    isEnabled: hasObjects,
    run: (context) => {
      const { locked } = context.session.editor.visibility;
      const ids = meant(context).map(({ id }) => id);
      locked.value = toggled(locked.value, ids, !ids.every((id) => locked.value.has(id)));
    },
  },
  {
    id: "hide",
    group: "objects",
    shortcuts: [{ code: "KeyH" }],
    isEnabled: hasObjects,
    run: (context) => {
      const { hidden } = context.session.editor.visibility;
      const ids = meant(context).map(({ id }) => id);
      hidden.value = toggled(hidden.value, ids, !ids.every((id) => hidden.value.has(id)));
    },
  },
  {
    id: "lockAll",
    group: "objects",
    shortcuts: [{ code: "KeyL", ctrl: true }],
    run: ({ session: { editor } }) => {
      const { locked } = editor.visibility;
      const ids = editor.objects.value.map(({ id }) => id);
      locked.value = toggled(locked.value, ids, !ids.every((id) => locked.value.has(id)));
    },
  },
  {
    id: "hideAll",
    group: "objects",
    shortcuts: [{ code: "KeyH", ctrl: true }],
    run: ({ session: { editor } }) => {
      const { hidden } = editor.visibility;
      const ids = editor.objects.value.map(({ id }) => id);
      hidden.value = toggled(hidden.value, ids, !ids.every((id) => hidden.value.has(id)));
    },
  },
  {
    id: "occluded",
    edits: true,
    group: "objects",
    shortcuts: [{ code: "KeyQ" }],
    isEnabled: hasObjects,
    run: (context) => toggleOccluded(context),
  },
  {
    id: "bringToFront",
    edits: true,
    group: "objects",
    shortcuts: [{ code: "Equal" }],
    isEnabled: hasObjects,
    run: (context) => reorder(context, 1),
  },
  {
    id: "sendToBack",
    edits: true,
    group: "objects",
    shortcuts: [{ code: "Minus" }],
    isEnabled: hasObjects,
    run: (context) => reorder(context, -1),
  },
];

function deleteActiveVertex({ session: { editor } }: ActionContext): boolean {
  const [object, vertex] = [editor.active(), editor.activeVertex.value];
  if (!object || vertex === null || !editor.isEditable(object)) return false;
  if (object.points.length / 2 <= leastVertices(object.type)) return false;
  const points = removeVertex(object.points, vertex);
  editor.edit("reshape", [object], (record) =>
    withPosition(record, editor.frame.value, { points }),
  );
  editor.activeVertex.value = null;
  return true;
}

function deleteObjects(context: ActionContext): void {
  const { editor } = context.session;
  const objects = meant(context).filter((object) => !editor.visibility.isLocked(object));
  editor.edit("delete", objects, () => null);
  editor.hovered.value = null;
}

function cycle({ session: { editor } }: ActionContext, step: 1 | -1): void {
  const ids = editor.objects.value
    .filter((object) => object.type === "tag" || editor.isDrawable(object))
    .map(({ id }) => id);
  if (ids.length === 0) return;
  const [selected] = editor.selection.value;
  const at = selected === undefined ? (step > 0 ? -1 : 0) : ids.indexOf(selected);
  editor.select([ids[(at + step + ids.length) % ids.length] as string]);
}

export function toggleOccluded(context: ActionContext): void {
  const { editor } = context.session;
  const objects = meant(context).filter((object) => object.type !== "tag");
  const occluded = !objects.every((object) => object.occluded);
  editor.edit("property", objects, (record) =>
    withPosition(record, editor.frame.value, { occluded }),
  );
}

export function toggleOutside(context: ActionContext): void {
  const { editor } = context.session;
  const tracks = meant(context).filter((object) => object.kind === "track");
  const outside = !tracks.every((object) => object.outside);
  editor.edit("property", tracks, (record) =>
    record.kind === "track" ? withOutside(record, editor.frame.value, outside) : record,
  );
}

function reorder(context: ActionContext, direction: 1 | -1): void {
  const { editor } = context.session;
  const orders = editor.objects.value.map(({ zOrder }) => zOrder);
  const zOrder = direction > 0 ? Math.max(0, ...orders) + 1 : Math.min(0, ...orders) - 1;
  const objects = meant(context).filter((object) => object.type !== "tag");
  editor.edit("order", objects, (record) => withPosition(record, editor.frame.value, { zOrder }));
}
