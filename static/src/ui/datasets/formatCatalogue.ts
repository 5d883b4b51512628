import type { DatasetFormat } from "../../api/types";

/** What people choose a format for, in the order that it is offered. */
export const PURPOSES = [
  "everything",
  "boxes",
  "segmentation",
  "keypoints",
  "tracking",
  "classification",
  "text",
  "points3d",
  "other",
] as const;
export type Purpose = (typeof PURPOSES)[number];

interface Facts {
  purpose: Purpose;
  /** Its files may have masks. */
  masks?: true;
}

/** By the name without version. */
const FACTS: Readonly<Record<string, Facts>> = {
  CVAT: { purpose: "everything", masks: true },
  "CVAT for images": { purpose: "everything", masks: true },
  "CVAT for video": { purpose: "everything", masks: true },
  Datumaro: { purpose: "everything", masks: true },
  Supervisely: { purpose: "everything", masks: true },
  "Label Studio": { purpose: "everything", masks: true },
  Parquet: { purpose: "everything", masks: true },
  YOLO: { purpose: "boxes" },
  "Ultralytics YOLO Detection": { purpose: "boxes" },
  "Ultralytics YOLO Oriented Bounding Boxes": { purpose: "boxes" },
  "PASCAL VOC": { purpose: "boxes", masks: true },
  KITTI: { purpose: "boxes", masks: true },
  "Open Images V6": { purpose: "boxes", masks: true },
  WiderFace: { purpose: "boxes" },
  VGGFace2: { purpose: "boxes" },
  "SageMaker Ground Truth": { purpose: "boxes" },
  TFRecord: { purpose: "boxes" },
  COCO: { purpose: "segmentation", masks: true },
  "COCO Panoptic": { purpose: "segmentation", masks: true },
  "Segmentation mask": { purpose: "segmentation", masks: true },
  "Ultralytics YOLO Segmentation": { purpose: "segmentation" },
  LabelMe: { purpose: "segmentation", masks: true },
  "LabelMe JSON": { purpose: "segmentation", masks: true },
  CamVid: { purpose: "segmentation", masks: true },
  Cityscapes: { purpose: "segmentation", masks: true },
  "COCO Keypoints": { purpose: "keypoints" },
  "Ultralytics YOLO Pose": { purpose: "keypoints" },
  LFW: { purpose: "keypoints" },
  MOT: { purpose: "tracking" },
  "MOTS PNG": { purpose: "tracking", masks: true },
  "Ultralytics YOLO Detection Track": { purpose: "tracking" },
  ImageNet: { purpose: "classification" },
  "Ultralytics YOLO Classification": { purpose: "classification" },
  "Market-1501": { purpose: "classification" },
  "ICDAR Recognition": { purpose: "text" },
  "ICDAR Localization": { purpose: "text" },
  "ICDAR Segmentation": { purpose: "text", masks: true },
  "Datumaro 3D": { purpose: "points3d" },
  "Kitti Raw Format": { purpose: "points3d" },
  "Sly Point Cloud Format": { purpose: "points3d" },
};

/** `COCO` of `COCO 1.0`. */
function titleOf({ name, version }: Pick<DatasetFormat, "name" | "version">): string {
  return name.endsWith(` ${version}`) ? name.slice(0, -version.length - 1) : name;
}

export function purposeOf(format: DatasetFormat): Purpose {
  const unknown = format.dimension === "3d" ? "points3d" : "other";
  return FACTS[titleOf(format)]?.purpose ?? unknown;
}

export function mayHaveMasks(format: DatasetFormat): boolean {
  return FACTS[titleOf(format)]?.masks ?? purposeOf(format) === "other";
}

/** Key of the line that says what a format can hold: `coco_keypoints`. */
export function holdsKey(format: DatasetFormat): string {
  return titleOf(format)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_");
}

/** Formats of a dimension; all of them while it is not known, or where there are several. */
export function formatsOf(
  formats: readonly DatasetFormat[],
  dimension: string | null,
): DatasetFormat[] {
  return formats.filter(
    (format) => format.enabled && (dimension === null || format.dimension === dimension),
  );
}

/** Extensions of a format's files: `.json`, `.zip`. */
export function extensionsOf(format: DatasetFormat): string[] {
  return format.ext.split(",").map((extension) => `.${extension.trim().toLowerCase()}`);
}
