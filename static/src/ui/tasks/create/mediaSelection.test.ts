import { expect, test } from "vitest";
import { isUnusable, mediaKind, mediaProblem, withFiles } from "./mediaSelection";

const file = (name: string, size = 1) => ({ name, size });

test("files are told apart by their extensions, in any case", () => {
  expect(["a.JPG", "b.tiff", "c.MP4", "d.zip", "e", "f.txt"].map(mediaKind)).toEqual([
    "image",
    "image",
    "video",
    "archive",
    "unknown",
    "unknown",
  ]);
});

test("images alone, or one video or archive alone, make a task", () => {
  expect(mediaProblem([])).toBeNull();
  expect(mediaProblem([file("a.jpg"), file("b.png")])).toBeNull();
  expect(mediaProblem([file("a.mp4")])).toBeNull();
  expect(mediaProblem([file("a.zip")])).toBeNull();
  expect(mediaProblem([file("a.pdf")])).toBeNull();
});

test("anything else is named with the file that is in the way", () => {
  const cases = [
    [["a.jpg", "b.mp4"], "mixed", "b.mp4"],
    [["a.mp4", "b.avi"], "severalVideos", "b.avi"],
    [["a.pdf", "b.pdf"], "severalVideos", "b.pdf"],
    [["a.pdf", "b.png"], "mixed", "a.pdf"],
    [["a.jpg", "notes.txt"], "unknown", "notes.txt"],
    [["a.jpg", "b.jpg", "a.jpg"], "sameName", "a.jpg"],
  ] as const;
  for (const [names, problem, name] of cases) {
    expect(mediaProblem(names.map((one) => file(one)))).toEqual({ problem, name });
  }
  expect(mediaProblem([file("a.jpg", 0)])).toEqual({ problem: "empty", name: "a.jpg" });
});

test("a file that is dropped twice is chosen once", () => {
  const first = new File(["x"], "a.jpg", { lastModified: 1 });
  const again = new File(["x"], "a.jpg", { lastModified: 1 });
  const other = new File(["y"], "b.jpg", { lastModified: 1 });
  expect(withFiles([first], [again, other])).toEqual([first, other]);
});

test("a manifest may stand beside any media", () => {
  expect(mediaProblem([file("a.mp4"), file("manifest.jsonl")])).toBeNull();
  expect(mediaProblem([file("a.jpg"), file("b.jpg"), file("manifest.jsonl")])).toBeNull();
});

test("files that are empty or cannot be shown are of no use", () => {
  expect([file("a.jpg"), file("a.jpg", 0), file("notes.txt")].map(isUnusable)).toEqual([
    false,
    true,
    true,
  ]);
});

test("a hundred thousand files are looked through once, not each beside each", () => {
  const files = Array.from({ length: 100_000 }, (_, index) => file(`${index}.jpg`));
  const begun = performance.now();
  expect(mediaProblem(files)).toBeNull();
  expect(performance.now() - begun).toBeLessThan(20_000);
}, 60_000);
