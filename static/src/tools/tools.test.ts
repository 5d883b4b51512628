import { beforeEach, describe, expect, it } from "vitest";
import { createShape, createTrack } from "../document/creation";
import { AnnotationDocument } from "../document/document";
import { LabelCatalogue } from "../document/labels";
import type { AnnotationRecord, ShapeRecord, TrackRecord } from "../document/records";
import type { Point } from "../geometry/point";
import { Clipboard } from "./clipboard";
import { Editor } from "./editor";
import { rotationGrip } from "./grips";
import { Toolbox } from "./toolbox";

const label = { id: 1, name: "car", color: "#fff", type: "any", attributes: [] };
const rectangle = (points: readonly number[]) =>
  createShape(label, { type: "rectangle", points, frame: 0, zOrder: 0 });

let editor: Editor;
let toolbox: Toolbox;

function open(records: AnnotationRecord[] = []): void {
  const catalogue = new LabelCatalogue([label, { ...label, id: 2, name: "bus" }]);
  editor = new Editor(new AnnotationDocument(records), catalogue, { start: 0, stop: 9 });
  editor.image.value = { width: 640, height: 480 };
  toolbox = new Toolbox(editor);
}

describe("the surface", () => {
  beforeEach(() => open());

  it("keeps a fitted picture fitted when its size changes", () => {
    editor.resize({ width: 1000, height: 700 });
    editor.resize({ width: 1000, height: 500 });
    const { scale, y } = editor.view.value;
    expect(scale * 480).toBeLessThanOrEqual(500 - 2 * y + 1e-9);
    expect(y).toBeCloseTo(32);
  });

  it("leaves a view alone that was chosen", () => {
    editor.resize({ width: 1000, height: 700 });
    const chosen = { scale: 3, x: -40, y: -50 };
    editor.view.value = chosen;
    editor.resize({ width: 1000, height: 500 });
    expect(editor.view.value).toEqual(chosen);
  });
});

const keys = { shift: false, alt: false, ctrl: false };
const input = (at: Point, held = {}) => ({ screen: at, image: at, ...keys, ...held });

function press(x: number, y: number, held = {}): void {
  editor.tool.value?.move(input({ x, y }, held));
  editor.tool.value?.down(input({ x, y }, held));
}

function release(x: number, y: number): void {
  editor.tool.value?.move(input({ x, y }));
  editor.tool.value?.up(input({ x, y }));
}

function click(x: number, y: number, held = {}): void {
  press(x, y, held);
  editor.tool.value?.up(input({ x, y }, held));
}

function drag(x: number, y: number, toX: number, toY: number): void {
  press(x, y);
  editor.tool.value?.move(input({ x: (x + toX) / 2, y: (y + toY) / 2 }));
  release(toX, toY);
}

const shapes = () => [...editor.document.all()] as ShapeRecord[];

beforeEach(() => open());

describe("drawing", () => {
  it("makes a rectangle of two clicks, whichever corners they are", () => {
    toolbox.use("rectangle");
    click(200, 150);
    click(100, 50);
    expect(shapes()[0]).toMatchObject({ type: "rectangle", points: [100, 50, 200, 150] });
    expect(editor.tool.value?.id).toBe("select");
    expect(editor.active()?.id).toBe(shapes()[0]?.id);
  });

  it("makes a rectangle of one drag, and keeps it within the image", () => {
    toolbox.use("rectangle");
    drag(600, 400, 900, 900);
    expect(shapes()[0]?.points).toEqual([600, 400, 640, 480]);
  });

  it("makes a track where tracks are chosen", () => {
    editor.drawing.value = { ...editor.drawing.value, mode: "track" };
    toolbox.use("rectangle");
    drag(10, 10, 50, 50);
    expect([...editor.document.all()][0]).toMatchObject({ kind: "track", frame: 0 });
  });

  it("takes points back, refuses a polygon of two, and closes it on its first point", () => {
    toolbox.use("polygon");
    click(10, 10);
    click(100, 10);
    click(300, 300);
    editor.tool.value?.back();
    expect(editor.tool.value?.finish()).toBe(false);
    click(100, 100);
    click(11, 11);
    expect(shapes()[0]?.points).toEqual([10, 10, 100, 10, 100, 100]);
  });

  it("draws the same again with N, and finishes with it", () => {
    toolbox.use("polyline");
    toolbox.use("select");
    toolbox.drawOrFinish();
    click(10, 10);
    click(50, 50);
    toolbox.drawOrFinish();
    expect(shapes()[0]).toMatchObject({ type: "polyline", points: [10, 10, 50, 50] });
  });

  it("stays in the tool where drawing continues", () => {
    editor.drawing.value = { ...editor.drawing.value, continuous: true };
    toolbox.use("rectangle");
    drag(10, 10, 50, 50);
    drag(60, 60, 90, 90);
    expect(shapes()).toHaveLength(2);
  });
});

describe("editing", () => {
  it("moves an object as one step of undo, and never out of the image", () => {
    open([rectangle([10, 10, 50, 50])]);
    drag(30, 30, -200, 60);
    expect(shapes()[0]?.points).toEqual([0, 40, 40, 80]);
    editor.history.undo();
    expect(shapes()[0]?.points).toEqual([10, 10, 50, 50]);
  });

  it("resizes by a handle and rotates by the grip", () => {
    open([rectangle([100, 100, 200, 200])]);
    click(150, 150);
    drag(200, 150, 260, 170);
    expect(shapes()[0]?.points).toEqual([100, 100, 260, 200]);
    const grip = rotationGrip([100, 100, 260, 200], 0, 1);
    drag(grip.x, grip.y, 300, 150);
    expect(shapes()[0]?.rotation).toBeCloseTo(90);
  });

  it("calls a gesture off as though it had never been", () => {
    open([rectangle([100, 100, 200, 200])]);
    press(150, 150);
    editor.tool.value?.move(input({ x: 250, y: 250 }));
    toolbox.cancel();
    expect(shapes()[0]?.points).toEqual([100, 100, 200, 200]);
    expect(editor.history.undoName).toBeNull();
  });

  it("inserts a vertex by dragging an edge and removes one with Alt", () => {
    const points = [100, 100, 300, 100, 300, 300, 100, 300];
    const placement = { type: "polygon", points, frame: 0, zOrder: 0 } as const;
    open([createShape(label, placement)]);
    click(200, 200);
    drag(200, 100, 200, 50);
    expect(shapes()[0]?.points).toEqual([100, 100, 200, 50, 300, 100, 300, 300, 100, 300]);
    click(200, 50, { alt: true });
    expect(shapes()[0]?.points).toEqual(points);
  });

  it("leaves locked objects where they are", () => {
    open([rectangle([100, 100, 200, 200])]);
    editor.visibility.lockedLabels.value = new Set([1]);
    drag(150, 150, 250, 250);
    expect(shapes()[0]?.points).toEqual([100, 100, 200, 200]);
  });

  it("selects the smaller of two objects that lie over each other, more with Shift", () => {
    open([rectangle([0, 0, 400, 400]), rectangle([100, 100, 200, 200])]);
    click(150, 150);
    expect(editor.active()?.points).toEqual([100, 100, 200, 200]);
    click(300, 300, { shift: true });
    expect(editor.selection.value.size).toBe(2);
    click(630, 470);
    expect(editor.selection.value.size).toBe(0);
  });

  it("sets a keyframe where a track is moved", () => {
    const placement = { type: "rectangle", points: [0, 0, 50, 50], frame: 0, zOrder: 0 } as const;
    open([createTrack(label, placement)]);
    editor.showFrame(5);
    drag(25, 25, 125, 25);
    const [track] = [...editor.document.all()] as TrackRecord[];
    expect(track?.keyframes.map(({ frame, points }) => [frame, points[0]])).toEqual([
      [0, 0],
      [5, 100],
    ]);
  });
});

describe("the clipboard", () => {
  it("puts a copy in the same place of another frame, beside the original on its own", () => {
    open([rectangle([10, 10, 50, 50])]);
    const clipboard = new Clipboard(editor);
    clipboard.copy(editor.objects.value);
    clipboard.paste();
    expect(shapes()[1]?.points).toEqual([20, 20, 60, 60]);
    editor.showFrame(3);
    clipboard.paste();
    expect(shapes()[2]).toMatchObject({ frame: 3, points: [10, 10, 50, 50] });
  });
});
