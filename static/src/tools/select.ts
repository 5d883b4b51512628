import { withPosition } from "../document/edits";
import type { FrameObject } from "../document/frame-object";
import { normaliseDegrees } from "../geometry/angle";
import { boxOf, centreOf, clampMove, clampPoint } from "../geometry/box";
import type { Point } from "../geometry/point";
import { distance, insertVertex, removeVertex, replaceVertex, translate } from "../geometry/point";
import type { Handle } from "../geometry/resize";
import { resizeRectangle } from "../geometry/resize";
import { panBy } from "../geometry/view";
import type { StepName } from "../history/history";
import type { Editor } from "./editor";
import type { Grip } from "./grips";
import { gripAt, isMovable, leastVertices } from "./grips";
import { outlineOf } from "./hit-test";
import type { PointerInput, Tool } from "./tool";

/** How far, in CSS pixels, a press may wander and still be a click. */
const CLICK_SLOP = 3;

type State =
  | { readonly name: "idle" }
  | { readonly name: "pressed"; readonly from: PointerInput; readonly object: FrameObject }
  | { readonly name: "panning"; last: Point; readonly from: Point }
  | { readonly name: "moving"; readonly from: Point; readonly objects: readonly FrameObject[] }
  | { readonly name: "resizing"; readonly handle: Handle; readonly object: FrameObject }
  | { readonly name: "rotating"; readonly object: FrameObject }
  | { readonly name: "dragging"; readonly vertex: number; readonly object: FrameObject };

/** Selects, moves, resizes, rotates and reshapes; dragging the empty surface pans. */
export class SelectTool implements Tool {
  readonly id = "select";
  private state: State = { name: "idle" };

  constructor(private readonly editor: Editor) {}

  down(input: PointerInput): void {
    const active = this.editor.active();
    const grip = active && this.editor.isEditable(active) ? this.gripOf(active, input) : null;
    if (active && grip) {
      this.grab(active, grip, input);
      return;
    }
    const object = this.editor.objectAt(input.image);
    this.state = object
      ? { name: "pressed", from: input, object }
      : { name: "panning", last: input.screen, from: input.screen };
    if (!object) this.editor.cursor.value = "grabbing";
  }

  move(input: PointerInput): void {
    const { state } = this;
    switch (state.name) {
      case "idle":
        this.hover(input);
        break;
      case "pressed":
        if (distance(input.screen, state.from.screen) > CLICK_SLOP) this.startMoving(state, input);
        break;
      case "panning":
        this.pan(state, input);
        break;
      case "moving":
        this.moveBy(state, input);
        break;
      case "resizing":
        this.resize(state, input);
        break;
      case "rotating":
        this.rotate(state, input);
        break;
      case "dragging":
        this.drag(state, input);
        break;
    }
  }

  up(input: PointerInput): void {
    const { state } = this;
    this.state = { name: "idle" };
    if (state.name === "pressed") this.click(state.object, input);
    else if (state.name === "panning") {
      if (distance(input.screen, state.from) <= CLICK_SLOP && !input.shift) this.editor.select([]);
    } else if (state.name !== "idle") this.editor.history.commit();
    this.hover(input);
  }

  doubleClick(): void {}

  finish(): boolean {
    return false;
  }

  back(): boolean {
    return false;
  }

  cancel(): boolean {
    const busy = this.state.name !== "idle";
    this.state = { name: "idle" };
    if (this.editor.history.isOpen) this.editor.history.bail();
    return busy;
  }

  private canMove(object: FrameObject): boolean {
    return this.editor.isEditable(object) && isMovable(object.type);
  }

  private gripOf(object: FrameObject, input: PointerInput): Grip | null {
    return gripAt(object, input.image, this.editor.view.value.scale);
  }

  private grab(object: FrameObject, grip: Grip, input: PointerInput): void {
    switch (grip.name) {
      case "handle":
        this.begin("resize", { name: "resizing", handle: grip.handle, object });
        break;
      case "rotation":
        this.begin("rotate", { name: "rotating", object });
        break;
      case "vertex":
        if (input.alt) this.removeVertexOf(object, grip.index);
        else this.begin("reshape", { name: "dragging", vertex: grip.index, object });
        break;
      case "edge":
        this.begin("reshape", { name: "dragging", vertex: grip.index + 1, object });
        this.place(object, { points: insertVertex(object.points, grip.index + 1, grip.point) });
        this.state = {
          name: "dragging",
          vertex: grip.index + 1,
          object: this.editor.find(object.id) ?? object,
        };
        break;
    }
  }

  private begin(step: StepName, state: State): void {
    this.editor.history.begin(step, this.editor.frame.value);
    this.state = state;
  }

  private removeVertexOf(object: FrameObject, index: number): void {
    if (object.points.length / 2 <= leastVertices(object.type)) return;
    const points = removeVertex(object.points, index);
    this.editor.edit("reshape", [object], (record) =>
      withPosition(record, this.editor.frame.value, { points }),
    );
  }

  private hover(input: PointerInput): void {
    const { editor } = this;
    const active = editor.active();
    const grip = active && editor.isEditable(active) ? this.gripOf(active, input) : null;
    editor.activeVertex.value = grip?.name === "vertex" ? grip.index : null;
    const object = grip ? active : editor.objectAt(input.image);
    editor.hovered.value = object?.id ?? null;
    if (grip) editor.cursor.value = grip.cursor;
    else if (object) editor.cursor.value = this.canMove(object) ? "move" : "pointer";
    else editor.cursor.value = "default";
  }

  private click(object: FrameObject, input: PointerInput): void {
    const { editor } = this;
    if (!input.shift && !input.ctrl) {
      editor.select([object.id]);
      return;
    }
    const next = new Set(editor.selection.value);
    if (!next.delete(object.id)) next.add(object.id);
    editor.select(next);
  }

  private startMoving(
    { from, object }: Extract<State, { name: "pressed" }>,
    input: PointerInput,
  ): void {
    const { editor } = this;
    if (!editor.selection.value.has(object.id)) editor.select([object.id]);
    const objects = editor.selected().filter((candidate) => this.canMove(candidate));
    if (objects.length === 0) {
      this.state = { name: "panning", last: from.screen, from: from.screen };
    } else {
      this.begin("move", { name: "moving", from: from.image, objects });
    }
    this.move(input);
  }

  private pan(state: Extract<State, { name: "panning" }>, { screen }: PointerInput): void {
    const { view } = this.editor;
    view.value = panBy(view.value, screen.x - state.last.x, screen.y - state.last.y);
    state.last = screen;
  }

  private moveBy(
    { from, objects }: Extract<State, { name: "moving" }>,
    { image }: PointerInput,
  ): void {
    const { width, height } = this.editor.image.value;
    const whole = boxOf(objects.flatMap(outlineOf));
    const by = clampMove(whole, image.x - from.x, image.y - from.y, width, height);
    for (const object of objects) {
      this.place(object, { points: translate(object.points, by.x, by.y) });
    }
  }

  private resize(
    { handle, object }: Extract<State, { name: "resizing" }>,
    { image }: PointerInput,
  ): void {
    const { width, height } = this.editor.image.value;
    const to = object.rotation === 0 ? clampPoint(image, width, height) : image;
    this.place(object, { points: resizeRectangle(object.points, object.rotation, handle, to) });
  }

  private rotate({ object }: Extract<State, { name: "rotating" }>, input: PointerInput): void {
    const centre = centreOf(boxOf(object.points));
    const angle =
      (Math.atan2(input.image.y - centre.y, input.image.x - centre.x) * 180) / Math.PI + 90;
    const rotation = normaliseDegrees(input.shift ? Math.round(angle / 15) * 15 : angle);
    this.place(object, { rotation });
  }

  private drag(
    { vertex, object }: Extract<State, { name: "dragging" }>,
    { image }: PointerInput,
  ): void {
    const { width, height } = this.editor.image.value;
    const to = clampPoint(image, width, height);
    this.place(object, { points: replaceVertex(object.points, vertex, to) });
  }

  /** Live edits start from the object as it was grabbed, so that they never add up. */
  private place(object: FrameObject, change: Parameters<typeof withPosition>[2]): void {
    const { history, frame } = this.editor;
    history.set(object.id, withPosition(object.record, frame.value, change));
  }
}
