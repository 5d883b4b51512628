import type { FlatPoints, Point } from "./point";

/** Even–odd rule, so that self-crossing outlines behave as they are filled. */
export function isInsidePolygon(points: FlatPoints, { x, y }: Point): boolean {
  let inside = false;
  const count = points.length >> 1;
  for (let index = 0, previous = count - 1; index < count; previous = index, index += 1) {
    const xi = points[index * 2] as number;
    const yi = points[index * 2 + 1] as number;
    const xj = points[previous * 2] as number;
    const yj = points[previous * 2 + 1] as number;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Area by the shoelace formula; positive when the vertices run clockwise on screen. */
export function signedArea(points: FlatPoints): number {
  let twice = 0;
  const count = points.length >> 1;
  for (let index = 0; index < count; index += 1) {
    const next = (index + 1) % count;
    twice +=
      (points[index * 2] as number) * (points[next * 2 + 1] as number) -
      (points[next * 2] as number) * (points[index * 2 + 1] as number);
  }
  return twice / 2;
}
