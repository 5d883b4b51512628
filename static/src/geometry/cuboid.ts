import type { FlatPoints } from "./point";

/** Corners of each face by their index: upright edges are 0–1, 2–3, 4–5 and 6–7, going round. */
const FACES = [
  [0, 2, 3, 1],
  [2, 4, 5, 3],
  [4, 6, 7, 5],
  [6, 0, 1, 7],
] as const;

/** The faces of a cuboid of eight corners, as CVAT stores it; the front one first. */
export function cuboidFaces(points: FlatPoints): FlatPoints[] {
  return FACES.map((corners) =>
    corners.flatMap((corner) => [points[corner * 2] ?? 0, points[corner * 2 + 1] ?? 0]),
  );
}
