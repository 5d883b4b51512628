import type { Drawable } from "./drawable";
import { BitmapDrawable } from "./drawable";

/** Decodes an encoded picture, into a smaller one if it would take more memory than `bytes`. */
export async function decodePicture(blob: Blob, bytes: number): Promise<Drawable> {
  const whole = new BitmapDrawable(await createImageBitmap(blob));
  const scale = Math.sqrt(bytes / whole.bytes);
  if (scale >= 1) return whole;
  whole.close();
  // From the blob again: two large pictures at a time would be what is to be avoided.
  return new BitmapDrawable(
    await createImageBitmap(blob, {
      resizeWidth: Math.max(1, Math.floor(whole.width * scale)),
      resizeHeight: Math.max(1, Math.floor(whole.height * scale)),
    }),
  );
}
