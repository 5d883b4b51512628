import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import type { DatasetFormat } from "../../api/types";
import { zipNames } from "../../io/zip-names";
import { guessFormat } from "./guessFormat";

function formats(...given: [title: string, ext: string][]): DatasetFormat[] {
  return given.map(([title, ext]) => ({
    name: `${title} 1.0`,
    version: "1.0",
    ext,
    enabled: true,
    dimension: "2d",
  }));
}

const KNOWN = formats(
  ["CVAT", "XML, ZIP"],
  ["COCO", "JSON, ZIP"],
  ["COCO Keypoints", "JSON, ZIP"],
  ["PASCAL VOC", "ZIP"],
  ["Segmentation mask", "ZIP"],
  ["MOT", "ZIP"],
  ["Kitti Raw Format", "ZIP, XML"],
  ["YOLO", "ZIP"],
  ["Table", "PARQUET"],
);

function archive(...names: string[]): File {
  const body = zipSync(Object.fromEntries(names.map((name) => [name, strToU8("content")])));
  return new File([body as BlobPart], "upload.zip");
}

test("names of an archive's files are read from its end", async () => {
  expect(await zipNames(archive("a/б.txt", "c.png"))).toEqual(["a/б.txt", "c.png"]);
  expect(await zipNames(new File(["no archive"], "x.zip"))).toBeNull();
  const whole = archive("a.txt");
  expect(await zipNames(whole.slice(0, whole.size - 10))).toBeNull();
});

test("names behind a comment of the archive are found too", async () => {
  const plain = new Uint8Array(await archive("a.txt").arrayBuffer());
  const comment = strToU8("made by hand");
  const body = new Uint8Array([...plain, ...comment]);
  new DataView(body.buffer).setUint16(plain.length - 2, comment.length, true);
  expect(await zipNames(new Blob([body]))).toEqual(["a.txt"]);
});

test.each([
  [["annotations.xml", "images/a.jpg"], "CVAT 1.0"],
  [["annotations/instances_default.json"], "COCO 1.0"],
  [["annotations/person_keypoints_default.json"], "COCO Keypoints 1.0"],
  [["labelmap.txt", "Annotations/a.xml", "SegmentationClass/a.png"], "PASCAL VOC 1.0"],
  [["labelmap.txt", "SegmentationClass/a.png"], "Segmentation mask 1.0"],
  [["gt/gt.txt", "gt/labels.txt"], "MOT 1.0"],
  [["obj.data", "obj.names", "obj_train_data/a.txt"], "YOLO 1.0"],
  [["readme.txt"], null],
])("an archive of %j is taken for %s", async (names, format) => {
  expect(await guessFormat(archive(...names), KNOWN)).toBe(format);
});

test.each([
  ["a.json", '{"images": [], "categories": [{"id": 1}], "annotations": []}', "COCO 1.0"],
  ["a.json", '{"categories": [{"keypoints": ["nose"]}], "annotations": []}', "COCO Keypoints 1.0"],
  ["a.json", '{"other": 1}', null],
  ["a.xml", "<?xml version='1.0'?><annotations><version>1.1</version>", "CVAT 1.0"],
  ["a.xml", "<boost_serialization><tracklets version='0'>", "Kitti Raw Format 1.0"],
  ["A.PARQUET", "PAR1", "Table 1.0"],
  ["a.exe", "MZ", null],
])("%s with %s is taken for %s", async (name, content, format) => {
  expect(await guessFormat(new File([content], name), KNOWN)).toBe(format);
});
