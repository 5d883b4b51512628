import type { FlatPoints } from "../geometry/point";
import { keyframeAt } from "./interpolation";
import type { ShapeRecord, TrackRecord } from "./records";
import type { WireShape, WireTrack } from "./wire";
import { recordFromWire } from "./wire";

const tracks = new WeakMap<object, TrackRecord>();

/** Points of a skeleton's elements on a frame, without those that are outside. */
export function skeletonPoints(record: ShapeRecord | TrackRecord, frame: number): FlatPoints {
  if (record.kind === "shape") {
    const elements = record.elements as unknown as readonly WireShape[];
    return elements.flatMap(({ outside, points }) => (outside ? [] : (points ?? [])));
  }
  return record.elements.flatMap((element) => {
    const at = keyframeAt(trackOf(element), frame);
    return at && !at.outside ? at.points : [];
  });
}

function trackOf(element: object): TrackRecord {
  const known = tracks.get(element);
  if (known) return known;
  const track = recordFromWire("track", element as WireTrack, "") as TrackRecord;
  tracks.set(element, track);
  return track;
}
