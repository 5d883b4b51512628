import type { DatasetFormat } from "../../api/types";
import { zipNames } from "../../io/zip-names";
import { extensionsOf } from "./formatCatalogue";

/** What the names of the files in an archive tell of its format, by name without version. */
const BY_NAMES: readonly [name: string, sign: RegExp][] = [
  ["COCO Keypoints", /^annotations\/person_keypoints_.*\.json$/],
  ["COCO Panoptic", /^annotations\/panoptic_.*\.json$/],
  ["COCO", /^annotations\/instances_.*\.json$/],
  ["Supervisely", /^meta\.json$|\/ann\/.*\.json$/],
  ["Sly Point Cloud Format", /^key_id_map\.json$/],
  ["Kitti Raw Format", /tracklet_labels\.xml$/],
  ["YOLO", /^obj\.(data|names)$|^obj_.*_data\//],
  ["PASCAL VOC", /^(VOC\d*\/)?Annotations\/.*\.xml$/],
  ["MOTS PNG", /(^|\/)instances\/.*\.png$/],
  ["MOT", /(^|\/)gt\/gt\.txt$/],
  ["WiderFace", /^wider_face_split\//],
  ["VGGFace2", /^bb_landmark\//],
  ["LFW", /^(\w+\/)?annotations\/(pairs|landmarks|people)\.txt$/],
  ["Cityscapes", /_gtFine_(labelIds|instanceIds|color)\.png$/],
  ["Open Images V6", /-annotations-(bbox|human-imagelabels|object-segmentation)\.csv$/],
  ["Segmentation mask", /^labelmap\.txt$/],
  ["CamVid", /^label_colors\.txt$/],
  ["CVAT", /^annotations\.xml$/],
];

/** What the beginning of a single file tells of its format. */
const BY_TEXT: readonly [name: string, sign: RegExp][] = [
  ["Kitti Raw Format", /<tracklets\b/],
  ["CVAT", /<annotations\b/],
  ["COCO Keypoints", /"keypoints"\s*:\s*\[\s*"/],
  ["COCO Panoptic", /"segments_info"/],
  ["LabelMe JSON", /"imagePath"/],
  ["Datumaro", /"dm_format_version"|"items"\s*:\s*\[/],
  ["Label Studio", /"from_name"/],
  ["COCO", /"(annotations|categories)"\s*:\s*\[/],
  ["SageMaker Ground Truth", /"source-ref"/],
];

const BEGINNING_BYTES = 64 * 1024;

/**
 * The format that a file is probably in: the only one with such an extension, or the one that its
 * content speaks of. Null if nothing tells.
 */
export async function guessFormat(
  file: File,
  formats: readonly DatasetFormat[],
): Promise<string | null> {
  const lower = file.name.toLowerCase();
  const fitting = formats.filter((format) =>
    extensionsOf(format).some((extension) => lower.endsWith(extension)),
  );
  if (fitting.length < 2) return fitting[0]?.name ?? null;
  const names = lower.endsWith(".zip") ? await zipNames(file) : null;
  const signs = names ? signsOf(names) : await signsIn(file);
  const found = signs.flatMap((title) => fitting.find(({ name }) => isCalled(name, title)) ?? []);
  return found[0]?.name ?? null;
}

function isCalled(name: string, title: string): boolean {
  return name.replace(/ [\d.]+$/, "") === title;
}

function signsOf(names: readonly string[]): string[] {
  return BY_NAMES.filter(([, sign]) => names.some((name) => sign.test(name))).map(([name]) => name);
}

async function signsIn(file: File): Promise<string[]> {
  const beginning = await file.slice(0, BEGINNING_BYTES).text();
  return BY_TEXT.filter(([, sign]) => sign.test(beginning)).map(([name]) => name);
}
