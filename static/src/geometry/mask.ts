import type { FlatPoints, Point } from "./point";

/** Pixels of a mask within its box, row by row; 1 where the mask covers. Box in image pixels. */
export interface Bitmap {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/**
 * Decodes a mask as CVAT stores it: lengths of runs, uncovered and covered in turn, row by row
 * within the box, then the box itself as left, top, right, bottom, all four inclusive.
 */
export function decodeMask(points: FlatPoints): Bitmap {
  const [left = 0, top = 0, right = -1, bottom = -1] = points.slice(-4);
  const [width, height] = [Math.max(0, right - left + 1), Math.max(0, bottom - top + 1)];
  const pixels = new Uint8Array(width * height);
  let at = 0;
  for (let index = 0; index < points.length - 4; index += 1) {
    const end = at + (points[index] as number);
    if (index % 2 === 1) pixels.fill(1, at, end);
    at = end;
  }
  return { left, top, width, height, pixels };
}

export function maskCovers(points: FlatPoints, { x, y }: Point): boolean {
  const [left = 0, top = 0, right = -1, bottom = -1] = points.slice(-4);
  const [column, row] = [Math.floor(x) - left, Math.floor(y) - top];
  const width = right - left + 1;
  if (column < 0 || row < 0 || column >= width || row > bottom - top) return false;
  let before = row * width + column;
  for (let index = 0; index < points.length - 4; index += 1) {
    before -= points[index] as number;
    if (before < 0) return index % 2 === 1;
  }
  return false;
}

const traced = new WeakMap<FlatPoints, readonly FlatPoints[]>();

/**
 * The border of a mask along the edges of its pixels, as closed paths in image pixels that are
 * filled by the even–odd rule. The same array always gives the same paths.
 */
export function maskContours(points: FlatPoints): readonly FlatPoints[] {
  const known = traced.get(points);
  if (known) return known;
  const contours = traceContours(decodeMask(points));
  traced.set(points, contours);
  return contours;
}

function traceContours({ left, top, width, height, pixels }: Bitmap): FlatPoints[] {
  const stride = width + 1;
  const edges = borderEdges(pixels, width, height);
  const contours: FlatPoints[] = [];
  for (const [start, ends] of edges) {
    while (ends.length > 0) {
      const corners = followBorder(edges, start);
      contours.push(corners.flatMap((at) => [left + (at % stride), top + Math.floor(at / stride)]));
    }
  }
  return contours;
}

/** Sides between covered and uncovered pixels, from each lattice point to where they lead. */
function borderEdges(pixels: Uint8Array, width: number, height: number): Map<number, number[]> {
  const stride = width + 1;
  const edges = new Map<number, number[]>();
  const add = (from: number, to: number) => {
    const known = edges.get(from);
    if (known) known.push(to);
    else edges.set(from, [to]);
  };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      if (!pixels[at]) continue;
      const corner = y * stride + x;
      if (y === 0 || !pixels[at - width]) add(corner, corner + 1);
      if (x === width - 1 || !pixels[at + 1]) add(corner + 1, corner + 1 + stride);
      if (y === height - 1 || !pixels[at + width]) add(corner + 1 + stride, corner + stride);
      if (x === 0 || !pixels[at - 1]) add(corner + stride, corner);
    }
  }
  return edges;
}

/** Uses up the edges of one closed path; returns the lattice points where it turns. */
function followBorder(edges: Map<number, number[]>, start: number): number[] {
  const corners: number[] = [];
  let [at, heading] = [start, 0];
  do {
    const next = edges.get(at)?.pop() as number;
    if (next - at !== heading) corners.push(at);
    heading = next - at;
    at = next;
  } while (at !== start);
  return corners;
}
