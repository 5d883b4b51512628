import type { View } from "../geometry/view";
import type { OutlineKind } from "./scene";

/** The 2D context of a page's canvas or of a worker's. */
export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export interface OutlineStyle {
  readonly color: string;
  /** CSS pixels. */
  readonly width: number;
  /** 0 to 1. */
  readonly fill: number;
  readonly dashed: boolean;
  /** CSS pixels; for outlines that are dots. */
  readonly dotRadius: number;
}

/** Draws an outline given in image pixels. The context counts CSS pixels. */
export function paintOutline(
  context: Context,
  points: ArrayLike<number>,
  kind: OutlineKind,
  view: View,
  style: OutlineStyle,
): void {
  if (kind === "dots") {
    paintDots(context, points, view, style.color, style.dotRadius);
    return;
  }
  tracePath(context, points, view);
  if (kind === "closed") context.closePath();
  if (kind === "closed" && style.fill > 0) {
    context.globalAlpha = style.fill;
    context.fillStyle = style.color;
    context.fill("evenodd");
    context.globalAlpha = 1;
  }
  context.setLineDash(style.dashed ? [5, 4] : []);
  context.lineWidth = style.width;
  context.strokeStyle = style.color;
  context.stroke();
}

function tracePath(context: Context, points: ArrayLike<number>, view: View): void {
  context.beginPath();
  for (let index = 0; index + 1 < points.length; index += 2) {
    const x = (points[index] as number) * view.scale + view.x;
    const y = (points[index + 1] as number) * view.scale + view.y;
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
}

function paintDots(
  context: Context,
  points: ArrayLike<number>,
  view: View,
  color: string,
  radius: number,
): void {
  context.beginPath();
  for (let index = 0; index + 1 < points.length; index += 2) {
    const x = (points[index] as number) * view.scale + view.x;
    const y = (points[index + 1] as number) * view.scale + view.y;
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.fillStyle = color;
  context.fill();
  context.setLineDash([]);
  context.lineWidth = 1;
  context.strokeStyle = "rgba(0, 0, 0, 0.7)";
  context.stroke();
}
