import type { FrameObject } from "../document/frame-object";
import type { AnnotationRecord, RecordId } from "../document/records";
import { newRecordId } from "../document/records";
import { boxOf, clampMove } from "../geometry/box";
import { translate } from "../geometry/point";
import type { Editor } from "./editor";
import { outlineOf } from "./hit-test";

/** Image pixels by which a copy on the same frame is set off, so that it can be seen. */
const OFFSET = 10;

/** Copies objects as they stand on a frame; pasted tracks start anew on the frame shown. */
export class Clipboard {
  private objects: readonly FrameObject[] = [];
  private from = -1;

  constructor(private readonly editor: Editor) {}

  get isEmpty(): boolean {
    return this.objects.length === 0;
  }

  copy(objects: readonly FrameObject[]): void {
    this.objects = objects;
    this.from = this.editor.frame.value;
  }

  paste(): void {
    const { editor } = this;
    const copies = this.objects.map((object) => this.copyOf(object));
    const changes = copies.map((record): [RecordId, AnnotationRecord] => [record.id, record]);
    editor.history.run("paste", editor.frame.value, changes);
    editor.select(copies.map(({ id }) => id));
  }

  private copyOf(object: FrameObject): AnnotationRecord {
    const { editor } = this;
    const frame = editor.frame.value;
    const { record } = object;
    const fresh = { id: newRecordId(), frame, source: "manual" };
    if (record.kind === "tag") return { ...record, ...fresh };
    const points = frame === this.from ? this.setOff(object) : object.points;
    if (record.kind === "shape") return { ...record, ...fresh, points };
    const { rotation, occluded, zOrder, attributes } = object;
    const mutable = Object.keys(record.keyframes[0]?.attributes ?? {});
    const keyframe = {
      frame,
      points,
      rotation,
      occluded,
      outside: false,
      zOrder,
      attributes: Object.fromEntries(
        Object.entries(attributes).filter(([id]) => mutable.includes(id)),
      ),
    };
    return { ...record, ...fresh, keyframes: [keyframe] };
  }

  private setOff(object: FrameObject): readonly number[] {
    if (object.type === "mask" || object.type === "skeleton") return object.points;
    const { width, height } = this.editor.image.value;
    const by = clampMove(boxOf(outlineOf(object)), OFFSET, OFFSET, width, height);
    return translate(object.points, by.x, by.y);
  }
}
