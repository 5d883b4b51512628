/** The same direction in [0, 360), the range that CVAT stores rotations in. */
export function normaliseDegrees(degrees: number): number {
  const turned = degrees % 360;
  const positive = turned < 0 ? turned + 360 : turned;
  return positive >= 360 ? 0 : positive;
}

/**
 * From one rotation to another by the shorter way round; `part` runs from 0 to 1. Half a turn goes
 * clockwise, as in CVAT. `chalicelib/annotations/interpolation/angles.py` has the same, by the same
 * operations in the same order.
 */
export function interpolateDegrees(from: number, to: number, part: number): number {
  return normaliseDegrees(from + shorterArc(from, to, 360) * part);
}

/** The same for an angle in radians, which comes out above -π and at most π. */
export function interpolateRadians(from: number, to: number, part: number): number {
  const turn = 2 * Math.PI;
  return shorterArc(0, from + shorterArc(from, to, turn) * part, turn);
}

/** How far it is, more than minus half a turn and at most half a turn. */
function shorterArc(from: number, to: number, turn: number): number {
  const arc = (to - from) % turn;
  if (arc > turn / 2) return arc - turn;
  return arc <= -turn / 2 ? arc + turn : arc;
}
