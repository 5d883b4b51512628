import { isUnusable } from "./mediaSelection";

/** What a folder brings to a task. */
export interface FolderContent {
  files: File[];
  /** Paths of what nothing can be made of: hidden and empty files, and what cannot be shown. */
  leftOut: string[];
}

/** A file by the name of its path: `related_images/a_jpg/left.png`. Its bytes are not copied. */
export function withPath(file: File, path: string): File {
  if (file.name === path) return file;
  return new File([file], path, { type: file.type, lastModified: file.lastModified });
}

/** Parts the files of a folder, which have the names of their paths, by whether they are of use. */
export function usable(files: readonly File[]): FolderContent {
  const isLeftOut = (file: File) => isHidden(file.name) || isUnusable(file);
  return {
    files: files.filter((file) => !isLeftOut(file)),
    leftOut: files.filter(isLeftOut).map(({ name }) => name),
  };
}

/** What a folder that was chosen in a dialog brings, by the paths in it. */
export function folderFiles(files: readonly File[]): FolderContent {
  return usable(
    files.map((file) =>
      withPath(file, file.webkitRelativePath.split("/").slice(1).join("/") || file.name),
    ),
  );
}

function isHidden(path: string): boolean {
  return /(^|\/)\./.test(path);
}
