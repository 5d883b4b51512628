import type { Orientation } from "./sample-index";

/**
 * A decoded picture as it is to be shown: cropped, with square pixels as it is annotated,
 * upright. The frame stays open.
 */
export async function toBitmap(frame: VideoFrame, orientation: Orientation): Promise<ImageBitmap> {
  const { mirrored, rotation } = orientation;
  const width = frame.visibleRect?.width ?? frame.codedWidth;
  const height = frame.visibleRect?.height ?? frame.codedHeight;
  const square = frame.displayWidth === width && frame.displayHeight === height;
  if (square && !mirrored && rotation === 0) return createImageBitmap(frame);
  const lying = rotation % 180 !== 0;
  const canvas = new OffscreenCanvas(lying ? height : width, lying ? width : height);
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) throw new Error("This browser gives no 2D context to workers");
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate((rotation * Math.PI) / 180);
  if (mirrored) context.scale(-1, 1);
  context.drawImage(frame, -width / 2, -height / 2, width, height);
  return canvas.transferToImageBitmap();
}
