import { expect, test } from "vitest";
import { isComplete, type MediaSource, NO_SOURCE, nameFromSource, sourceSpec } from "./mediaSource";

const SHARE: MediaSource = { ...NO_SOURCE, kind: "share", share: ["street/", "a.jpg"], copy: true };
const LINKS: MediaSource = { ...NO_SOURCE, kind: "links", links: "https://a.org/clip.mp4?x=1" };
const CLOUD: MediaSource = {
  ...NO_SOURCE,
  kind: "cloud",
  storageId: 7,
  manifest: "street/manifest.jsonl",
  objects: ["street/1.jpg"],
};

test("the server is told of the chosen source alone", () => {
  expect(sourceSpec({ ...SHARE, links: LINKS.links })).toEqual({
    server_files: ["street/", "a.jpg"],
    copy_data: true,
  });
  expect(sourceSpec(LINKS)).toEqual({ remote_files: ["https://a.org/clip.mp4?x=1"] });
  expect(sourceSpec(CLOUD)).toEqual({
    server_files: ["street/manifest.jsonl", "street/1.jpg"],
    cloud_storage_id: 7,
    copy_data: false,
  });
});

test("a source without files makes no task", () => {
  for (const source of [SHARE, LINKS, CLOUD]) {
    expect(isComplete(source)).toBe(true);
    expect(isComplete({ ...NO_SOURCE, kind: source.kind })).toBe(false);
  }
  expect(isComplete({ ...CLOUD, objects: [] })).toBe(true);
  expect(isComplete({ ...CLOUD, storageId: null })).toBe(false);
});

test("a task is named after its first file", () => {
  expect(nameFromSource(SHARE)).toBe("street");
  expect(nameFromSource(LINKS)).toBe("clip");
  expect(nameFromSource(CLOUD)).toBe("1");
  expect(nameFromSource(NO_SOURCE)).toBe("");
});
