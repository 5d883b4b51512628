import { keyframeAt } from "./interpolation";
import type { AttributeSpec, Label } from "./labels";
import { isPerKeyframe, translateAttributes } from "./labels";
import type { AnnotationRecord, Keyframe, Position, TrackRecord } from "./records";

/** A record with its position on one frame changed; on a track this makes a keyframe there. */
export function withPosition(
  record: AnnotationRecord,
  frame: number,
  change: Partial<Position>,
): AnnotationRecord {
  if (record.kind === "tag") return record;
  if (record.kind === "shape") return { ...record, ...change };
  return withKeyframeChange(record, frame, change);
}

function withKeyframeChange(
  track: TrackRecord,
  frame: number,
  change: Partial<Keyframe>,
): TrackRecord {
  const current = keyframeAt(track, frame);
  if (!current) return track;
  return putKeyframe(track, { ...current, ...change, frame });
}

function putKeyframe(track: TrackRecord, keyframe: Keyframe): TrackRecord {
  const others = track.keyframes.filter(({ frame }) => frame !== keyframe.frame);
  const keyframes = [...others, keyframe].sort((a, b) => a.frame - b.frame);
  return { ...track, keyframes, frame: (keyframes[0] as Keyframe).frame };
}

/** Makes the frame a keyframe, or takes its keyframe away; the last one left stays. */
export function withKeyframe(track: TrackRecord, frame: number, on: boolean): TrackRecord {
  if (on) return withKeyframeChange(track, frame, {});
  const keyframes = track.keyframes.filter((keyframe) => keyframe.frame !== frame);
  const first = keyframes[0];
  return first ? { ...track, keyframes, frame: first.frame } : track;
}

/** Ends a track at the frame, or resumes it there. */
export function withOutside(track: TrackRecord, frame: number, outside: boolean): TrackRecord {
  return withKeyframeChange(track, frame, { outside });
}

export function withAttribute(
  record: AnnotationRecord,
  frame: number,
  spec: AttributeSpec,
  value: string,
): AnnotationRecord {
  if (record.kind === "track" && isPerKeyframe("track", spec)) {
    const current = keyframeAt(record, frame);
    if (!current) return record;
    const attributes = { ...current.attributes, [spec.id]: value };
    return withKeyframeChange(record, frame, { attributes });
  }
  return { ...record, attributes: { ...record.attributes, [spec.id]: value } };
}

/** Changes the label; attributes of the same name keep values that the new label accepts. */
export function withLabel(
  record: AnnotationRecord,
  from: Label | null,
  to: Label,
): AnnotationRecord {
  const specs = from?.attributes ?? [];
  const split = (perKeyframe: boolean) => (spec: AttributeSpec) =>
    isPerKeyframe(record.kind, spec) === perKeyframe;
  const once = translateAttributes(record.attributes, specs, to.attributes.filter(split(false)));
  if (record.kind !== "track") return { ...record, labelId: to.id, attributes: once };
  const keyframes = record.keyframes.map((keyframe) => ({
    ...keyframe,
    attributes: translateAttributes(keyframe.attributes, specs, to.attributes.filter(split(true))),
  }));
  return { ...record, labelId: to.id, attributes: once, keyframes };
}

/** The keyframe before or after a frame; null when there is none. */
export function neighbourKeyframe(track: TrackRecord, frame: number, step: 1 | -1): number | null {
  const frames = track.keyframes.map((keyframe) => keyframe.frame);
  const beyond = frames.filter((other) => (other - frame) * step > 0);
  if (beyond.length === 0) return null;
  return step > 0 ? Math.min(...beyond) : Math.max(...beyond);
}
