import RBush from "rbush";
import type { FrameObject } from "../document/frame-object";
import { boxArea, boxOf, rotatedCorners } from "../geometry/box";
import { ellipseOutline } from "../geometry/ellipse";
import { maskCovers } from "../geometry/mask";
import type { FlatPoints, Point } from "../geometry/point";
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
    case "ellipse":
      return ellipseOutline(object.points, object.rotation);
    case "mask":
      return maskBox(object.points);
    case "skeleton":
      return [...object.parts];
    default:
      return [...object.points];
  }
}

/** The sides of a mask's box; its own right and bottom name the last pixels. */
function maskBox(points: FlatPoints): number[] {
  const [left = 0, top = 0, right = 0, bottom = 0] = points.slice(-4);
  return toFlat(rotatedCorners([left, top, right + 1, bottom + 1], 0));
}

function isClosed({ type }: FrameObject): boolean {
  return type !== "polyline" && type !== "points" && type !== "skeleton";
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
  if (object.type === "mask") return maskCovers(object.points, at);
  if (object.type === "points" || object.type === "skeleton") {
    return (nearestVertex(outline, at)?.distance ?? Infinity) <= tolerance * 1.5;
  }
  if (isClosed(object) && isInsidePolygon(outline, at)) return true;
  return (nearestEdge(outline, at, isClosed(object))?.distance ?? Infinity) <= tolerance;
}

function entryOf(object: FrameObject): Entry {
  const { left, top, right, bottom } = boxOf(outlineOf(object));
  return { minX: left, minY: top, maxX: right, maxY: bottom, object };
}
