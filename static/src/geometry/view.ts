import type { Box } from "./box";
import type { Point } from "./point";

/** How the image lies on the surface: screen = image × scale + (x, y), in CSS pixels. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The largest sides that there are, 65,500 pixels, still lie whole in a small window. */
const MIN_SCALE = 0.002;
const MAX_SCALE = 64;

export function toScreen(view: View, point: Point): Point {
  return { x: point.x * view.scale + view.x, y: point.y * view.scale + view.y };
}

export function toImage(view: View, point: Point): Point {
  return { x: (point.x - view.x) / view.scale, y: (point.y - view.y) / view.scale };
}

/** Scales about a fixed screen point. */
export function zoomAt(view: View, at: Point, factor: number): View {
  const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, view.scale * factor));
  const part = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * part, y: at.y - (at.y - view.y) * part };
}

export function panBy(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x + dx, y: view.y + dy };
}

/** Centres a box of the image in the surface, leaving `margin` CSS pixels free on each side. */
export function fitBox(box: Box, surface: Size, margin: number): View {
  const width = Math.max(1, box.right - box.left);
  const height = Math.max(1, box.bottom - box.top);
  const room = (size: number) => Math.max(1, size - 2 * margin);
  const wanted = Math.min(room(surface.width) / width, room(surface.height) / height);
  const scale = Math.min(MAX_SCALE, wanted);
  return {
    scale,
    x: surface.width / 2 - (box.left + width / 2) * scale,
    y: surface.height / 2 - (box.top + height / 2) * scale,
  };
}

/** By default with room for the rotation grip of an object at the top of the image. */
export function fitImage(image: Size, surface: Size, margin = 32): View {
  return fitBox({ left: 0, top: 0, right: image.width, bottom: image.height }, surface, margin);
}

/** The CSS transform that carries a layer drawn for view `from` to where `to` wants it. */
export function transformBetween(from: View, to: View): string {
  const part = to.scale / from.scale;
  return `translate(${to.x - from.x * part}px, ${to.y - from.y * part}px) scale(${part})`;
}
