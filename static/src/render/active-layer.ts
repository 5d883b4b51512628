import type { FrameObject } from "../document/frame-object";
import { boxOf, rectangleBetween } from "../geometry/box";
import type { FlatPoints, Point } from "../geometry/point";
import { pointAt } from "../geometry/point";
import type { Size, View } from "../geometry/view";
import { toScreen } from "../geometry/view";
import { ROTATION_ARM } from "../tools/grips";
import { outlineOf } from "../tools/hit-test";
import type { Preview } from "../tools/tool";
import { drawnOutline, outlineKind } from "./outline";
import { paintOutline } from "./paint";
import type { Look } from "./scene";

export interface ActiveContent {
  readonly view: View;
  readonly selected: readonly FrameObject[];
  readonly hovered: FrameObject | null;
  readonly preview: Preview | null;
  /** Where guides cross, in image pixels; null when no guides are wanted. */
  readonly crosshair: Point | null;
  readonly labelColor: (labelId: number) => string;
  readonly lookOf: (object: FrameObject) => Look;
  readonly captionOf: (object: FrameObject) => string;
  readonly fill: number;
}

/** CSS pixels between a caption and the rotation grip of its object. */
const GRIP_ROOM = 12;
/** CSS pixels above the base line that a caption needs. */
const CAPTION_HEIGHT = 18;
const FONT = "500 12px system-ui, sans-serif";

/** What the annotator works on right now: drawn on the main thread, at once. */
export class ActiveLayer {
  readonly element = document.createElement("canvas");
  private surface: Size = { width: 0, height: 0 };

  constructor() {
    this.element.className = "stage-layer";
  }

  setSurface(size: Size): void {
    this.surface = size;
    const ratio = window.devicePixelRatio;
    this.element.width = Math.round(size.width * ratio);
    this.element.height = Math.round(size.height * ratio);
    this.element.style.width = `${size.width}px`;
    this.element.style.height = `${size.height}px`;
  }

  draw(content: ActiveContent): void {
    const context = this.element.getContext("2d");
    if (!context) return;
    const ratio = window.devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.surface.width, this.surface.height);
    context.lineJoin = "round";
    const { hovered, selected, preview, crosshair } = content;
    if (hovered && !selected.includes(hovered)) {
      paintObject(context, hovered, content, 1.5, Math.min(1, content.fill + 0.12));
    }
    for (const object of selected) paintSelected(context, object, content);
    if (crosshair) this.paintCrosshair(context, toScreen(content.view, crosshair));
    if (preview) paintPreview(context, preview, content);
    const captioned = hovered ? [...selected, hovered] : selected;
    for (const object of new Set(captioned)) this.paintCaption(context, object, content);
  }

  private paintCaption(
    context: CanvasRenderingContext2D,
    object: FrameObject,
    { view, captionOf, lookOf, selected }: ActiveContent,
  ): void {
    const outline = outlineOf(object);
    if (outline.length < 2) return;
    const text = captionOf(object);
    const width = textWidth(context, text, true);
    const at = toScreen(view, highestPoint(outline));
    const box = boxOf(outline);
    const gripIsNear = ((box.right - box.left) * view.scale) / 2 < width + GRIP_ROOM;
    const raised = object.type === "rectangle" && selected.includes(object) && gripIsNear;
    const above = at.y - (raised ? ROTATION_ARM + 16 : 10);
    const below = toScreen(view, { x: box.left, y: box.bottom }).y + 24;
    const y = raised && above < CAPTION_HEIGHT ? below : above;
    const inside = {
      x: Math.max(4, Math.min(at.x + 4, this.surface.width - width - 4)),
      y: Math.max(CAPTION_HEIGHT, Math.min(y, this.surface.height - 10)),
    };
    paintText(context, text, inside, lookOf(object).color);
  }

  private paintCrosshair(context: CanvasRenderingContext2D, { x, y }: Point): void {
    const { width, height } = this.surface;
    context.setLineDash([]);
    for (const [color, thickness] of [
      ["rgba(0, 0, 0, 0.45)", 3],
      ["rgba(255, 255, 255, 0.85)", 1],
    ] as const) {
      context.beginPath();
      context.moveTo(0, Math.round(y) + 0.5);
      context.lineTo(width, Math.round(y) + 0.5);
      context.moveTo(Math.round(x) + 0.5, 0);
      context.lineTo(Math.round(x) + 0.5, height);
      context.strokeStyle = color;
      context.lineWidth = thickness;
      context.stroke();
    }
  }
}

function paintObject(
  context: CanvasRenderingContext2D,
  object: FrameObject,
  { view, lookOf }: ActiveContent,
  width: number,
  fill: number,
): void {
  const style = { ...lookOf(object), width, fill, dotRadius: 4 };
  paintOutline(context, drawnOutline(object), view, style);
}

/** A dark line under the coloured one keeps the outline visible on any picture. */
function paintSelected(
  context: CanvasRenderingContext2D,
  object: FrameObject,
  content: ActiveContent,
): void {
  const under = { color: "rgba(0, 0, 0, 0.55)", width: 4, fill: 0, dashed: false, dotRadius: 5 };
  paintOutline(context, drawnOutline(object), content.view, under);
  paintObject(context, object, content, 2, Math.min(1, content.fill + 0.15));
}

function paintPreview(
  context: CanvasRenderingContext2D,
  preview: Preview,
  { view, labelColor }: ActiveContent,
): void {
  const color = labelColor(preview.labelId);
  const rectangle = preview.type === "rectangle";
  const points = rectangle
    ? cornersOf(pointAt(preview.points, 0), pointAt(preview.points, 1))
    : preview.points;
  const style = { color, width: 2, fill: 0.15, dashed: false, dotRadius: 4 };
  paintOutline(context, { kind: outlineKind(preview.type), contours: [points] }, view, style);
  if (rectangle) paintMeasure(context, preview, view);
  else paintOutline(context, { kind: "dots", contours: [points] }, view, style);
}

function cornersOf(a: Point, b: Point): number[] {
  const [left = 0, top = 0, right = 0, bottom = 0] = rectangleBetween(a, b);
  return [left, top, right, top, right, bottom, left, bottom];
}

function paintMeasure(context: CanvasRenderingContext2D, { points }: Preview, view: View): void {
  const [left = 0, top = 0, right = 0, bottom = 0] = points;
  const text = `${Math.round(right - left)} × ${Math.round(bottom - top)}`;
  const at = toScreen(view, { x: right, y: bottom });
  paintText(context, text, { x: at.x + 8, y: at.y + 20 }, null);
}

function paintText(
  context: CanvasRenderingContext2D,
  text: string,
  { x, y }: Point,
  color: string | null,
): void {
  const width = textWidth(context, text, color !== null);
  context.fillStyle = "rgba(20, 21, 24, 0.86)";
  context.beginPath();
  context.roundRect(x, y - 13, width, 18, 4);
  context.fill();
  if (color) {
    context.fillStyle = color;
    context.beginPath();
    context.arc(x + 9, y - 4, 4, 0, 2 * Math.PI);
    context.fill();
  }
  context.fillStyle = "#f5f6f7";
  context.fillText(text, x + (color ? 17 : 6), y);
}

/** CSS pixels of a text with its frame, and its dot if it has one. */
function textWidth(context: CanvasRenderingContext2D, text: string, dotted: boolean): number {
  context.font = FONT;
  return context.measureText(text).width + (dotted ? 22 : 12);
}

function highestPoint(outline: FlatPoints): Point {
  let top = pointAt(outline, 0);
  for (let index = 1; index < outline.length >> 1; index += 1) {
    const point = pointAt(outline, index);
    if (point.y < top.y) top = point;
  }
  return top;
}
