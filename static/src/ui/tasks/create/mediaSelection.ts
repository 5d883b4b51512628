const IMAGE_EXTENSIONS = new Set("jpg jpeg jpe jfif png webp bmp dib gif tif tiff".split(" "));
const VIDEO_EXTENSIONS = new Set("mp4 m4v mov mkv webm avi".split(" "));

export type MediaKind = "image" | "video" | "archive" | "unknown";

/** Why files cannot become one task: a translation key under `tasks:media.problem`. */
export type MediaProblem = "unknown" | "empty" | "severalVideos" | "mixed" | "sameName";

/** What a file seems to be, by its extension; the server looks at its bytes. */
export function mediaKind(name: string): MediaKind {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  if (IMAGE_EXTENSIONS.has(extension)) return "image";
  if (VIDEO_EXTENSIONS.has(extension)) return "video";
  return extension === "zip" ? "archive" : "unknown";
}

/** Every extension that a file chooser offers: `.jpg,.png,…`. */
export const ACCEPTED = [...IMAGE_EXTENSIONS, ...VIDEO_EXTENSIONS, "zip"]
  .map((extension) => `.${extension}`)
  .join();

/**
 * What is wrong with these files as the media of one task (images, or one video, or one archive of
 * images), or null; with the name of the first file that it concerns.
 */
export function mediaProblem(
  files: readonly Pick<File, "name" | "size">[],
): { problem: MediaProblem; name: string } | null {
  const unknown = files.find(({ name }) => mediaKind(name) === "unknown");
  if (unknown) return { problem: "unknown", name: unknown.name };
  const empty = files.find(({ size }) => size === 0);
  if (empty) return { problem: "empty", name: empty.name };
  const single = files.filter(({ name }) => mediaKind(name) !== "image");
  const [first, second] = single;
  if (first && single.length < files.length) return { problem: "mixed", name: first.name };
  if (second) return { problem: "severalVideos", name: second.name };
  const names = files.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  return twice === undefined ? null : { problem: "sameName", name: twice };
}

/** Adds files to a choice; a file that was chosen before is not added again. */
export function withFiles(chosen: readonly File[], added: readonly File[]): File[] {
  const known = new Set(chosen.map(fingerprint));
  return [...chosen, ...added.filter((file) => !known.has(fingerprint(file)))];
}

function fingerprint({ name, size, lastModified }: File): string {
  return `${name}/${size}/${lastModified}`;
}
