import type { FlatPoints, Point } from "./point";
import { distance, pointAt } from "./point";

/** The point of segment ab that is nearest to p. */
export function nearestOnSegment(p: Point, a: Point, b: Point): Point {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const lengthSquared = dx * dx + dy * dy;
  if (lengthSquared === 0) return a;
  const along = ((p.x - a.x) * dx + (p.y - a.y) * dy) / lengthSquared;
  const part = Math.min(1, Math.max(0, along));
  return { x: a.x + dx * part, y: a.y + dy * part };
}

export interface NearestEdge {
  /** Index of the vertex that the edge starts from. */
  readonly edge: number;
  readonly point: Point;
  readonly distance: number;
}

/** The nearest edge of a path; null when it has fewer than two vertices. */
export function nearestEdge(points: FlatPoints, p: Point, closed: boolean): NearestEdge | null {
  const count = points.length >> 1;
  const edges = closed ? count : count - 1;
  let best: NearestEdge | null = null;
  for (let edge = 0; count > 1 && edge < edges; edge += 1) {
    const point = nearestOnSegment(p, pointAt(points, edge), pointAt(points, (edge + 1) % count));
    const away = distance(p, point);
    if (best === null || away < best.distance) best = { edge, point, distance: away };
  }
  return best;
}

/** The vertex nearest to p and its distance; null for an empty path. */
export function nearestVertex(
  points: FlatPoints,
  p: Point,
): { readonly index: number; readonly distance: number } | null {
  let best: { index: number; distance: number } | null = null;
  for (let index = 0; index < points.length >> 1; index += 1) {
    const away = distance(p, pointAt(points, index));
    if (best === null || away < best.distance) best = { index, distance: away };
  }
  return best;
}
