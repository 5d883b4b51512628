import type { FlatPoints, Point } from "./point";
import { rotateAbout } from "./point";

/** An axis-aligned box in image pixels; left ≤ right and top ≤ bottom. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function boxOf(points: FlatPoints): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let index = 0; index + 1 < points.length; index += 2) {
    const x = points[index] as number;
    const y = points[index + 1] as number;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { left, top, right, bottom };
}

export function centreOf(box: Box): Point {
  return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
}

export function boxArea(box: Box): number {
  return Math.max(0, box.right - box.left) * Math.max(0, box.bottom - box.top);
}

/** The rectangle between two opposite corners, as CVAT stores it: left, top, right, bottom. */
export function rectangleBetween(a: Point, b: Point): number[] {
  return [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.max(a.x, b.x), Math.max(a.y, b.y)];
}

/** Corners of a rectangle rotated about its centre: top left, top right, bottom right, bottom left. */
export function rotatedCorners(points: FlatPoints, degrees: number): [Point, Point, Point, Point] {
  const box = boxOf(points);
  const centre = centreOf(box);
  const turn = (x: number, y: number) => rotateAbout({ x, y }, centre, degrees);
  return [
    turn(box.left, box.top),
    turn(box.right, box.top),
    turn(box.right, box.bottom),
    turn(box.left, box.bottom),
  ];
}

export function clampPoint(point: Point, width: number, height: number): Point {
  return {
    x: Math.min(Math.max(point.x, 0), width),
    y: Math.min(Math.max(point.y, 0), height),
  };
}

/** How far a box may move by (dx, dy) and stay within the image; never pushes it further out. */
export function clampMove(box: Box, dx: number, dy: number, width: number, height: number): Point {
  const limit = (delta: number, low: number, high: number, size: number) =>
    delta < 0 ? Math.max(delta, Math.min(0, -low)) : Math.min(delta, Math.max(0, size - high));
  return {
    x: limit(dx, box.left, box.right, width),
    y: limit(dy, box.top, box.bottom, height),
  };
}
