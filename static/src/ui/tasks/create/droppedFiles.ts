import { type FolderContent, usable, withPath } from "./folderPaths";

/**
 * Files of a drop, those inside dropped folders too with their paths. Of folders only what is of
 * use; files that were dropped singly are meant, whatever they are.
 */
export async function droppedFiles(data: DataTransfer): Promise<FolderContent> {
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return { files: [...data.files], leftOut: [] };
  const only = entries.length === 1 ? entries[0] : undefined;
  // One folder is what the task is made of: its own name says nothing of the files in it.
  const root = only?.isDirectory ? `${only.fullPath}/` : "/";
  const single = await Promise.all(entries.filter(isFile).map((entry) => fileOf(entry, root)));
  const folders = entries.filter((entry) => !isFile(entry));
  const inside = usable((await Promise.all(folders.map((one) => filesOf(one, root)))).flat());
  return { files: [...single, ...inside.files], leftOut: inside.leftOut };
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

async function fileOf(entry: FileSystemFileEntry, root: string): Promise<File> {
  const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  return withPath(file, entry.fullPath.slice(root.length));
}

async function filesOf(entry: FileSystemEntry, root: string): Promise<File[]> {
  if (isFile(entry)) return [await fileOf(entry, root)];
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
