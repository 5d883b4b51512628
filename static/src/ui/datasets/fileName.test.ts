import { expect, test } from "vitest";
import { fileNameProblem } from "./fileName";

test.each([
  ["", null],
  ["  ", null],
  ["cats and dogs_2-a.zip", null],
  ["кошки.zip", "characters"],
  ["a/b.zip", "characters"],
  ["cats", "extension"],
  ["cats.", "extension"],
  [".zip", "extension"],
  [".hidden.zip", "extension"],
  [`${"a".repeat(251)}.zip`, "length"],
])("%j: %s", (name, problem) => {
  expect(fileNameProblem(name)).toBe(problem);
});
