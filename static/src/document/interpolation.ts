import { interpolateDegrees } from "../geometry/angle";
import { interpolateCurve } from "../geometry/curve";
import type { FlatPoints } from "../geometry/point";
import type { Keyframe, ShapeType, TrackRecord } from "./records";

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
 * occlusion, order and attributes hold from the last one; an outside keyframe holds still.
 */
export function keyframeAt(track: TrackRecord, frame: number): Keyframe | null {
  const index = keyframeIndexAt(track.keyframes, frame);
  const left = track.keyframes[index];
  if (!left) return null;
  const right = track.keyframes[index + 1];
  if (left.frame === frame || !right || left.outside) return { ...left, frame };
  const part = (frame - left.frame) / (right.frame - left.frame);
  return {
    ...left,
    frame,
    points: interpolatePoints(track.type, left.points, right.points, part),
    rotation: interpolateDegrees(left.rotation, right.rotation, part),
  };
}

function interpolatePoints(
  type: ShapeType,
  from: FlatPoints,
  to: FlatPoints,
  part: number,
): FlatPoints {
  switch (type) {
    case "polygon":
      return interpolateCurve(from, to, part, true);
    case "polyline":
      return interpolateCurve(from, to, part, false);
    case "mask":
      return from;
    case "points":
      return from.length === 2 && to.length === 2 ? linear(from, to, part) : from;
    default:
      return linear(from, to, part);
  }
}

function linear(from: FlatPoints, to: FlatPoints, part: number): FlatPoints {
  if (from.length !== to.length) return from;
  return from.map((value, index) => value + ((to[index] as number) - value) * part);
}
