import type { FrameObject } from "../document/frame-object";
import type { RecordId } from "../document/records";
import type { FlatPoints } from "../geometry/point";
import type { OutlineKind } from "./outline";
import { drawnOutline, outlineKind } from "./outline";

/** One object as the static layer draws it; its points are a slice of the packed coordinates. */
export interface SceneItem {
  readonly id: RecordId;
  readonly kind: OutlineKind;
  readonly color: string;
  readonly dashed: boolean;
  readonly broad: boolean;
  readonly zOrder: number;
  /** Where its coordinates start, and how many each of its contours has. */
  readonly start: number;
  readonly counts: readonly number[];
}

/** How an object is drawn apart from where it is. */
export interface Look {
  readonly color: string;
  readonly dashed: boolean;
  /** Stands out from objects whose outlines are as thin as the screen can show. */
  readonly broad: boolean;
}

/** Objects that appeared or changed, packed so that sending them costs one buffer. */
export interface ScenePatch {
  readonly upserts: readonly SceneItem[];
  readonly points: Float32Array<ArrayBuffer>;
  readonly removed: readonly RecordId[];
}

/**
 * What turns the scene of `shown` into that of `objects`; unchanged objects are the same values.
 * `all` sends those, too, because they look different now.
 */
export function scenePatch(
  shown: ReadonlyMap<RecordId, FrameObject>,
  objects: ReadonlyMap<RecordId, FrameObject>,
  lookOf: (object: FrameObject) => Look,
  all: boolean,
): ScenePatch | null {
  const removed = [...shown.keys()].filter((id) => !objects.has(id));
  const changed = [...objects.values()].filter((object) => all || shown.get(object.id) !== object);
  if (removed.length === 0 && changed.length === 0) return null;
  const outlines = changed.map((object) => drawnOutline(object).contours);
  const total = outlines.flat().reduce((sum, { length }) => sum + length, 0);
  const points = new Float32Array(total);
  let start = 0;
  const upserts = changed.map((object, index) => {
    const contours = outlines[index] as (typeof outlines)[number];
    const item = itemOf(object, lookOf(object), start, contours);
    for (const contour of contours) {
      points.set(contour, start);
      start += contour.length;
    }
    return item;
  });
  return { upserts, points, removed };
}

function itemOf(
  object: FrameObject,
  { color, dashed, broad }: Look,
  start: number,
  contours: readonly FlatPoints[],
): SceneItem {
  const { id, type, zOrder } = object;
  const counts = contours.map(({ length }) => length);
  return { id, kind: outlineKind(type), color, dashed, broad, zOrder, start, counts };
}
