import type { Keyframe } from "./records";

/** Keyframes by names for their frames, so that they can be compared and joined field by field. */
export function keyframesByFrame(keyframes: readonly Keyframe[]): Record<string, Keyframe> {
  return Object.fromEntries(keyframes.map((keyframe) => [`at ${keyframe.frame}`, keyframe]));
}

export function keyframesInOrder(byFrame: Readonly<Record<string, unknown>>): Keyframe[] {
  return (Object.values(byFrame) as Keyframe[]).sort((a, b) => a.frame - b.frame);
}
