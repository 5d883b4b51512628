import type { Label } from "./labels";
import type {
  AnnotationRecord,
  Attributes,
  Elements,
  Keyframe,
  ObjectKind,
  Position,
  RecordId,
  ShapeRecord,
  ShapeType,
  TagRecord,
  TrackRecord,
} from "./records";

/** An attribute value as CVAT's API writes it. */
interface WireAttribute {
  readonly spec_id: number;
  readonly value: string;
}

interface WirePosition {
  readonly points?: readonly number[];
  readonly rotation?: number;
  readonly occluded?: boolean;
  readonly outside?: boolean;
  readonly z_order?: number;
}

interface WireBase {
  readonly id?: number | null;
  readonly label_id: number;
  readonly frame: number;
  readonly group?: number | null;
  readonly source?: string;
  readonly attributes?: readonly WireAttribute[];
}

export type WireTag = WireBase;

export interface WireShape extends WireBase, WirePosition {
  readonly type: string;
  readonly elements?: Elements;
  readonly score?: number;
}

interface WireKeyframe extends WirePosition {
  readonly type: string;
  readonly frame: number;
  readonly attributes?: readonly WireAttribute[];
}

export interface WireTrack extends WireBase {
  readonly shapes: readonly WireKeyframe[];
  readonly elements?: Elements;
}

export type WireObject = WireTag | WireShape | WireTrack;

/** The answer of GET /api/jobs/{id}/annotations. */
export interface WireAnnotations {
  readonly version: number;
  readonly tags: readonly WireTag[];
  readonly shapes: readonly WireShape[];
  readonly tracks: readonly WireTrack[];
  /** What cannot be read and is missing here, in words; absent where everything can. */
  readonly damaged?: readonly string[];
}

/** One save of a job, as its history lists it. */
export interface WireRevision {
  readonly revision: number;
  readonly created_date: string;
  readonly owner: { readonly id: number; readonly username: string } | null;
  /** What it was made with: "browser", "import", "server", or a program such as "cvat-sdk/2.80.0". */
  readonly client: string;
  /** How many objects. */
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly message: string;
  /** It took the place of everything that there was. */
  readonly replaced: boolean;
  /** It did so without having said what it knew of. */
  readonly overwrote: boolean;
}

/**
 * Whether others' work may have gone without anybody having seen it. Who imports has asked for
 * everything to be replaced.
 */
export function isUnseen({ overwrote, client }: Pick<WireRevision, "overwrote" | "client">) {
  return overwrote && client !== "import";
}

export type WireChangedObject = WireObject & { readonly id: number; readonly kind: ObjectKind };

/** The answer of GET /api/jobs/{id}/annotations/changes: the net effect of all saves since one. */
export interface WireChanges {
  readonly since: number;
  readonly version: number;
  /** The latest ones, newest first. */
  readonly revisions: readonly WireRevision[];
  readonly create: readonly WireChangedObject[];
  readonly update: readonly WireChangedObject[];
  readonly delete: readonly number[];
  /** Everything made way: what is created is all that there is, and nothing is listed as deleted. */
  readonly replaced: boolean;
}

/** A label as GET /api/labels writes it. */
export interface WireLabel {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly type: string;
  readonly has_parent?: boolean;
  readonly attributes: readonly {
    readonly id: number;
    readonly name: string;
    readonly mutable: boolean;
    readonly input_type: string;
    readonly default_value: string;
    readonly values: readonly string[];
  }[];
}

export function labelFromWire(wire: WireLabel): Label {
  return {
    id: wire.id,
    name: wire.name,
    color: wire.color,
    type: wire.type,
    attributes: wire.attributes.map((spec) => ({
      id: spec.id,
      name: spec.name,
      input: spec.input_type as Label["attributes"][number]["input"],
      mutable: spec.mutable,
      defaultValue: spec.default_value,
      values: spec.values,
    })),
  };
}

export function recordFromWire(kind: ObjectKind, wire: WireObject, id: RecordId): AnnotationRecord {
  const base = {
    id,
    labelId: wire.label_id,
    frame: wire.frame,
    group: wire.group ?? 0,
    source: wire.source ?? "manual",
    attributes: attributesFromWire(wire.attributes),
  };
  if (kind === "tag") return { ...base, kind } satisfies TagRecord;
  if (kind === "shape") {
    const shape = wire as WireShape;
    const type = shape.type as ShapeType;
    const extra = { elements: shape.elements ?? [], score: shape.score ?? 1 };
    return { ...base, kind, type, ...positionFromWire(shape), ...extra } satisfies ShapeRecord;
  }
  return trackFromWire(base, wire as WireTrack);
}

function trackFromWire(
  base: Omit<TagRecord, "kind">,
  { shapes, elements }: WireTrack,
): TrackRecord {
  const keyframes: Keyframe[] = shapes
    .map((shape) => ({
      frame: shape.frame,
      ...positionFromWire(shape),
      attributes: attributesFromWire(shape.attributes),
    }))
    .sort((a, b) => a.frame - b.frame);
  const type = (shapes[0]?.type ?? "skeleton") as ShapeType;
  return { ...base, kind: "track", type, keyframes, elements: elements ?? [] };
}

/** The whole object as the API wants it, without id. */
export function recordToWire(record: AnnotationRecord): WireObject {
  const base = {
    label_id: record.labelId,
    frame: record.frame,
    group: record.group,
    source: record.source,
    attributes: attributesToWire(record.attributes),
  };
  switch (record.kind) {
    case "tag":
      return base;
    case "shape":
      return {
        ...base,
        type: record.type,
        ...positionToWire(record),
        elements: record.elements,
        score: record.score,
      };
    case "track":
      return {
        ...base,
        shapes: record.keyframes.map((keyframe) => ({
          type: record.type,
          frame: keyframe.frame,
          ...positionToWire(keyframe),
          attributes: attributesToWire(keyframe.attributes),
        })),
        elements: record.elements,
      };
  }
}

function positionFromWire(wire: WirePosition): Position {
  return {
    points: wire.points ?? [],
    rotation: wire.rotation ?? 0,
    occluded: wire.occluded ?? false,
    outside: wire.outside ?? false,
    zOrder: wire.z_order ?? 0,
  };
}

function positionToWire(position: Position): WirePosition {
  const { points, rotation, occluded, outside, zOrder } = position;
  return { points, rotation, occluded, outside, z_order: zOrder };
}

function attributesFromWire(wire: readonly WireAttribute[] | undefined): Attributes {
  return Object.fromEntries((wire ?? []).map(({ spec_id, value }) => [spec_id, value]));
}

function attributesToWire(attributes: Attributes): WireAttribute[] {
  return Object.entries(attributes).map(([id, value]) => ({ spec_id: Number(id), value }));
}
