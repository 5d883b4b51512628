import type { FlatPoints } from "../geometry/point";

/** Identity of an object within this document; stays the same before and after it is saved. */
export type RecordId = string;

export type ObjectKind = "shape" | "tag" | "track";

export type ShapeType =
  | "rectangle"
  | "polygon"
  | "polyline"
  | "points"
  | "ellipse"
  | "cuboid"
  | "mask"
  | "skeleton";

/** Attribute values by the id of their specification. */
export type Attributes = Readonly<Record<number, string>>;

/** Parts of an object that this version stores and returns but does not edit. */
export type Elements = readonly Readonly<Record<string, unknown>>[];

/** Where an object is on one frame. Rotation in degrees clockwise, 0 ≤ rotation < 360. */
export interface Position {
  readonly points: FlatPoints;
  readonly rotation: number;
  readonly occluded: boolean;
  readonly outside: boolean;
  readonly zOrder: number;
}

export interface Keyframe extends Position {
  readonly frame: number;
  readonly attributes: Attributes;
}

interface RecordBase {
  readonly id: RecordId;
  readonly labelId: number;
  /** Relative to the task. For a track, its first frame. */
  readonly frame: number;
  readonly group: number;
  readonly source: string;
  readonly attributes: Attributes;
}

export interface TagRecord extends RecordBase {
  readonly kind: "tag";
}

export interface ShapeRecord extends RecordBase, Position {
  readonly kind: "shape";
  readonly type: ShapeType;
  readonly elements: Elements;
  /** Confidence of whoever made the shape, 0 to 1; a person is certain. */
  readonly score: number;
}

export interface TrackRecord extends RecordBase {
  readonly kind: "track";
  readonly type: ShapeType;
  /** Sorted by frame, one per frame, never empty. */
  readonly keyframes: readonly Keyframe[];
  readonly elements: Elements;
}

export type AnnotationRecord = TagRecord | ShapeRecord | TrackRecord;

/**
 * Random enough to be unique across tabs and machines without asking the server. Not
 * `crypto.randomUUID`, which pages served over plain HTTP do not have.
 */
export function newRecordId(): RecordId {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `new-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
