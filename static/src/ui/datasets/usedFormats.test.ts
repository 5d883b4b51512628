import { beforeEach, expect, test } from "vitest";
import { rememberFormat, usedFormats } from "./usedFormats";

beforeEach(() => localStorage.clear());

test("the latest comes first, each once, three of them, apart by direction", () => {
  for (const name of ["a", "b", "c", "a", "d"]) rememberFormat("export", name);
  expect(usedFormats("export")).toEqual(["d", "a", "c"]);
  expect(usedFormats("import")).toEqual([]);
});

test("what is stored in another form counts as nothing", () => {
  localStorage.setItem("skylabel.formats.export", "{broken");
  expect(usedFormats("export")).toEqual([]);
  localStorage.setItem("skylabel.formats.export", '{"a": 1}');
  expect(usedFormats("export")).toEqual([]);
});
