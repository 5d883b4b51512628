import type { Orientation } from "./sample-index";

export type Context2D = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** A decoded picture, upright. */
export interface Drawable {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Memory that it takes. */
  readonly bytes: number;
  /** Fills `width × height` pixels of a canvas from its top left. Nothing if it is closed. */
  paint(context: Context2D, width: number, height: number): void;
  close(): void;
}

/** A picture that came encoded. */
export class BitmapDrawable implements Drawable {
  readonly width: number;
  readonly height: number;

  constructor(private readonly bitmap: ImageBitmap) {
    this.width = bitmap.width;
    this.height = bitmap.height;
  }

  get bytes(): number {
    return this.width * this.height * 4;
  }

  paint(context: Context2D, width: number, height: number): void {
    // A closed bitmap has no size.
    if (this.bitmap.width > 0) context.drawImage(this.bitmap, 0, 0, width, height);
  }

  close(): void {
    this.bitmap.close();
  }
}

/**
 * A picture of a video as its decoder gave it: turned into colours when it is drawn, not before.
 * Pixels are square, as they are annotated, whatever the video says of them.
 */
export class FrameDrawable implements Drawable {
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  private closed = false;

  constructor(
    private readonly frame: VideoFrame,
    private readonly orientation: Orientation,
  ) {
    const { width, height } = visibleSize(frame);
    const lying = orientation.rotation % 180 !== 0;
    this.width = lying ? height : width;
    this.height = lying ? width : height;
    this.bytes = bytesOf(frame);
  }

  paint(context: Context2D, width: number, height: number): void {
    if (this.closed) return;
    const { mirrored, rotation } = this.orientation;
    const lying = rotation % 180 !== 0;
    const [across, down] = lying ? [height, width] : [width, height];
    context.save();
    context.translate(width / 2, height / 2);
    context.rotate((rotation * Math.PI) / 180);
    if (mirrored) context.scale(-1, 1);
    context.drawImage(this.frame, -across / 2, -down / 2, across, down);
    context.restore();
  }

  /** The same picture once more, closed on its own. */
  copy(): FrameDrawable {
    return new FrameDrawable(this.frame.clone(), this.orientation);
  }

  close(): void {
    this.closed = true;
    this.frame.close();
  }
}

function visibleSize(frame: VideoFrame): { width: number; height: number } {
  return frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
}

function bytesOf(frame: VideoFrame): number {
  // Formats that only the decoder knows have no size to tell.
  return frame.format === null ? frame.codedWidth * frame.codedHeight * 4 : frame.allocationSize();
}
