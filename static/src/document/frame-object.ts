import type { FlatPoints } from "../geometry/point";
import type { AnnotationDocument } from "./document";
import { keyframeAt, keyframeIndexAt } from "./interpolation";
import type {
  AnnotationRecord,
  Attributes,
  ObjectKind,
  Position,
  RecordId,
  ShapeRecord,
  ShapeType,
  TrackRecord,
} from "./records";
import { skeletonPoints } from "./skeleton";

/** An object as it stands on one frame. */
export interface FrameObject extends Position {
  readonly id: RecordId;
  readonly kind: ObjectKind;
  readonly type: ShapeType | "tag";
  readonly labelId: number;
  readonly attributes: Attributes;
  /** A track's keyframe lies on this very frame. */
  readonly keyframe: boolean;
  readonly record: AnnotationRecord;
  /** Points of a skeleton's elements; empty for everything else, whose place is its `points`. */
  readonly parts: FlatPoints;
}

const NOWHERE: Position = { points: [], rotation: 0, occluded: false, outside: false, zOrder: 0 };

const stillViews = new WeakMap<AnnotationRecord, FrameObject>();
const trackViews = new WeakMap<TrackRecord, FrameObject & { readonly at: number }>();

/** Null when a track does not exist on the frame. Equal calls return the same object. */
export function viewOnFrame(record: AnnotationRecord, frame: number): FrameObject | null {
  if (record.kind === "track") return trackView(record, frame);
  if (record.frame !== frame) return null;
  const known = stillViews.get(record);
  if (known) return known;
  const view: FrameObject =
    record.kind === "tag"
      ? {
          ...NOWHERE,
          ...identity(record, "tag"),
          attributes: record.attributes,
          keyframe: false,
          parts: [],
        }
      : {
          ...position(record),
          ...identity(record, record.type),
          attributes: record.attributes,
          keyframe: false,
          parts: partsOf(record, frame),
        };
  stillViews.set(record, view);
  return view;
}

/** Everything on a frame: tags and shapes first, then tracks; each in order of creation. */
export function objectsOnFrame(document: AnnotationDocument, frame: number): FrameObject[] {
  const objects: FrameObject[] = [];
  for (const record of document.ownedBy(frame)) {
    const view = viewOnFrame(record, frame);
    if (view) objects.push(view);
  }
  for (const record of document.allTracks()) {
    const view = viewOnFrame(record, frame);
    if (view) objects.push(view);
  }
  return objects;
}

function trackView(record: TrackRecord, frame: number): FrameObject | null {
  const known = trackViews.get(record);
  if (known?.at === frame) return known;
  const keyframe = keyframeAt(record, frame);
  if (!keyframe) return null;
  const index = keyframeIndexAt(record.keyframes, frame);
  const view = {
    ...position(keyframe),
    ...identity(record, record.type),
    attributes: { ...record.attributes, ...keyframe.attributes },
    keyframe: record.keyframes[index]?.frame === frame,
    at: frame,
    parts: partsOf(record, frame),
  };
  trackViews.set(record, view);
  return view;
}

function partsOf(record: ShapeRecord | TrackRecord, frame: number): FlatPoints {
  return record.type === "skeleton" ? skeletonPoints(record, frame) : [];
}

function identity(record: AnnotationRecord, type: ShapeType | "tag") {
  return { id: record.id, kind: record.kind, type, labelId: record.labelId, record };
}

function position(of: Position): Position {
  const { points, rotation, occluded, outside, zOrder } = of;
  return { points, rotation, occluded, outside, zOrder };
}
