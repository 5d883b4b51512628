/** The same direction in [0, 360), the range that CVAT stores rotations in. */
export function normaliseDegrees(degrees: number): number {
  const turned = degrees % 360;
  const positive = turned < 0 ? turned + 360 : turned;
  return positive >= 360 ? 0 : positive;
}

/** From one rotation to another by the shorter way round; `part` runs from 0 to 1. */
export function interpolateDegrees(from: number, to: number, part: number): number {
  const arc = normaliseDegrees(to - from + 180) - 180;
  return normaliseDegrees(from + arc * part);
}
