import RBush from "rbush";
import type { FrameObject } from "../document/frame-object";
import { boxArea, boxOf, rotatedCorners } from "../geometry/box";
import type { Point } from "../geometry/point";
import { toFlat } from "../geometry/point";
import { isInsidePolygon } from "../geometry/polygon";
import { nearestEdge, nearestVertex } from "../geometry/segment";

interface Entry {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
  readonly object: FrameObject;
}

/** The outline that an object shows, as a flat path in image pixels. */
export function outlineOf(object: FrameObject): number[] {
  switch (object.type) {
    case "rectangle":
      return toFlat(rotatedCorners(object.points, object.rotation));
    case "ellipse": {
      const [cx = 0, cy = 0, right = 0, top = 0] = object.points;
      const box = [cx - (right - cx), top, right, cy + (cy - top)];
      return toFlat(rotatedCorners(box, object.rotation));
    }
    case "mask":
      return toFlat(rotatedCorners(object.points.slice(-4), 0));
    default:
      return [...object.points];
  }
}

function isClosed(object: FrameObject): boolean {
  return object.type !== "polyline" && object.type !== "points";
}

/** Finds objects under the pointer among the visible objects of one frame. */
export class HitIndex {
  private readonly tree = new RBush<Entry>();

  constructor(objects: readonly FrameObject[]) {
    this.tree.load(objects.filter((object) => object.type !== "tag").map(entryOf));
  }

  /**
   * The object that a click at `at` means: outlines and points within `tolerance` (image pixels)
   * or filled shapes around it; the topmost, and of equals the smallest.
   */
  find(at: Point, tolerance: number): FrameObject | null {
    const candidates = this.tree.search({
      minX: at.x - tolerance,
      minY: at.y - tolerance,
      maxX: at.x + tolerance,
      maxY: at.y + tolerance,
    });
    let best: { readonly object: FrameObject; readonly area: number } | null = null;
    for (const { object } of candidates) {
      const outline = outlineOf(object);
      if (!isHit(object, outline, at, tolerance)) continue;
      const area = isClosed(object) ? boxArea(boxOf(outline)) : 0;
      if (best === null || isAbove(object, area, best.object, best.area)) best = { object, area };
    }
    return best?.object ?? null;
  }
}

function isAbove(a: FrameObject, areaOfA: number, b: FrameObject, areaOfB: number): boolean {
  return a.zOrder === b.zOrder ? areaOfA <= areaOfB : a.zOrder > b.zOrder;
}

function isHit(object: FrameObject, outline: number[], at: Point, tolerance: number): boolean {
  if (object.type === "points") {
    return (nearestVertex(outline, at)?.distance ?? Infinity) <= tolerance * 1.5;
  }
  if (isClosed(object) && isInsidePolygon(outline, at)) return true;
  return (nearestEdge(outline, at, isClosed(object))?.distance ?? Infinity) <= tolerance;
}

function entryOf(object: FrameObject): Entry {
  const { left, top, right, bottom } = boxOf(outlineOf(object));
  return { minX: left, minY: top, maxX: right, maxY: bottom, object };
}
