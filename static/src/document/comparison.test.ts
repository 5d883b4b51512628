import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare } from "./comparison";
import { createShape, createTrack } from "./creation";
import { AnnotationDocument } from "./document";
import { withPosition } from "./edits";
import type { Label } from "./labels";
import type { ShapeRecord } from "./records";

const label: Label = { id: 1, name: "car", color: "#fff", type: "any", attributes: [] };
const at = { type: "rectangle", points: [0, 0, 9, 9], frame: 0, zOrder: 0 } as const;
const shape = (id: number, x: number): ShapeRecord => ({
  ...createShape(label, { ...at, points: [x, 0, x + 9, 9], frame: id }),
  id: String(id),
});

describe("an earlier revision beside now", () => {
  const state = fc.dictionary(fc.nat(6).map(String), fc.nat(2));

  it("marks what is gone, changed and new, and nothing else", () => {
    fc.assert(
      fc.property(state, state, (then, now) => {
        const records = (places: Record<string, number>) =>
          Object.entries(places).map(([id, x]) => shape(Number(id), x));
        const { document, marks, counts, frames } = compare(
          records(then),
          new AnnotationDocument(records(now)),
        );
        const gone = Object.keys(then).filter((id) => !(id in now));
        const added = Object.keys(now).filter((id) => !(id in then));
        const changed = Object.keys(then).filter((id) => id in now && now[id] !== then[id]);
        const marked = (mark: string) =>
          [...marks].filter(([, as]) => as === mark).map(([id]) => id);
        expect(marked("gone")).toEqual(gone);
        expect(marked("new")).toEqual(added);
        expect(marked("changed")).toEqual(changed);
        expect(marked("now")).toEqual(changed.map((id) => `${id} now`));
        expect(counts).toEqual({
          gone: gone.length,
          changed: changed.length,
          new: added.length,
        });
        expect(frames).toEqual([...gone, ...added, ...changed].map(Number).sort((a, b) => a - b));
        for (const [id, x] of Object.entries(then)) {
          expect(document.get(id)).toMatchObject({ points: [x, 0, x + 9, 9] });
        }
      }),
    );
  });

  it("names the frames on which a track differs", () => {
    const track = withPosition(createTrack(label, at), 10, { points: [1, 1, 9, 9] });
    const later = withPosition(track, 25, { points: [2, 2, 9, 9] });
    expect(compare([track], new AnnotationDocument([later])).frames).toEqual([25]);
  });
});
