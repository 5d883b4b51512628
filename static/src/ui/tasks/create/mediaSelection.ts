const EXTENSIONS = {
  image:
    "jpg jpeg jpe jfif png apng webp bmp dib gif tif tiff heic heif avif jp2 j2k jpx pnm pbm pgm ppm tga",
  video: "mp4 m4v mov mkv webm avi ts mts m2ts mpg mpeg vob flv ogv wmv asf 3gp",
  archive: "zip tar tgz gz bz2 tbz2 xz txz zst",
  document: "pdf",
  points: "pcd bin",
  manifest: "jsonl",
} as const;
const KINDS = new Map(
  Object.entries(EXTENSIONS).flatMap(([kind, extensions]) =>
    extensions.split(" ").map((extension) => [extension, kind as keyof typeof EXTENSIONS]),
  ),
);
/** Kinds of which a task has many files; of the others, one. */
const MANY: ReadonlySet<MediaKind> = new Set<MediaKind>(["image", "points"]);

export type MediaKind = keyof typeof EXTENSIONS | "unknown";

/** Why files cannot become one task: a translation key under `tasks:media.problem`. */
export type MediaProblem = "unknown" | "empty" | "severalVideos" | "mixed" | "sameName";

/** What a file seems to be, by its extension; the server looks at its bytes. */
export function mediaKind(name: string): MediaKind {
  return KINDS.get(name.slice(name.lastIndexOf(".") + 1).toLowerCase()) ?? "unknown";
}

/** Every extension that a file chooser offers: `.jpg,.png,…`. */
export const ACCEPTED = [...KINDS.keys()].map((extension) => `.${extension}`).join();

/** Whether nothing can be made of a file: it is empty, or nothing that can be shown. */
export function isUnusable({ name, size }: Pick<File, "name" | "size">): boolean {
  return size === 0 || mediaKind(name) === "unknown";
}

/**
 * What is wrong with these files as the media of one task (images, or one video, or one archive or
 * PDF, perhaps with a manifest), or null; with the name of the first file that it concerns.
 */
export function mediaProblem(
  files: readonly Pick<File, "name" | "size">[],
): { problem: MediaProblem; name: string } | null {
  const unknown = files.find(({ name }) => mediaKind(name) === "unknown");
  if (unknown) return { problem: "unknown", name: unknown.name };
  const empty = files.find(({ size }) => size === 0);
  if (empty) return { problem: "empty", name: empty.name };
  const media = files.filter(({ name }) => mediaKind(name) !== "manifest");
  const single = media.filter(({ name }) => !MANY.has(mediaKind(name)));
  const [first, second] = single;
  if (first && single.length < media.length) return { problem: "mixed", name: first.name };
  if (second) return { problem: "severalVideos", name: second.name };
  const seen = new Set<string>();
  const twice = files.find(({ name }) => seen.size === seen.add(name).size);
  return twice ? { problem: "sameName", name: twice.name } : null;
}

/** Adds files to a choice; a file that was chosen before is not added again. */
export function withFiles(chosen: readonly File[], added: readonly File[]): File[] {
  const known = new Set(chosen.map(fingerprint));
  return [...chosen, ...added.filter((file) => !known.has(fingerprint(file)))];
}

function fingerprint({ name, size, lastModified }: File): string {
  return `${name}/${size}/${lastModified}`;
}
