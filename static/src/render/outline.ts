import type { FrameObject } from "../document/frame-object";
import { cuboidFaces } from "../geometry/cuboid";
import { maskContours } from "../geometry/mask";
import type { FlatPoints } from "../geometry/point";
import { outlineOf } from "../tools/hit-test";

/** How contours are drawn; of a body, all faces have lines and the first one is filled. */
export type OutlineKind = "closed" | "open" | "dots" | "body";

/** What is drawn of an object, in image pixels. */
export interface Outline {
  readonly kind: OutlineKind;
  readonly contours: readonly FlatPoints[];
}

export function outlineKind(type: FrameObject["type"]): OutlineKind {
  if (type === "polyline") return "open";
  if (type === "cuboid") return "body";
  return type === "points" || type === "skeleton" ? "dots" : "closed";
}

export function drawnOutline(object: FrameObject): Outline {
  return { kind: outlineKind(object.type), contours: contoursOf(object) };
}

function contoursOf(object: FrameObject): readonly FlatPoints[] {
  if (object.type === "mask") return maskContours(object.points);
  if (object.type === "cuboid") return cuboidFaces(object.points);
  return [outlineOf(object)];
}
