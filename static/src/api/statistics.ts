import { queryOptions } from "@tanstack/react-query";
import { type Annotated, annotationsPath } from "./annotated";
import { read } from "./client";

export const statisticsKey = ["statistics"] as const;

export const SHAPES = [
  "rectangle",
  "polygon",
  "polyline",
  "points",
  "ellipse",
  "cuboid",
  "mask",
  "skeleton",
] as const;
type Shape = (typeof SHAPES)[number];

/** Objects of one label: all, tags, shapes by type, and tracks by the type of their shapes. */
type Measures = Readonly<Record<"objects" | "tag" | Shape | `track_${Shape}`, number>>;

/** What a table of labels shows, in its order. */
export const KINDS = ["tag", ...SHAPES, "track"] as const;
export type Kind = (typeof KINDS)[number];

export interface LabelStatistics extends Measures {
  readonly label_id: number;
  /** Empty if the label is gone. */
  readonly name: string;
  /** Frames on which tracks are seen because someone has put them there. */
  readonly keyframes: number;
  /** Frames on which they are seen besides. */
  readonly interpolated: number;
}

/** Frames `start` to `stop`, inclusive. */
export interface Stretch {
  readonly start: number;
  readonly stop: number;
  /** How many of them have anything. */
  readonly annotated: number;
  /** Seen on them; an object that is seen on several counts on each. */
  readonly objects: number;
}

export interface FrameStatistics {
  readonly total: number;
  readonly annotated: number;
  readonly histogram: readonly Stretch[];
}

export interface Statistics {
  readonly total: Readonly<
    Record<"objects" | "tags" | "shapes" | "tracks" | "keyframes" | "interpolated", number>
  >;
  /** All labels, also those of which there is nothing. */
  readonly labels: readonly LabelStatistics[];
  /** Objects by where they come from. */
  readonly sources: Readonly<Record<string, number>>;
  readonly frames: FrameStatistics;
}

export function statisticsQuery(of: Annotated) {
  return queryOptions({
    queryKey: [...statisticsKey, of],
    queryFn: ({ signal }) => read<Statistics>(annotationsPath(of, "statistics"), {}, signal),
  });
}

/** How many objects of a kind a label has; tracks of all types are one kind. */
export function countOf(label: LabelStatistics, kind: Kind): number {
  if (kind !== "track") return label[kind];
  return SHAPES.reduce((sum, shape) => sum + label[`track_${shape}`], 0);
}

/** The same over labels. */
export function countOfAll(labels: readonly LabelStatistics[], kind: Kind): number {
  return labels.reduce((sum, label) => sum + countOf(label, kind), 0);
}
