import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createShape, createTrack } from "../document/creation";
import type { Diff } from "../document/diff";
import { compose } from "../document/diff";
import { AnnotationDocument } from "../document/document";
import { withPosition } from "../document/edits";
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

  it("passes over steps of which others have left nothing", () => {
    const document = new AnnotationDocument([shape("a", 0), shape("b", 0)]);
    const history = new History(document);
    history.run("move", 1, [["b", shape("b", 3)]]);
    history.run("move", 2, [["a", shape("a", 5)]]);
    const theirs = shape("a", 50);
    document.apply({ a: { before: document.get("a"), after: theirs } });
    expect(history.undo()).toBe(1);
    expect(document.get("a")).toEqual(theirs);
    expect(document.get("b")).toEqual(shape("b", 0));
  });

  it("does not bring back what others deleted, nor delete what they changed", () => {
    const document = new AnnotationDocument();
    const history = new History(document);
    history.run("create", 0, [["a", shape("a", 0)]]);
    history.run("move", 0, [["a", shape("a", 5)]]);
    document.apply({ a: { before: document.get("a"), after: null } });
    expect(history.undo()).toBeNull();
    expect(document.size).toBe(0);
    history.run("create", 0, [["b", shape("b", 0)]]);
    const theirs = { ...shape("b", 0), labelId: 7 };
    document.apply({ b: { before: document.get("b"), after: theirs } });
    history.undo();
    expect(document.get("b")).toEqual(theirs);
  });

  it("undoes its own keyframes and leaves those of others", () => {
    const at = { type: "rectangle", points: [0, 0, 9, 9], frame: 0, zOrder: 0 } as const;
    const track = createTrack(label, at);
    const document = new AnnotationDocument([track]);
    const history = new History(document);
    const mine = withPosition(track, 10, { points: [1, 1, 9, 9] });
    history.run("move", 10, [[track.id, mine]]);
    const theirs = withPosition(mine, 20, { points: [2, 2, 9, 9] });
    document.apply({ [track.id]: { before: mine, after: theirs } });
    history.undo();
    const frames = (document.get(track.id) as typeof track).keyframes.map(({ frame }) => frame);
    expect(frames).toEqual([0, 20]);
  });

  it("changes nothing while it is sealed", () => {
    const document = new AnnotationDocument([shape("a", 0)]);
    const history = new History(document);
    history.run("move", 0, [["a", shape("a", 5)]]);
    history.seal(true);
    history.run("move", 0, [["a", shape("a", 9)]]);
    expect(history.undo()).toBeNull();
    expect(document.get("a")).toEqual(shape("a", 5));
    history.seal(false);
    history.undo();
    expect(document.get("a")).toEqual(shape("a", 0));
  });
});
