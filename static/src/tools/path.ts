import { clampPoint } from "../geometry/box";
import type { Point } from "../geometry/point";
import { distance, toFlat } from "../geometry/point";
import { toScreen } from "../geometry/view";
import type { Editor } from "./editor";
import { leastVertices } from "./grips";
import { placeDrawn } from "./placing";
import type { PointerInput, Tool } from "./tool";

/** CSS pixels around the first vertex of a polygon where a click closes it. */
const CLOSE_REACH = 9;

/** Polygon, polyline or points, one click a vertex; finished by N, Enter or a double click. */
export class PathTool implements Tool {
  private vertices: Point[] = [];

  constructor(
    readonly id: "polygon" | "polyline" | "points",
    private readonly editor: Editor,
    private readonly onDrawn: () => void,
  ) {}

  down(input: PointerInput): void {
    const first = this.vertices[0];
    const closes = this.id === "polygon" && first && this.vertices.length >= 3;
    if (closes && distance(toScreen(this.editor.view.value, first), input.screen) <= CLOSE_REACH) {
      this.finish();
      return;
    }
    const next = this.clamp(input.image);
    const last = this.vertices.at(-1);
    // The second press of a double click lands on the first one.
    if (!last || distance(last, next) * this.editor.view.value.scale > 1.5)
      this.vertices.push(next);
    this.show(next);
  }

  move(input: PointerInput): void {
    if (this.vertices.length > 0) this.show(this.clamp(input.image));
  }

  up(): void {}

  doubleClick(): void {
    this.finish();
  }

  finish(): boolean {
    if (this.vertices.length < leastVertices(this.id)) return false;
    const points = toFlat(this.vertices);
    this.cancel();
    placeDrawn(this.editor, this.id, points);
    this.onDrawn();
    return true;
  }

  back(): boolean {
    if (this.vertices.length === 0) return false;
    this.vertices.pop();
    const last = this.vertices.at(-1);
    if (last) this.show(this.editor.pointer.value ?? last);
    else this.editor.preview.value = null;
    return true;
  }

  cancel(): boolean {
    const busy = this.vertices.length > 0;
    this.vertices = [];
    this.editor.preview.value = null;
    return busy;
  }

  private clamp(point: Point): Point {
    const { width, height } = this.editor.image.value;
    return clampPoint(point, width, height);
  }

  private show(pointer: Point): void {
    const { labelId } = this.editor.drawing.value;
    if (labelId === null) return;
    const points = toFlat([...this.vertices, pointer]);
    this.editor.preview.value = { type: this.id, points, labelId };
  }
}
