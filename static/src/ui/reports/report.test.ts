import { beforeAll, expect, test } from "vitest";
import type { Report } from "../../api/reports";
import { startTranslation, switchLanguage } from "../../i18n/i18n";
import { changedIn, filesIn, isComplete, kindsIn, leftOutOf } from "./reportLines";
import { reportText } from "./reportText";
import { kindName, reasonText } from "./reportWords";

const REPORT: Report = {
  verb: "Imported",
  format: "COCO 1.0",
  frames: 3,
  objects: 1205,
  kinds: { tag: 5, rectangle: 1100, "polygon track": 100 },
  converted: { "ellipse became a polygon": 1 },
  skipped: { "image is not in the task": 7, "no label of that name": 4, "never heard of": 1 },
  labels: { zebra: 3, okapi: 1 },
  examples: { "image is not in the task": ["a.jpg", "b.jpg"], "ellipse became a polygon": ["c"] },
  files: {
    "fine.json": { objects: 5, skipped: 0, converted: 0 },
    "changed.json": { objects: 1, skipped: 0, converted: 1 },
    "poor.json": { objects: 0, skipped: 12, converted: 0 },
    "also fine.json": { objects: 9, skipped: 0, converted: 0 },
  },
  more_files: 2,
  new_labels: ["tapir"],
};

const EMPTY: Report = {
  ...REPORT,
  kinds: {},
  converted: {},
  skipped: {},
  labels: {},
  examples: {},
  files: {},
  more_files: 0,
  new_labels: [],
};

let t: Awaited<ReturnType<typeof startTranslation>>["t"];

beforeAll(async () => {
  ({ t } = await startTranslation("en"));
});

test("what there is most of comes first", () => {
  expect(kindsIn(REPORT).map(([kind]) => kind)).toEqual(["rectangle", "polygon track", "tag"]);
  expect(leftOutOf(REPORT).map(({ count }) => count)).toEqual([7, 4, 1]);
});

test("examples are known to be some of the places, or all of them", () => {
  expect(leftOutOf(REPORT)[0]).toMatchObject({ examples: ["a.jpg", "b.jpg"], hasMore: true });
  expect(leftOutOf(REPORT)[1]).toMatchObject({ examples: [], hasMore: false });
  expect(changedIn(REPORT)[0]).toMatchObject({ examples: ["c"], hasMore: false });
});

test("files with trouble come first, each kind by name", () => {
  expect(filesIn(REPORT).map(({ name }) => name)).toEqual([
    "changed.json",
    "poor.json",
    "also fine.json",
    "fine.json",
  ]);
});

test("a report is complete if nothing was changed or left out", () => {
  expect(isComplete(EMPTY)).toBe(true);
  expect(isComplete({ ...EMPTY, converted: REPORT.converted })).toBe(false);
  expect(isComplete({ ...EMPTY, skipped: REPORT.skipped })).toBe(false);
});

test("as text it says everything, in order", async () => {
  await switchLanguage("en");
  expect(reportText(REPORT, t, "en")).toBe(
    [
      "COCO 1.0: Imported 1,205 objects on 3 frames",
      "",
      "Taken over",
      "  Rectangles: 1,100",
      "  Tracks of polygons: 100",
      "  Tags: 5",
      "",
      "Changed",
      "  1 × Ellipse became a polygon (c)",
      "",
      "Left out",
      "  7 × Image is not in the task (a.jpg; b.jpg; …)",
      "  4 × No label of that name",
      "  1 × Never heard of",
      "",
      "Labels made of the dataset's",
      "  tapir",
      "",
      "Labels that are not here",
      "  zebra: 3",
      "  okapi: 1",
      "",
      "Files",
      "  changed.json: 1 taken over, 1 changed, 0 left out",
      "  poor.json: 0 taken over, 0 changed, 12 left out",
      "  also fine.json: 9 taken over, 0 changed, 0 left out",
      "  fine.json: 5 taken over, 0 changed, 0 left out",
      "  and 2 more files",
      "",
    ].join("\n"),
  );
  expect(reportText(EMPTY, t, "en")).toContain("nothing left out");
});

test("reasons and kinds are said in Russian, unknown ones as they are", async () => {
  await switchLanguage("ru");
  expect(reasonText("image is not in the task", t)).toBe("Изображения нет в задаче");
  expect(reasonText("never heard of", t)).toBe("Never heard of");
  expect(kindName("polygon track", t)).toBe("Треки многоугольников");
  expect(kindName("blob", t)).toBe("blob");
  await switchLanguage("en");
});
