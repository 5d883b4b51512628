import { expect, test } from "vitest";
import { droppedFiles } from "./droppedFiles";
import { folderFiles } from "./folderPaths";

function inFolder(path: string, content = "x"): File {
  const file = new File([content], path.slice(path.lastIndexOf("/") + 1));
  return Object.defineProperty(file, "webkitRelativePath", { value: path });
}

test("of a chosen folder, what is of no use is left out by name", () => {
  const chosen = ["a.jpg", "sub/b.png", "notes.txt", ".DS_Store", ".git/c.jpg"];
  const files = chosen.map((path) => inFolder(`street/${path}`));
  const { files: kept, leftOut } = folderFiles([...files, inFolder("street/empty.jpg", "")]);
  expect(kept.map(({ name }) => name)).toEqual(["a.jpg", "sub/b.png"]);
  expect(leftOut).toEqual(["notes.txt", ".DS_Store", ".git/c.jpg", "empty.jpg"]);
});

function fileEntry(path: string) {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const file = (done: (file: File) => void) => done(new File(["x"], name));
  return { isFile: true, isDirectory: false, name, fullPath: path, file };
}

function folderEntry(path: string, entries: object[]) {
  const portions = [entries, []];
  const readEntries = (done: (entries: object[]) => void) => done(portions.shift() ?? []);
  const createReader = () => ({ readEntries });
  return { isFile: false, isDirectory: true, name: path.slice(1), fullPath: path, createReader };
}

function drop(...entries: object[]): DataTransfer {
  const items = entries.map((entry) => ({ webkitGetAsEntry: () => entry }));
  return { items, files: [] } as unknown as DataTransfer;
}

test("of a dropped folder too; files that are dropped beside it are all meant", async () => {
  const folder = () =>
    folderEntry("/street", [fileEntry("/street/a.jpg"), fileEntry("/street/.DS_Store")]);
  const alone = await droppedFiles(drop(folder()));
  expect(alone.files.map(({ name }) => name)).toEqual(["a.jpg"]);
  expect(alone.leftOut).toEqual([".DS_Store"]);
  const both = await droppedFiles(drop(folder(), fileEntry("/notes.txt")));
  expect(both.files.map(({ name }) => name)).toEqual(["notes.txt", "street/a.jpg"]);
  expect(both.leftOut).toEqual(["street/.DS_Store"]);
});
