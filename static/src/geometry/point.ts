/** A point in image pixels: origin top left, x right, y down. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Points as CVAT sends them: x0, y0, x1, y1, … in image pixels. */
export type FlatPoints = readonly number[];

export function pointAt(points: FlatPoints, index: number): Point {
  return { x: points[index * 2] ?? 0, y: points[index * 2 + 1] ?? 0 };
}

export function toPoints(flat: FlatPoints): Point[] {
  return Array.from({ length: flat.length >> 1 }, (_, index) => pointAt(flat, index));
}

export function toFlat(points: readonly Point[]): number[] {
  return points.flatMap(({ x, y }) => [x, y]);
}

export function translate(points: FlatPoints, dx: number, dy: number): number[] {
  return points.map((value, index) => value + (index % 2 === 0 ? dx : dy));
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

export function rotateAbout(point: Point, centre: Point, degrees: number): Point {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [dx, dy] = [point.x - centre.x, point.y - centre.y];
  return { x: centre.x + dx * cos - dy * sin, y: centre.y + dx * sin + dy * cos };
}

/** Replaces, inserts or removes one vertex; the flat array given is left alone. */
export function replaceVertex(points: FlatPoints, index: number, to: Point): number[] {
  const next = [...points];
  next.splice(index * 2, 2, to.x, to.y);
  return next;
}

export function insertVertex(points: FlatPoints, index: number, at: Point): number[] {
  const next = [...points];
  next.splice(index * 2, 0, at.x, at.y);
  return next;
}

export function removeVertex(points: FlatPoints, index: number): number[] {
  const next = [...points];
  next.splice(index * 2, 2);
  return next;
}
