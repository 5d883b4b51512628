import { viewOnFrame } from "../../../document/frame-object";
import type { LabelCatalogue } from "../../../document/labels";
import type { AnnotationRecord } from "../../../document/records";

export interface Difference {
  /** An attribute's own name; one that begins with "=" is a property of every object. */
  readonly name: string;
  readonly value: string | boolean | number;
}

const PROPERTIES = ["occluded", "outside", "zOrder"] as const;

/** What a version of an object says otherwise than another one, apart from where it is. */
export function differences(
  record: AnnotationRecord,
  other: AnnotationRecord | null,
  frame: number,
  labels: LabelCatalogue,
): Difference[] {
  if (other === null) return [];
  const found: Difference[] = [];
  if (record.labelId !== other.labelId) {
    found.push({ name: "=label", value: labels.name(record.labelId) });
  }
  if (record.group !== other.group) found.push({ name: "=group", value: record.group });
  const [here, there] = [viewOnFrame(record, frame), viewOnFrame(other, frame)];
  if (!here || !there) return found;
  for (const property of PROPERTIES) {
    if (here[property] !== there[property]) {
      found.push({ name: `=${property}`, value: here[property] });
    }
  }
  for (const spec of labels.get(record.labelId)?.attributes ?? []) {
    const value = here.attributes[spec.id];
    if (value !== undefined && value !== there.attributes[spec.id]) {
      found.push({ name: spec.name, value });
    }
  }
  return found;
}
