import fc from "fast-check";
import { expect, test } from "vitest";
import { countOf, KINDS, type LabelStatistics, SHAPES } from "../../api/statistics";
import { frameLinks } from "./frameLinks";
import { labelRows, nextSorting, occurringKinds } from "./labelTable";
import { statisticsCsv } from "./statisticsCsv";

const NONE = Object.fromEntries(
  ["tag", ...SHAPES, ...SHAPES.map((shape) => `track_${shape}`), "keyframes", "interpolated"].map(
    (name) => [name, 0],
  ),
);

function label(name: string, counts: Partial<LabelStatistics> = {}): LabelStatistics {
  return { ...NONE, label_id: name.length, name, objects: 0, ...counts } as LabelStatistics;
}

const LABELS = [
  label("car", { rectangle: 3, track_rectangle: 2, objects: 5 }),
  label("Cat", { polygon: 7, objects: 7 }),
  label("sign 10"),
  label("sign 9", { track_mask: 1, track_polygon: 1, objects: 2 }),
];
const names = (labels: readonly LabelStatistics[]) => labels.map(({ name }) => name);

test("tracks of all types are one column, and columns of zeros are left out", () => {
  expect(countOf(LABELS[3] as LabelStatistics, "track")).toBe(2);
  expect(occurringKinds(LABELS)).toEqual(["rectangle", "polygon", "track"]);
});

test("labels are found whatever the case, and sorted by any column, equals by name", () => {
  const byName = { field: "name", descending: false } as const;
  expect(names(labelRows(LABELS, "  CA", byName, "en"))).toEqual(["car", "Cat"]);
  expect(names(labelRows(LABELS, "sign", byName, "en"))).toEqual(["sign 9", "sign 10"]);
  const byTracks = { field: "track", descending: true } as const;
  expect(names(labelRows(LABELS, "", byTracks, "en"))).toEqual(["car", "sign 9", "Cat", "sign 10"]);
});

test("another click turns a column round; numbers begin with the largest, names with A", () => {
  const first = nextSorting({ field: "name", descending: false }, "mask");
  expect(first).toEqual({ field: "mask", descending: true });
  expect(nextSorting(first, "mask").descending).toBe(false);
  expect(nextSorting(first, "name").descending).toBe(false);
});

/** Reads CSV as RFC 4180 describes it. */
function parsed(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = "", end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g,
  )) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === "\r\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

test("CSV keeps every name and number, and sums each column", () => {
  const name = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'aя ,"\n\r;') });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.nat(1000), fc.nat(1000)), { maxLength: 8 }), (given) => {
      const labels = given.map(([text, tag, track_mask]) =>
        label(text, { tag, track_mask, objects: tag + track_mask }),
      );
      const csv = statisticsCsv(labels);
      expect(csv.startsWith("\uFEFF")).toBe(true);
      const [head = [], ...rows] = parsed(csv.slice(1));
      const column = (title: string) => rows.map((row) => row[head.indexOf(title)]);
      expect(column("label").slice(0, -1)).toEqual(
        given.map(([text]) => (/^[\t\r]/.test(text) ? `'${text}` : text)),
      );
      const tags = column("tag").map(Number);
      expect(tags.at(-1)).toBe(tags.slice(0, -1).reduce((sum, count) => sum + count, 0));
      expect(column("objects").slice(0, -1).map(Number)).toEqual(labels.map((one) => one.objects));
    }),
  );
});

test("a label's name never becomes a formula of a program for tables", () => {
  expect(statisticsCsv([label('=HYPERLINK("x")')])).toContain(`"'=HYPERLINK(""x"")"`);
});

test("frames lead to the job that has them", () => {
  const jobs = [
    { id: 4, start_frame: 0, stop_frame: 9 },
    { id: 5, start_frame: 8, stop_frame: 17 },
  ];
  const href = frameLinks(7, jobs);
  expect(href(8)).toBe("/tasks/7/jobs/4?frame=8");
  expect(href(12)).toBe("/tasks/7/jobs/5?frame=12");
  expect(href(40)).toBeUndefined();
});

test("a thousand labels are sorted within a moment of typing", () => {
  const many = Array.from({ length: 1000 }, (_, index) =>
    label(`label ${index}`, { tag: index % 7, objects: index % 7 }),
  );
  const rows = labelRows(many, "label", { field: "tag", descending: true }, "ru");
  expect(rows).toHaveLength(1000);
  expect(rows[0]?.tag).toBe(6);
  expect(KINDS.includes("track")).toBe(true);
});
