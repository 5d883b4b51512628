import { interpolateRadians } from "./angle";
import type { FlatPoints } from "./point";

const CUBOID_NUMBERS = 16;
/** x, y, z of the middle, angles about x, y, z in radians, lengths along them. */
const SPATIAL_NUMBERS = 9;

/**
 * Whether a cuboid is one of a point cloud, whose last numbers mean nothing and are zero. A cuboid
 * of a picture has eight corners there, of which no three fall together.
 */
export function isSpatial(points: FlatPoints): boolean {
  return (
    points.length === CUBOID_NUMBERS &&
    points.slice(SPATIAL_NUMBERS).every((number) => number === 0)
  );
}

/** A cuboid of a point cloud part of the way to another; it turns by the shorter way. */
export function interpolateSpatial(from: FlatPoints, to: FlatPoints, part: number): FlatPoints {
  return from.map((value, index) => {
    const goal = to[index] as number;
    const isAngle = index >= 3 && index < 6;
    return isAngle ? interpolateRadians(value, goal, part) : value + (goal - value) * part;
  });
}
