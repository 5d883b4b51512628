import type { FlatPoints } from "../geometry/point";
import type { Label } from "./labels";
import { defaultAttributes, isPerKeyframe } from "./labels";
import type { ShapeRecord, ShapeType, TagRecord, TrackRecord } from "./records";
import { newRecordId } from "./records";

const NEW = { group: 0, source: "manual" } as const;

export interface Placement {
  readonly type: ShapeType;
  readonly points: FlatPoints;
  readonly frame: number;
  readonly zOrder: number;
}

export function createShape(label: Label, { type, points, frame, zOrder }: Placement): ShapeRecord {
  return {
    ...NEW,
    kind: "shape",
    id: newRecordId(),
    labelId: label.id,
    frame,
    type,
    points,
    rotation: 0,
    occluded: false,
    outside: false,
    zOrder,
    attributes: defaultAttributes(label.attributes),
    elements: [],
    score: 1,
  };
}

export function createTrack(label: Label, { type, points, frame, zOrder }: Placement): TrackRecord {
  const specs = (perKeyframe: boolean) =>
    label.attributes.filter((spec) => isPerKeyframe("track", spec) === perKeyframe);
  const attributes = defaultAttributes(specs(true));
  return {
    ...NEW,
    kind: "track",
    id: newRecordId(),
    labelId: label.id,
    frame,
    type,
    keyframes: [
      { frame, points, rotation: 0, occluded: false, outside: false, zOrder, attributes },
    ],
    attributes: defaultAttributes(specs(false)),
    elements: [],
  };
}

export function createTag(label: Label, frame: number): TagRecord {
  return {
    ...NEW,
    kind: "tag",
    id: newRecordId(),
    labelId: label.id,
    frame,
    attributes: defaultAttributes(label.attributes),
  };
}
