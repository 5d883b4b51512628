import type { FrameObject } from "../document/frame-object";
import type { RecordId } from "../document/records";
import { outlineOf } from "../tools/hit-test";

/** How the outline of an object is drawn. */
export type OutlineKind = "closed" | "open" | "dots";

/** One object as the static layer draws it; its points are a slice of the packed coordinates. */
export interface SceneItem {
  readonly id: RecordId;
  readonly kind: OutlineKind;
  readonly color: string;
  readonly occluded: boolean;
  readonly zOrder: number;
  /** Where its coordinates start, and how many there are. */
  readonly start: number;
  readonly count: number;
}

/** Objects that appeared or changed, packed so that sending them costs one buffer. */
export interface ScenePatch {
  readonly upserts: readonly SceneItem[];
  readonly points: Float32Array<ArrayBuffer>;
  readonly removed: readonly RecordId[];
}

export function outlineKind(type: FrameObject["type"]): OutlineKind {
  if (type === "polyline") return "open";
  return type === "points" || type === "skeleton" ? "dots" : "closed";
}

/** What turns the scene of `shown` into that of `objects`; unchanged objects are the same values. */
export function scenePatch(
  shown: ReadonlyMap<RecordId, FrameObject>,
  objects: ReadonlyMap<RecordId, FrameObject>,
  colorOf: (labelId: number) => string,
): ScenePatch | null {
  const removed = [...shown.keys()].filter((id) => !objects.has(id));
  const changed = [...objects.values()].filter((object) => shown.get(object.id) !== object);
  if (removed.length === 0 && changed.length === 0) return null;
  const outlines = changed.map(outlineOf);
  const points = new Float32Array(outlines.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  const upserts = changed.map((object, index) => {
    const outline = outlines[index] as number[];
    points.set(outline, start);
    const item = itemOf(object, colorOf(object.labelId), start, outline.length);
    start += outline.length;
    return item;
  });
  return { upserts, points, removed };
}

function itemOf(object: FrameObject, color: string, start: number, count: number): SceneItem {
  const { id, type, occluded, zOrder } = object;
  return { id, kind: outlineKind(type), color, occluded, zOrder, start, count };
}
