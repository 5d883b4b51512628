import {
  type AttributeSpec,
  INPUT_TYPES,
  type InputType,
  LABEL_TYPES,
  type LabelSpec,
} from "../../../api/types";

/** Well apart in hue on light and dark pictures alike; taken in turn for new labels. */
const PALETTE = [
  "#2f7df6",
  "#f2556b",
  "#2fb67c",
  "#f59f27",
  "#9b5de5",
  "#12b5cb",
  "#ec5fb0",
  "#8fbf26",
  "#ff7847",
  "#6b7cff",
] as const;

/** The first colour of the palette that no label has; the palette again when all are taken. */
export function nextColor(labels: readonly LabelSpec[]): string {
  const taken = new Set(labels.map(({ color }) => color.toLowerCase()));
  const free = PALETTE.find((color) => !taken.has(color));
  return free ?? PALETTE[labels.length % PALETTE.length] ?? PALETTE[0];
}

export function newAttribute(): AttributeSpec {
  return withInputType({ name: "", mutable: false }, "select");
}

/** The attribute with another input type, and values that suit it. */
export function withInputType(
  attribute: Pick<AttributeSpec, "id" | "name" | "mutable">,
  input_type: InputType,
): AttributeSpec {
  const values: Record<InputType, string[]> = {
    checkbox: ["false", "true"],
    radio: [],
    select: [],
    number: ["0", "100", "1"],
    text: [],
  };
  const default_value = input_type === "checkbox" ? "false" : input_type === "number" ? "0" : "";
  return { ...attribute, input_type, values: values[input_type], default_value };
}

/** Why labels cannot be saved: a translation key under `labels:problem` and what it is about. */
export interface LabelProblem {
  key: "empty" | "duplicate" | "attributeEmpty" | "attributeDuplicate" | "noValues" | "range";
  name: string;
}

function duplicate(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}

function attributeProblem(label: LabelSpec): LabelProblem | null {
  const names = label.attributes.map(({ name }) => name.trim());
  if (names.includes("")) return { key: "attributeEmpty", name: label.name };
  const twice = duplicate(names);
  if (twice !== undefined) return { key: "attributeDuplicate", name: twice };
  for (const { name, input_type, values } of label.attributes) {
    if ((input_type === "select" || input_type === "radio") && values.length === 0) {
      return { key: "noValues", name };
    }
    if (input_type !== "number") continue;
    const [minimum = Number.NaN, maximum = Number.NaN, step = Number.NaN] = values.map(Number);
    if (!(minimum < maximum && step > 0)) return { key: "range", name };
  }
  return null;
}

/** The first thing that the server would refuse about these labels, or null. */
export function labelsProblem(labels: readonly LabelSpec[]): LabelProblem | null {
  const names = labels.map(({ name }) => name.trim());
  if (names.includes("")) return { key: "empty", name: "" };
  const twice = duplicate(names);
  if (twice !== undefined) return { key: "duplicate", name: twice };
  for (const label of labels) {
    const problem = attributeProblem(label);
    if (problem) return problem;
  }
  return null;
}

/** Labels as people paste them from CVAT: a JSON list. */
export function labelsToRaw(labels: readonly LabelSpec[]): string {
  return JSON.stringify(labels, null, 2);
}

/**
 * Reads a JSON list of labels; missing fields get their defaults.
 *
 * @throws {Error} whose message says where the text is wrong.
 */
export function labelsFromRaw(text: string): LabelSpec[] {
  const raw: unknown = JSON.parse(text);
  if (!Array.isArray(raw)) throw new Error("[]");
  const labels: LabelSpec[] = [];
  for (const [index, item] of raw.entries()) {
    labels.push(readLabel(item, `[${index}]`, nextColor(labels)));
  }
  return labels;
}

function readLabel(raw: unknown, path: string, color: string): LabelSpec {
  const given = record(raw, path);
  const attributes = given.attributes ?? [];
  if (!Array.isArray(attributes)) throw new Error(`${path}.attributes`);
  return {
    ...identity(given, path),
    name: string(given.name, `${path}.name`),
    color: string(given.color || color, `${path}.color`),
    type: oneOf(LABEL_TYPES, given.type ?? "any", `${path}.type`),
    attributes: attributes.map((one, index) => readAttribute(one, `${path}.attributes[${index}]`)),
  };
}

function readAttribute(raw: unknown, path: string): AttributeSpec {
  const given = record(raw, path);
  const values = given.values ?? [];
  if (!Array.isArray(values)) throw new Error(`${path}.values`);
  const texts = values.map((value) => String(value));
  return {
    ...identity(given, path),
    name: string(given.name, `${path}.name`),
    mutable: given.mutable === true,
    input_type: oneOf(INPUT_TYPES, given.input_type ?? "select", `${path}.input_type`),
    default_value: String(given.default_value ?? texts[0] ?? ""),
    values: texts,
  };
}

function record(raw: unknown, path: string): Record<string, unknown> {
  if (!raw || typeof raw !== "object" || Array.isArray(raw)) throw new Error(path);
  return raw as Record<string, unknown>;
}

function identity(given: Record<string, unknown>, path: string): { id?: number } {
  if (given.id === undefined) return {};
  if (typeof given.id !== "number") throw new Error(`${path}.id`);
  return { id: given.id };
}

function string(value: unknown, path: string): string {
  if (typeof value !== "string" || value.trim() === "") throw new Error(path);
  return value;
}

function oneOf<T extends string>(choices: readonly T[], value: unknown, path: string): T {
  const found = choices.find((choice) => choice === value);
  if (!found) throw new Error(`${path}: ${choices.join(", ")}`);
  return found;
}
