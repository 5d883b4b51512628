import { describe, expect, it } from "vitest";
import { createShape, createTrack } from "../document/creation";
import { withPosition } from "../document/edits";
import type { Label } from "../document/labels";
import { mergeRecords } from "./merge";

const label: Label = { id: 1, name: "car", color: "#fff", type: "any", attributes: [] };
const at = { type: "rectangle", points: [0, 0, 9, 9], frame: 0, zOrder: 0 } as const;
const base = createShape(label, at);

describe("merging what two people did to one object", () => {
  it("takes both changes when they do not touch", () => {
    const merged = mergeRecords(
      base,
      { ...base, points: [5, 5, 9, 9] },
      { ...base, occluded: true },
    );
    expect(merged.outcome).toBe("merged");
    expect(merged.record).toMatchObject({ points: [5, 5, 9, 9], occluded: true });
  });

  it("keeps both versions when they moved it to different places", () => {
    const ours = { ...base, points: [5, 5, 9, 9] };
    const theirs = { ...base, points: [1, 1, 9, 9] };
    const merged = mergeRecords(base, ours, theirs);
    expect(merged.outcome).toBe("copied");
    expect(merged.record).toEqual(theirs);
    expect(merged.copy).toEqual({ ...ours, id: merged.copy?.id });
    expect(merged.copy?.id).not.toBe(base.id);
  });

  it("keeps a change over a deletion, whoever made it", () => {
    const changed = { ...base, labelId: 2 };
    expect(mergeRecords(base, changed, null)).toMatchObject({
      record: changed,
      outcome: "restored",
    });
    expect(mergeRecords(base, null, changed)).toMatchObject({
      record: changed,
      outcome: "undeleted",
    });
    expect(mergeRecords(base, null, null).record).toBeNull();
    expect(mergeRecords(base, base, null).record).toBeNull();
  });

  it("joins keyframes that were set on different frames", () => {
    const track = createTrack(label, at);
    const merged = mergeRecords(
      track,
      withPosition(track, 10, { points: [1, 1, 9, 9] }),
      withPosition(track, 20, { points: [2, 2, 9, 9] }),
    );
    expect(merged.outcome).toBe("merged");
    const frames = (merged.record as typeof track).keyframes.map(({ frame }) => frame);
    expect(frames).toEqual([0, 10, 20]);
  });
});
