import { interpolateDegrees } from "../geometry/angle";
import { interpolateCurve } from "../geometry/curve";
import type { FlatPoints } from "../geometry/point";
import { interpolateSpatial, isSpatial } from "../geometry/spatial";
import type { Attributes, Keyframe, ShapeType, TrackRecord } from "./records";

type Frames = ReadonlySet<number>;

const NONE: Frames = new Set();
const settled = new WeakMap<TrackRecord, { without: Frames; keyframes: readonly Keyframe[] }>();

/** The last keyframe at or before a frame; -1 when the track has not begun. */
export function keyframeIndexAt(keyframes: readonly Keyframe[], frame: number): number {
  let [low, high] = [0, keyframes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keyframes[middle] as Keyframe).frame <= frame) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Where a track is on a frame: null before its first keyframe. Coordinates move between keyframes;
 * occlusion, order and attributes hold from the last one. After an outside keyframe `outside` is
 * still set, and the place is one on the way to the next keyframe: that is where the object will
 * be found by who shows it again. `chalicelib/annotations/interpolation` has the same; the vectors
 * in `tests/vectors` hold both to it.
 *
 * @param without removed frames, whose keyframes do not count.
 */
export function keyframeAt(
  track: TrackRecord,
  frame: number,
  without: Frames = NONE,
): Keyframe | null {
  const keyframes = keyframesOf(track, without);
  const index = keyframeIndexAt(keyframes, frame);
  const left = keyframes[index];
  if (!left) return null;
  const right = keyframes[index + 1];
  if (left.frame === frame || !right) return { ...left, frame };
  const part = (frame - left.frame) / (right.frame - left.frame);
  return { ...left, frame, ...between(track.type, left, right, part) };
}

/**
 * The keyframes that count, each with all attributes that hold: one that a keyframe does not
 * mention has the value of the one before.
 */
function keyframesOf(track: TrackRecord, without: Frames): readonly Keyframe[] {
  const known = settled.get(track);
  if (known?.without === without) return known.keyframes;
  let held: Attributes = {};
  const keyframes = track.keyframes
    .filter(({ frame }) => !without.has(frame))
    .map((keyframe) => {
      held = { ...held, ...keyframe.attributes };
      return { ...keyframe, attributes: held };
    });
  settled.set(track, { without, keyframes });
  return keyframes;
}

function between(
  type: ShapeType,
  { points: from, rotation }: Keyframe,
  { points: to, rotation: goal }: Keyframe,
  part: number,
): { points: FlatPoints; rotation: number } {
  if (type === "polygon" || type === "polyline") {
    return { points: interpolateCurve(from, to, part, type === "polygon"), rotation };
  }
  const several = type === "points" && (from.length !== 2 || to.length !== 2);
  if (type === "mask" || several || from.length !== to.length) return { points: from, rotation };
  const spatial = type === "cuboid" && isSpatial(from) && isSpatial(to);
  const points = spatial ? interpolateSpatial(from, to, part) : straight(from, to, part);
  return { points, rotation: interpolateDegrees(rotation, goal, part) };
}

function straight(from: FlatPoints, to: FlatPoints, part: number): FlatPoints {
  return from.map((value, index) => value + ((to[index] as number) - value) * part);
}
