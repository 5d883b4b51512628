import type { FlatPoints, Point } from "../geometry/point";

export type ToolId = "select" | "rectangle" | "polygon" | "polyline" | "points";

/** A pointer event in both frames: CSS pixels of the surface and pixels of the image. */
export interface PointerInput {
  readonly screen: Point;
  readonly image: Point;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly ctrl: boolean;
}

/** What a drawing tool has so far; the last point follows the pointer. */
export interface Preview {
  readonly type: "rectangle" | "polygon" | "polyline" | "points";
  readonly points: FlatPoints;
  readonly labelId: number;
}

/** A state machine fed with pointer events and three commands. */
export interface Tool {
  readonly id: ToolId;
  down(input: PointerInput): void;
  move(input: PointerInput): void;
  up(input: PointerInput): void;
  doubleClick(input: PointerInput): void;
  /** Finishes what is being drawn; false if there is nothing to finish. */
  finish(): boolean;
  /** Drops what is under way; false if nothing is. */
  cancel(): boolean;
  /** Takes back the last point; false if there is none. */
  back(): boolean;
}
