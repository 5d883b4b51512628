import { describe, expect, it } from "vitest";
import { createShape } from "../document/creation";
import { AnnotationDocument } from "../document/document";
import type { Label } from "../document/labels";
import type { ShapeRecord } from "../document/records";
import { History } from "../history/history";
import type { Side } from "./clash-choice";
import { choose, sidesOf } from "./clash-choice";
import type { Clash } from "./merge";

const label: Label = { id: 1, name: "car", color: "#fff", type: "any", attributes: [] };
const shape = (id: string, x: number): ShapeRecord => ({
  ...createShape(label, { type: "rectangle", points: [x, 0, 9, 9], frame: 0, zOrder: 0 }),
  id,
});
const [mine, theirs] = [shape("a", 1), shape("a", 2)];

function decide(clash: Clash, records: ShapeRecord[], side: Side) {
  const document = new AnnotationDocument(records);
  const history = new History(document);
  history.run("choose", 0, choose(clash, side, document));
  const after = [...document.all()];
  history.undo();
  expect([...document.all()]).toEqual(expect.arrayContaining(records));
  return after;
}

describe("choosing between two versions of an object", () => {
  it("keeps either, or both, and can be undone", () => {
    const clash: Clash = { id: "a", outcome: "copied", copy: "b", mine, theirs };
    const both = [theirs, { ...mine, id: "b" }];
    expect(sidesOf(clash)).toEqual(["mine", "theirs", "both"]);
    expect(decide(clash, both, "mine")).toEqual([mine]);
    expect(decide(clash, both, "theirs")).toEqual([theirs]);
    expect(decide(clash, both, "both")).toEqual(both);
  });

  it("keeps or drops what one side deleted", () => {
    const restored: Clash = { id: "a", outcome: "restored", copy: null, mine, theirs: null };
    expect(sidesOf(restored)).toEqual(["mine", "theirs"]);
    expect(decide(restored, [mine], "mine")).toEqual([mine]);
    expect(decide(restored, [mine], "theirs")).toEqual([]);
    const undeleted: Clash = { id: "a", outcome: "undeleted", copy: null, mine: null, theirs };
    expect(decide(undeleted, [theirs], "mine")).toEqual([]);
    expect(decide(undeleted, [theirs], "theirs")).toEqual([theirs]);
  });
});
