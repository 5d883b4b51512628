import type { FrameObject } from "../document/frame-object";
import type { FlatPoints, Point } from "../geometry/point";
import { distance } from "../geometry/point";
import type { Handle } from "../geometry/resize";
import { HANDLES, handlePosition } from "../geometry/resize";
import { nearestEdge, nearestVertex } from "../geometry/segment";

/** What the pointer can grab of the selected object. */
export type Grip =
  | { readonly name: "handle"; readonly handle: Handle; readonly cursor: string }
  | { readonly name: "rotation"; readonly cursor: string }
  | { readonly name: "vertex"; readonly index: number; readonly cursor: string }
  | {
      readonly name: "edge";
      readonly index: number;
      readonly point: Point;
      readonly cursor: string;
    };

/** CSS pixels around a grip that count as on it. */
const REACH = 8;
const EDGE_REACH = 5;
/** CSS pixels from the top side of a rectangle to its rotation grip. */
export const ROTATION_ARM = 24;

const CURSORS = ["ns-resize", "nesw-resize", "ew-resize", "nwse-resize"] as const;

export function isPath(type: FrameObject["type"]): boolean {
  return type === "polygon" || type === "polyline" || type === "points";
}

/** Whether this version can move it; the others are shown as they are. */
export function isMovable(type: FrameObject["type"]): boolean {
  return type !== "mask" && type !== "skeleton";
}

export function leastVertices(type: FrameObject["type"]): number {
  return type === "polygon" ? 3 : type === "polyline" ? 2 : 1;
}

/** Where the rotation grip of a rectangle lies, in image pixels. */
export function rotationGrip(points: FlatPoints, rotation: number, scale: number): Point {
  const middle = handlePosition(points, rotation, { horizontal: 0, vertical: -1 });
  const angle = (rotation * Math.PI) / 180;
  const arm = ROTATION_ARM / scale;
  return { x: middle.x + Math.sin(angle) * arm, y: middle.y - Math.cos(angle) * arm };
}

/** The grip under a point of the image at a zoom; null when there is none. */
export function gripAt(object: FrameObject, at: Point, scale: number): Grip | null {
  if (object.type === "rectangle") return rectangleGrip(object, at, scale);
  return isPath(object.type) ? pathGrip(object, at, scale) : null;
}

function rectangleGrip({ points, rotation }: FrameObject, at: Point, scale: number): Grip | null {
  const reach = REACH / scale;
  if (distance(rotationGrip(points, rotation, scale), at) <= reach) {
    return { name: "rotation", cursor: "grab" };
  }
  let nearest: { readonly handle: Handle; readonly away: number } | null = null;
  for (const handle of HANDLES) {
    const away = distance(handlePosition(points, rotation, handle), at);
    if (away <= reach && (nearest === null || away < nearest.away)) nearest = { handle, away };
  }
  if (!nearest) return null;
  const { handle } = nearest;
  return { name: "handle", handle, cursor: resizeCursor(handle, rotation) };
}

function pathGrip(object: FrameObject, at: Point, scale: number): Grip | null {
  const vertex = nearestVertex(object.points, at);
  if (vertex && vertex.distance <= REACH / scale) {
    return { name: "vertex", index: vertex.index, cursor: "crosshair" };
  }
  if (object.type === "points") return null;
  const edge = nearestEdge(object.points, at, object.type === "polygon");
  if (!edge || edge.distance > EDGE_REACH / scale) return null;
  return { name: "edge", index: edge.edge, point: edge.point, cursor: "copy" };
}

function resizeCursor({ horizontal, vertical }: Handle, rotation: number): string {
  const angle = (Math.atan2(horizontal, -vertical) * 180) / Math.PI + rotation;
  const eighth = Math.round(angle / 45);
  return CURSORS[((eighth % 4) + 4) % 4] as string;
}
