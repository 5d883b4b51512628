import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createShape } from "../document/creation";
import type { Diff } from "../document/diff";
import { compose } from "../document/diff";
import { AnnotationDocument } from "../document/document";
import type { Label } from "../document/labels";
import type { ShapeRecord } from "../document/records";
import { History } from "./history";

const label: Label = { id: 1, name: "car", color: "#fff", type: "any", attributes: [] };
const shape = (id: string, x: number): ShapeRecord => ({
  ...createShape(label, { type: "rectangle", points: [x, 0, x + 9, 9], frame: 0, zOrder: 0 }),
  id,
});
const stateOf = (document: AnnotationDocument) =>
  Object.fromEntries([...document.all()].map((record) => [record.id, record]));

describe("history", () => {
  const commands = fc.array(
    fc.record({
      ids: fc.uniqueArray(fc.nat(4), { minLength: 1 }),
      x: fc.nat(99),
      gone: fc.boolean(),
      bail: fc.boolean(),
    }),
    { maxLength: 25 },
  );

  it("takes every step back and does it again, and reports exactly what changed", () => {
    fc.assert(
      fc.property(commands, (steps) => {
        const document = new AnnotationDocument();
        const history = new History(document);
        let reported: Diff = {};
        history.onCommit((diff) => {
          reported = compose(reported, diff);
        });
        const states = [stateOf(document)];
        for (const { ids, x, gone, bail } of steps) {
          history.begin("move", 0);
          for (const id of ids) {
            history.set(String(id), shape(String(id), x + 1));
            history.set(String(id), gone ? null : shape(String(id), x));
          }
          if (bail) history.bail();
          else history.commit();
          if (history.undoName !== null) states.push(stateOf(document));
        }
        const end = stateOf(document);
        while (history.undo() !== null) {}
        expect(stateOf(document)).toEqual({});
        while (history.redo() !== null) {}
        expect(stateOf(document)).toEqual(end);
        const replica = new AnnotationDocument();
        replica.apply(reported);
        expect(stateOf(replica)).toEqual(end);
      }),
    );
  });

  it("makes one step of a gesture, however many edits it took", () => {
    const document = new AnnotationDocument([shape("a", 0)]);
    const history = new History(document);
    history.begin("move", 3);
    for (let x = 1; x <= 50; x += 1) history.set("a", shape("a", x));
    history.commit();
    expect(history.undo()).toBe(3);
    expect(document.get("a")).toEqual(shape("a", 0));
    expect(history.undo()).toBeNull();
  });

  it("forgets a gesture that was called off", () => {
    const document = new AnnotationDocument([shape("a", 0)]);
    const history = new History(document);
    history.begin("move", 0);
    history.set("a", shape("a", 5));
    history.bail();
    expect(document.get("a")).toEqual(shape("a", 0));
    expect(history.undoName).toBeNull();
  });

  it("leaves alone what others changed in the meantime", () => {
    const document = new AnnotationDocument([shape("a", 0)]);
    const history = new History(document);
    history.run("move", 0, [["a", { ...shape("a", 0), points: [5, 5, 9, 9] }]]);
    const theirs = { ...(document.get("a") as ShapeRecord), labelId: 2 };
    document.apply({ a: { before: document.get("a"), after: theirs } });
    history.undo();
    expect(document.get("a")).toMatchObject({ labelId: 2, points: [0, 0, 9, 9] });
  });
});
