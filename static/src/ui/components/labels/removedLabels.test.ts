import { expect, test } from "vitest";
import type { LabelSpec } from "../../../api/types";
import { recreated, removedLabels } from "./removedLabels";

const spec = (name: string, id?: number): LabelSpec => ({
  ...(id === undefined ? {} : { id }),
  name,
  color: "#ff0000",
  type: "any",
  attributes: [],
});

test("a label is removed when its id is gone, not when it is renamed", () => {
  const saved = [spec("car", 1), spec("cat", 2)];
  expect(removedLabels(saved, [spec("automobile", 1), spec("cat", 2)])).toEqual([]);
  expect(removedLabels(saved, [spec("cat", 2)])).toEqual([spec("car", 1)]);
});

test("a label that lost its id in JSON is one removed and made anew", () => {
  const edited = [spec("car"), spec("cat", 2)];
  const removed = removedLabels([spec("car", 1), spec("cat", 2)], edited);
  expect(recreated(removed, edited)).toEqual(["car"]);
});
