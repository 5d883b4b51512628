import type { FlatPoints } from "../geometry/point";
import { keyframeAt } from "./interpolation";
import type { Attributes, Position, ShapeRecord, ShapeType, TrackRecord } from "./records";
import type { WireShape, WireTrack } from "./wire";
import { recordFromWire } from "./wire";

/** An element of a skeleton as it stands on one frame. */
export interface FrameElement extends Position {
  readonly type: ShapeType;
  readonly labelId: number;
  readonly attributes: Attributes;
}

type Element = Readonly<Record<string, unknown>>;

const shapes = new WeakMap<Element, ShapeRecord>();
const tracks = new WeakMap<Element, TrackRecord>();

/**
 * The elements of a skeleton on a frame, in its order. Elements of a track are tracks of their own:
 * each has its keyframes and moves between them by itself; one that has not begun is left out.
 *
 * @param without removed frames, whose keyframes do not count.
 */
export function skeletonElements(
  record: ShapeRecord | TrackRecord,
  frame: number,
  without?: ReadonlySet<number>,
): FrameElement[] {
  if (record.kind === "shape") return record.elements.map((element) => stillElement(element));
  return record.elements.flatMap((element) => {
    const track = trackOf(element);
    const at = keyframeAt(track, frame, without);
    if (!at) return [];
    const { frame: _, ...position } = at;
    const attributes = { ...track.attributes, ...at.attributes };
    return { ...position, type: track.type, labelId: track.labelId, attributes };
  });
}

/** Points of a skeleton's elements on a frame, without those that are outside. */
export function skeletonPoints(
  record: ShapeRecord | TrackRecord,
  frame: number,
  without?: ReadonlySet<number>,
): FlatPoints {
  const elements = skeletonElements(record, frame, without);
  return elements.flatMap(({ outside, points }) => (outside ? [] : points));
}

function stillElement(element: Element): FrameElement {
  const { type, labelId, attributes, points, rotation, occluded, outside, zOrder } =
    shapeOf(element);
  return { type, labelId, attributes, points, rotation, occluded, outside, zOrder };
}

function shapeOf(element: Element): ShapeRecord {
  const known = shapes.get(element);
  if (known) return known;
  const shape = recordFromWire("shape", element as unknown as WireShape, "") as ShapeRecord;
  shapes.set(element, shape);
  return shape;
}

function trackOf(element: Element): TrackRecord {
  const known = tracks.get(element);
  if (known) return known;
  const track = recordFromWire("track", element as unknown as WireTrack, "") as TrackRecord;
  tracks.set(element, track);
  return track;
}
