import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createShape, createTag, createTrack } from "./creation";
import { carryOver, compose, invert } from "./diff";
import { AnnotationDocument } from "./document";
import {
  neighbourKeyframe,
  withAttribute,
  withKeyframe,
  withLabel,
  withOutside,
  withPosition,
} from "./edits";
import { objectsOnFrame, viewOnFrame } from "./frame-object";
import type { AttributeSpec, Label } from "./labels";
import { accepts } from "./labels";
import type { AnnotationRecord, TrackRecord } from "./records";
import { recordFromWire, recordToWire } from "./wire";

const speed: AttributeSpec = {
  id: 7,
  name: "speed",
  input: "number",
  mutable: true,
  defaultValue: "0",
  values: ["0", "100", "5"],
};
const make: AttributeSpec = {
  id: 8,
  name: "make",
  input: "select",
  mutable: false,
  defaultValue: "old",
  values: ["old", "new"],
};
const car: Label = { id: 1, name: "car", color: "#fff", type: "any", attributes: [speed, make] };
const bus: Label = {
  ...car,
  id: 2,
  name: "bus",
  attributes: [{ ...make, id: 9, values: ["new", "rare"], defaultValue: "rare" }],
};
const place = (frame: number, points = [10, 10, 20, 20]) =>
  ({ type: "rectangle", points, frame, zOrder: 0 }) as const;
const stateOf = (document: AnnotationDocument) =>
  Object.fromEntries([...document.all()].map((record) => [record.id, record]));

describe("diffs", () => {
  /** Random edits: create, change or delete one of a few objects. */
  const edits = fc.array(
    fc.record({ id: fc.nat(5), frame: fc.nat(3), shift: fc.nat(50), gone: fc.boolean() }),
    { maxLength: 30 },
  );

  it("undo what they do, and compose into one that does the same", () => {
    fc.assert(
      fc.property(edits, (steps) => {
        const document = new AnnotationDocument();
        const start = { ...createShape(car, place(0)), id: "0" };
        document.apply({ "0": { before: null, after: start } });
        const before = stateOf(document);
        let net = {};
        for (const { id, frame, shift, gone } of steps) {
          const key = String(id);
          const after: AnnotationRecord | null = gone
            ? null
            : { ...createShape(car, place(frame, [shift, 0, shift + 9, 9])), id: key };
          const diff = { [key]: { before: document.get(key), after } };
          document.apply(diff);
          net = compose(net, diff);
        }
        const after = stateOf(document);
        document.apply(invert(net));
        expect(stateOf(document)).toEqual(before);
        document.apply(net);
        expect(stateOf(document)).toEqual(after);
        const frames = [0, 1, 2, 3].flatMap((frame) => document.ownedBy(frame));
        expect(frames).toHaveLength(document.size);
      }),
    );
  });

  it("keep what others changed when they are carried over", () => {
    const before = createShape(car, place(0));
    const moved = { ...before, points: [0, 0, 5, 5] };
    const relabelled = { ...before, labelId: 2 };
    expect(carryOver({ before, after: moved }, relabelled)).toEqual({ ...moved, labelId: 2 });
  });
});

describe("tracks", () => {
  const track = (): TrackRecord => {
    const start = createTrack(car, place(10, [0, 0, 10, 10]));
    const end = { points: [100, 0, 110, 10], rotation: 350 };
    return withPosition(start, 20, end) as TrackRecord;
  };

  it("move evenly between keyframes, and turn the shorter way", () => {
    const middle = viewOnFrame(track(), 15);
    expect(middle?.points).toEqual([50, 0, 60, 10]);
    expect(middle?.rotation).toBeCloseTo(355);
    expect(middle?.keyframe).toBe(false);
  });

  it("are not there before they begin, and stay after their last keyframe", () => {
    expect(viewOnFrame(track(), 9)).toBeNull();
    expect(viewOnFrame(track(), 99)?.points).toEqual([100, 0, 110, 10]);
  });

  it("are outside until the next keyframe, unseen on their way to it", () => {
    const away = withOutside(track(), 12, true);
    expect(viewOnFrame(away, 15)).toMatchObject({ outside: true, points: [50, 0, 60, 10] });
    expect(viewOnFrame(away, 20)?.outside).toBe(false);
  });

  it("gain a keyframe where they are edited, and keep their last one", () => {
    expect(withKeyframe(track(), 15, true).keyframes.map(({ frame }) => frame)).toEqual([
      10, 15, 20,
    ]);
    const single = withKeyframe(track(), 10, false);
    expect(single.frame).toBe(20);
    expect(withKeyframe(single, 20, false)).toEqual(single);
    expect(neighbourKeyframe(track(), 15, 1)).toBe(20);
    expect(neighbourKeyframe(track(), 10, -1)).toBeNull();
  });

  it("change mutable attributes from a frame on, others for good", () => {
    const faster = withAttribute(track(), 15, speed, "50");
    expect(viewOnFrame(faster, 14)?.attributes[7]).toBe("0");
    expect(viewOnFrame(faster, 16)?.attributes[7]).toBe("50");
    const renewed = withAttribute(faster, 15, make, "new");
    expect(viewOnFrame(renewed, 10)?.attributes[8]).toBe("new");
  });
});

describe("objects", () => {
  it("of a frame are its tags, shapes and the tracks that reach it", () => {
    const tag = createTag(car, 3);
    const shape = createShape(car, place(3));
    const track = createTrack(car, place(1));
    const other = createShape(car, place(4));
    const document = new AnnotationDocument([tag, shape, track, other]);
    const ids = objectsOnFrame(document, 3).map(({ id }) => id);
    expect(ids).toEqual([tag.id, shape.id, track.id]);
  });

  it("keep values of the same name that a new label accepts", () => {
    const shape = withAttribute(createShape(car, place(0)), 0, make, "new");
    expect(withLabel(shape, car, bus).attributes).toEqual({ 9: "new" });
    expect(withLabel(createShape(car, place(0)), car, bus).attributes).toEqual({ 9: "rare" });
  });

  it("survive the way to the server and back", () => {
    const records = [createTag(car, 1), createShape(car, place(2)), createTrack(bus, place(3))];
    for (const record of records) {
      const wire = JSON.parse(JSON.stringify(recordToWire(record)));
      expect(recordFromWire(record.kind, wire, record.id)).toEqual(record);
    }
  });
});

describe("attribute values", () => {
  it("of numbers keep range and step", () => {
    expect(["0", "5", "100"].every((value) => accepts(speed, value))).toBe(true);
    expect(["-5", "105", "3", "", "NaN"].some((value) => accepts(speed, value))).toBe(false);
  });
});
