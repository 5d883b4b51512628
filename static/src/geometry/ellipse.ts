import type { FlatPoints } from "./point";
import { rotateAbout, toFlat } from "./point";

const SIDES = 64;

/** A closed path along an ellipse given as CVAT stores it: centre x, y, rightmost x, topmost y. */
export function ellipseOutline(points: FlatPoints, degrees: number): number[] {
  const [x = 0, y = 0, right = x, top = y] = points;
  const centre = { x, y };
  const outline = Array.from({ length: SIDES }, (_, side) => {
    const angle = (2 * Math.PI * side) / SIDES;
    const at = { x: x + Math.cos(angle) * (right - x), y: y + Math.sin(angle) * (y - top) };
    return rotateAbout(at, centre, degrees);
  });
  return toFlat(outline);
}
