import { withPath } from "./folderPaths";

/** Files of a drop, those inside dropped folders too with their paths, hidden files left out. */
export async function droppedFiles(data: DataTransfer): Promise<File[]> {
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...data.files];
  const only = entries.length === 1 ? entries[0] : undefined;
  // One folder is what the task is made of: its own name says nothing of the files in it.
  const root = only?.isDirectory ? `${only.fullPath}/` : "/";
  const found = await Promise.all(entries.map((entry) => filesOf(entry, root)));
  return found.flat();
}

async function filesOf(entry: FileSystemEntry, root: string): Promise<File[]> {
  if (entry.name.startsWith(".")) return [];
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [withPath(file, entry.fullPath.slice(root.length))];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: File[] = [];
  // A reader hands out a directory in portions and ends with an empty one.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (entries.length === 0) return files;
    files.push(...(await Promise.all(entries.map((inner) => filesOf(inner, root)))).flat());
  }
}
