import type { Attributes, ObjectKind, ShapeType } from "./records";

export type AttributeInput = "checkbox" | "radio" | "select" | "number" | "text";

/** An attribute as the project or task defines it. */
export interface AttributeSpec {
  readonly id: number;
  readonly name: string;
  readonly input: AttributeInput;
  /** May change within one track. */
  readonly mutable: boolean;
  readonly defaultValue: string;
  /** Choices; for numbers: least, greatest, step. */
  readonly values: readonly string[];
}

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  /** 'any', 'tag' or the one shape type that this label is for. */
  readonly type: string;
  readonly attributes: readonly AttributeSpec[];
}

export class LabelCatalogue {
  private readonly byId: ReadonlyMap<number, Label>;

  constructor(readonly labels: readonly Label[]) {
    this.byId = new Map(labels.map((label) => [label.id, label]));
  }

  get(id: number): Label | null {
    return this.byId.get(id) ?? null;
  }

  color(id: number): string {
    return this.byId.get(id)?.color ?? "#9aa0a6";
  }

  name(id: number): string {
    return this.byId.get(id)?.name ?? `#${id}`;
  }

  accepts(label: Label, type: ShapeType | "tag"): boolean {
    return label.type === "any" || label.type === type;
  }

  /** Labels that an object of this type may carry. */
  allowedFor(type: ShapeType | "tag"): Label[] {
    return this.labels.filter((label) => this.accepts(label, type));
  }
}

/** Which attributes a record of this kind keeps per keyframe rather than once. */
export function isPerKeyframe(kind: ObjectKind, spec: AttributeSpec): boolean {
  return kind === "track" && spec.mutable;
}

export function defaultAttributes(specs: readonly AttributeSpec[]): Attributes {
  return Object.fromEntries(specs.map((spec) => [spec.id, spec.defaultValue]));
}

/** Values for a new label: kept where an attribute of the same name accepts them. */
export function translateAttributes(
  values: Attributes,
  from: readonly AttributeSpec[],
  to: readonly AttributeSpec[],
): Attributes {
  const byName = new Map(from.map((spec) => [spec.name, values[spec.id]]));
  return Object.fromEntries(
    to.map((spec) => {
      const value = byName.get(spec.name);
      return [spec.id, value !== undefined && accepts(spec, value) ? value : spec.defaultValue];
    }),
  );
}

/** Whether an attribute may hold this value. */
export function accepts(spec: AttributeSpec, value: string): boolean {
  switch (spec.input) {
    case "checkbox":
      return value === "true" || value === "false";
    case "radio":
    case "select":
      return spec.values.includes(value);
    case "number":
      return acceptsNumber(spec.values.map(Number), value);
    case "text":
      return value.length <= 4096;
  }
}

function acceptsNumber(
  [least = -Infinity, greatest = Infinity, step = 0]: number[],
  value: string,
) {
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number)) return false;
  if (number < least || number > greatest) return false;
  if (!(step > 0) || !Number.isFinite(least)) return true;
  const steps = (number - least) / step;
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}
