import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { DatasetFormat } from "../../api/types";
import en from "../../i18n/locales/en/formats.json";
import { extensionsOf, formatsOf, holdsKey, mayHaveMasks, purposeOf } from "./formatCatalogue";

function format(title: string, more: Partial<DatasetFormat> = {}): DatasetFormat {
  const version = "1.0";
  const name = `${title} ${version}`;
  return { name, version, ext: "ZIP", enabled: true, dimension: "2d", ...more };
}

/** Titles that the server's catalogue names: `Exporter(title="COCO", …)` or `Exporter("COCO", …)`. */
function titlesOfServer(): string[] {
  const catalogue = join(import.meta.dirname, "../../../../chalicelib/formats/catalogue");
  const sources = readdirSync(catalogue, { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.endsWith(".py"))
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
  const given = sources.flatMap((source) => [
    ...source.matchAll(/\b(?:Exporter|Importer)\(\s*(?:title=)?"([^"]+)"/g),
  ]);
  return [...new Set(given.map(([, title = ""]) => title))];
}

test("every format of the server has a purpose and a line of what it can hold", () => {
  const titles = titlesOfServer();
  expect(titles.length).toBeGreaterThan(3);
  const unknown = titles.filter((title) => {
    const described = holdsKey(format(title)) in en.holds;
    return !described || purposeOf(format(title)) === "other";
  });
  expect(unknown).toEqual([]);
});

test("formats of one dimension are offered, those that are switched off never", () => {
  const all = [
    format("COCO"),
    format("Datumaro 3D", { dimension: "3d" }),
    format("KITTI", { enabled: false }),
  ];
  const names = (dimension: string | null) => formatsOf(all, dimension).map(({ name }) => name);
  expect(names("2d")).toEqual(["COCO 1.0"]);
  expect(names("3d")).toEqual(["Datumaro 3D 1.0"]);
  expect(names(null)).toEqual(["COCO 1.0", "Datumaro 3D 1.0"]);
});

test("a format that is new here is found among the others, or by its dimension", () => {
  expect(purposeOf(format("Brand New"))).toBe("other");
  expect(purposeOf(format("Brand New", { dimension: "3d" }))).toBe("points3d");
  expect(mayHaveMasks(format("Brand New"))).toBe(true);
  expect(mayHaveMasks(format("YOLO"))).toBe(false);
});

test("extensions are those of files", () => {
  expect(extensionsOf(format("COCO", { ext: "JSON, ZIP" }))).toEqual([".json", ".zip"]);
});
