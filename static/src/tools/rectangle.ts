import { clampPoint, rectangleBetween } from "../geometry/box";
import type { Point } from "../geometry/point";
import { distance } from "../geometry/point";
import type { Editor } from "./editor";
import { placeDrawn } from "./placing";
import type { PointerInput, Tool } from "./tool";

/** CSS pixels beyond which pressing, dragging and releasing draws in one go. */
const DRAG_SLOP = 5;
/** Sides thinner than this, in image pixels, are slips of the hand. */
const LEAST_SIDE = 1;

type State =
  | { readonly name: "waiting" }
  | { readonly name: "cornered"; readonly corner: Point; readonly pressedAt: Point | null };

/** A rectangle from two opposite corners: two clicks, or one drag. */
export class RectangleTool implements Tool {
  readonly id = "rectangle";
  private state: State = { name: "waiting" };

  constructor(
    private readonly editor: Editor,
    private readonly onDrawn: () => void,
  ) {}

  down(input: PointerInput): void {
    const corner = this.clamp(input.image);
    if (this.state.name === "cornered") {
      this.complete(corner);
      return;
    }
    this.state = { name: "cornered", corner, pressedAt: input.screen };
    this.show(corner);
  }

  move(input: PointerInput): void {
    if (this.state.name === "cornered") this.show(this.clamp(input.image));
  }

  up(input: PointerInput): void {
    if (this.state.name !== "cornered" || this.state.pressedAt === null) return;
    const dragged = distance(input.screen, this.state.pressedAt) > DRAG_SLOP;
    if (dragged) this.complete(this.clamp(input.image));
    else this.state = { ...this.state, pressedAt: null };
  }

  doubleClick(): void {}

  finish(): boolean {
    return false;
  }

  back(): boolean {
    return this.cancel();
  }

  cancel(): boolean {
    const busy = this.state.name === "cornered";
    this.state = { name: "waiting" };
    this.editor.preview.value = null;
    return busy;
  }

  private complete(to: Point): void {
    if (this.state.name !== "cornered") return;
    const points = rectangleBetween(this.state.corner, to);
    const [left = 0, top = 0, right = 0, bottom = 0] = points;
    if (right - left < LEAST_SIDE || bottom - top < LEAST_SIDE) return;
    this.cancel();
    placeDrawn(this.editor, "rectangle", points);
    this.onDrawn();
  }

  private clamp(point: Point): Point {
    const { width, height } = this.editor.image.value;
    return clampPoint(point, width, height);
  }

  private show(to: Point): void {
    const { labelId } = this.editor.drawing.value;
    if (this.state.name !== "cornered" || labelId === null) return;
    const points = rectangleBetween(this.state.corner, to);
    this.editor.preview.value = { type: "rectangle", points, labelId };
  }
}
