import type { View } from "../geometry/view";
import type { OutlineKind } from "./outline";

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

interface Contours {
  readonly kind: OutlineKind;
  readonly contours: readonly ArrayLike<number>[];
}

/** Draws an outline given in image pixels. The context counts CSS pixels. */
export function paintOutline(
  context: Context,
  { kind, contours }: Contours,
  view: View,
  style: OutlineStyle,
): void {
  if (kind === "dots") {
    for (const dots of contours) paintDots(context, dots, view, style.color, style.dotRadius);
    return;
  }
  if (kind !== "open" && style.fill > 0) {
    tracePaths(context, kind === "body" ? contours.slice(0, 1) : contours, view, true);
    context.globalAlpha = style.fill;
    context.fillStyle = style.color;
    context.fill("evenodd");
    context.globalAlpha = 1;
  }
  if (kind === "body" || style.fill <= 0 || kind === "open") {
    tracePaths(context, contours, view, kind !== "open");
  }
  context.setLineDash(style.dashed ? [5, 4] : []);
  context.lineWidth = style.width;
  context.strokeStyle = style.color;
  context.stroke();
}

function tracePaths(
  context: Context,
  contours: readonly ArrayLike<number>[],
  view: View,
  closed: boolean,
): void {
  context.beginPath();
  for (const points of contours) {
    for (let index = 0; index + 1 < points.length; index += 2) {
      const x = (points[index] as number) * view.scale + view.x;
      const y = (points[index + 1] as number) * view.scale + view.y;
      if (index === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    if (closed) context.closePath();
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
