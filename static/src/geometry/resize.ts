import { boxOf, centreOf } from "./box";
import type { FlatPoints, Point } from "./point";
import { rotateAbout } from "./point";

/** Which sides of a rectangle a handle moves: -1 left or top, 1 right or bottom, 0 neither. */
export interface Handle {
  readonly horizontal: -1 | 0 | 1;
  readonly vertical: -1 | 0 | 1;
}

export const HANDLES: readonly Handle[] = [
  { horizontal: -1, vertical: -1 },
  { horizontal: 0, vertical: -1 },
  { horizontal: 1, vertical: -1 },
  { horizontal: 1, vertical: 0 },
  { horizontal: 1, vertical: 1 },
  { horizontal: 0, vertical: 1 },
  { horizontal: -1, vertical: 1 },
  { horizontal: -1, vertical: 0 },
];

/** Where a handle of a rotated rectangle lies, in image pixels. */
export function handlePosition(points: FlatPoints, rotation: number, handle: Handle): Point {
  const box = boxOf(points);
  const centre = centreOf(box);
  const x = centre.x + (handle.horizontal * (box.right - box.left)) / 2;
  const y = centre.y + (handle.vertical * (box.bottom - box.top)) / 2;
  return rotateAbout({ x, y }, centre, rotation);
}

/**
 * Drags a handle of a rectangle to `to`; the opposite side stays where it is on screen, whatever
 * the rotation. Dragging across the opposite side turns the rectangle over.
 */
export function resizeRectangle(
  points: FlatPoints,
  rotation: number,
  handle: Handle,
  to: Point,
): number[] {
  const box = boxOf(points);
  const centre = centreOf(box);
  const local = rotateAbout(to, centre, -rotation);
  const sides = {
    left: handle.horizontal === -1 ? local.x : box.left,
    right: handle.horizontal === 1 ? local.x : box.right,
    top: handle.vertical === -1 ? local.y : box.top,
    bottom: handle.vertical === 1 ? local.y : box.bottom,
  };
  const middle = { x: (sides.left + sides.right) / 2, y: (sides.top + sides.bottom) / 2 };
  // Rotating about the new centre must keep the fixed side in place, so the centre moves with it.
  const turned = rotateAbout(middle, centre, rotation);
  const width = Math.abs(sides.right - sides.left) / 2;
  const height = Math.abs(sides.bottom - sides.top) / 2;
  return [turned.x - width, turned.y - height, turned.x + width, turned.y + height];
}
