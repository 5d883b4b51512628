import type { Size, View } from "../geometry/view";
import type { Drawable } from "../media/drawable";

/** Above this many pixels the picture is drawn smaller; browsers refuse larger canvases. */
const MOST_PIXELS = 64e6;
/** From this zoom on, pixels are shown as squares: annotators count them. */
const PIXELATED_FROM = 3;

/** The picture, drawn once per frame; the view moves it by CSS alone. */
export class ImageLayer {
  readonly element = document.createElement("canvas");
  private size: Size = { width: 0, height: 0 };
  private view: View = { scale: 1, x: 0, y: 0 };

  constructor() {
    this.element.className = "stage-layer stage-image";
    this.element.style.transformOrigin = "0 0";
  }

  /** `size` is that of the frame in image pixels; the picture may be a smaller rendition of it. */
  draw(picture: Drawable, size: Size): void {
    const shrink = Math.min(1, Math.sqrt(MOST_PIXELS / (picture.width * picture.height)));
    const width = Math.max(1, Math.round(picture.width * shrink));
    const height = Math.max(1, Math.round(picture.height * shrink));
    if (this.element.width !== width) this.element.width = width;
    if (this.element.height !== height) this.element.height = height;
    const context = this.element.getContext("2d", { alpha: false });
    if (context) picture.paint(context, width, height);
    this.size = size;
    this.place();
  }

  setView(view: View): void {
    this.view = view;
    this.place();
  }

  setFilter(filter: string): void {
    this.element.style.filter = filter;
  }

  private place(): void {
    const { style, width, height } = this.element;
    style.width = `${width}px`;
    style.height = `${height}px`;
    const horizontal = (this.size.width / width) * this.view.scale;
    const vertical = (this.size.height / height) * this.view.scale;
    style.transform = `translate(${this.view.x}px, ${this.view.y}px) scale(${horizontal}, ${vertical})`;
    style.imageRendering = this.view.scale >= PIXELATED_FROM ? "pixelated" : "auto";
  }
}
