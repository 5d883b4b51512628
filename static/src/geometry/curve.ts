import type { FlatPoints, Point } from "./point";
import { toFlat, toPoints } from "./point";

/**
 * A path part of the way between two others, which may have different numbers of vertices. Both
 * are taken to start at the same place and run the same way, as CVAT takes them: vertices are
 * matched by how far along the path they lie, every match is interpolated, and vertices that
 * fall together are reduced again. `chalicelib/annotations/interpolation/curves.py` has the same:
 * which vertices match is a comparison of sums of rounded numbers, so both compute them by the
 * same operations in the same order.
 */
export function interpolateCurve(
  from: FlatPoints,
  to: FlatPoints,
  part: number,
  closed: boolean,
): FlatPoints {
  const [left, right] = [toPoints(from), toPoints(to)];
  if (left.length === 0 || right.length === 0) return from;
  if (closed) {
    left.push(left[0] as Point);
    right.push(right[0] as Point);
  }
  const matches = matchVertices(left, right);
  const between = matches.map((partners, index) =>
    partners.map((partner) => blend(left[index] as Point, right[partner] as Point, part)),
  );
  const reduced = reduceMatches(left, right, matches, between);
  if (closed && reduced.length > 1) reduced.pop();
  return toFlat(reduced);
}

function blend(a: Point, b: Point, part: number): Point {
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
}

/** Not `Math.hypot`, which rounds otherwise. */
function distance(a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  return Math.sqrt(dx * dx + dy * dy);
}

function pathLength(points: readonly Point[]): number {
  let total = 0;
  for (let index = 1; index < points.length; index += 1) {
    total += distance(points[index - 1] as Point, points[index] as Point);
  }
  return total;
}

/** How far along the path each vertex lies, from 0 to 1. */
function offsetsOf(points: readonly Point[]): number[] {
  const total = pathLength(points) || 1;
  let run = 0;
  return points.map((point, index) => {
    if (index > 0) run += distance(points[index - 1] as Point, point);
    return run / total;
  });
}

/** The first index whose offset is at least the value; offsets ascend. */
function lowerBound(offsets: readonly number[], value: number): number {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first of those nearest. */
function nearestIndex(value: number, offsets: readonly number[]): number {
  const after = lowerBound(offsets, value);
  if (after === 0) return 0;
  const before = lowerBound(offsets, offsets[after - 1] as number);
  if (after === offsets.length) return before;
  const [left, right] = [offsets[before] as number, offsets[after] as number];
  return right - value < value - left ? after : before;
}

/** For each left vertex the right vertices that it becomes, so that none is left without one. */
function matchVertices(left: readonly Point[], right: readonly Point[]): number[][] {
  const [leftOffsets, rightOffsets] = [offsetsOf(left), offsetsOf(right)];
  const matches = leftOffsets.map((offset) => [nearestIndex(offset, rightOffsets)]);
  const taken = new Set(matches.flat());
  rightOffsets.forEach((offset, index) => {
    if (!taken.has(index)) matches[nearestIndex(offset, leftOffsets)]?.push(index);
  });
  for (const partners of matches) partners.sort((a, b) => a - b);
  return matches;
}

/**
 * Runs of left vertices that share one right vertex, and runs of right vertices that share one
 * left vertex, keep only vertices that lie apart by half the mean spacing of their origin.
 */
function reduceMatches(
  left: readonly Point[],
  right: readonly Point[],
  matches: readonly number[][],
  between: readonly Point[][],
): Point[] {
  const reduced: Point[] = [];
  let start = 0;
  while (start < left.length) {
    const partners = matches[start] as number[];
    if (partners.length > 1) {
      const origin = right.slice(partners[0], (partners.at(-1) as number) + 1);
      reduced.push(...thin(between[start] as Point[], origin));
      start += 1;
      continue;
    }
    let stop = start;
    while (stop + 1 < left.length && isSame(matches[stop + 1] as number[], partners)) stop += 1;
    const run = between.slice(start, stop + 1).flat();
    reduced.push(...(run.length === 1 ? run : thin(run, left.slice(start, stop + 1))));
    start = stop + 1;
  }
  return reduced;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === 1 && a[0] === b[0];
}

function thin(points: readonly Point[], origin: readonly Point[]): Point[] {
  const threshold = pathLength(origin) / (2 * origin.length);
  const [first, last] = [points[0] as Point, points.at(-1) as Point];
  const kept = [first];
  for (const point of points.slice(1, -1)) {
    if (distance(kept.at(-1) as Point, point) >= threshold) kept.push(point);
  }
  kept.push(last);
  return kept.length === 2 && distance(first, last) < threshold ? [blend(first, last, 0.5)] : kept;
}
