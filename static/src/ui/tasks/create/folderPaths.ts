/** A file by the name of its path: `related_images/a_jpg/left.png`. Its bytes are not copied. */
export function withPath(file: File, path: string): File {
  if (file.name === path) return file;
  return new File([file], path, { type: file.type, lastModified: file.lastModified });
}

/** Files of a folder that was chosen in a dialog, by their paths in it, hidden ones left out. */
export function folderFiles(files: readonly File[]): File[] {
  return files
    .filter(({ webkitRelativePath: path }) => !/(^|\/)\./.test(path))
    .map((file) => withPath(file, file.webkitRelativePath.split("/").slice(1).join("/")));
}
