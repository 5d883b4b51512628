import type { components } from "./generated/schema";

type Schemas = components["schemas"];

/** With every optional field filled, at every depth. */
type Filled<T> = T extends readonly (infer Item)[]
  ? Filled<Item>[]
  : T extends object
    ? { [Field in keyof T]-?: Filled<T[Field]> }
    : T;

/** What the server sends: it fills every field that the schema calls optional. */
type Sent<Name extends keyof Schemas> = Filled<Schemas[Name]>;

export type User = Sent<"BasicUser">;
export type Project = Sent<"ProjectRead">;
export type Task = Sent<"TaskRead">;
export type Job = Sent<"JobRead">;
export type BackgroundRequest = Sent<"Request">;
export type DatasetFormat = Sent<"DatasetFormat">;
export type Storage = Sent<"Storage">;

export const INPUT_TYPES = ["checkbox", "radio", "select", "number", "text"] as const;
export type InputType = (typeof INPUT_TYPES)[number];

export const LABEL_TYPES = [
  "any",
  "rectangle",
  "polygon",
  "polyline",
  "points",
  "ellipse",
  "cuboid",
  "mask",
  "tag",
] as const;
export type LabelType = (typeof LABEL_TYPES)[number];

export const JOB_STAGES = ["annotation", "validation", "acceptance"] as const;
export type JobStage = (typeof JOB_STAGES)[number];

export const JOB_STATES = ["new", "in progress", "completed", "rejected"] as const;
export type JobState = (typeof JOB_STATES)[number];

/** An attribute of a label as it is edited and sent; without `id` it is new. */
export interface AttributeSpec {
  id?: number;
  name: string;
  mutable: boolean;
  input_type: InputType;
  default_value: string;
  /** Choices; for a number: minimum, maximum and step; for a checkbox: `false`, `true`. */
  values: string[];
}

/** A label as it is edited and sent; without `id` it is new. */
export interface LabelSpec {
  id?: number;
  name: string;
  /** `#rrggbb`; empty lets the server choose by name. */
  color: string;
  type: LabelType;
  attributes: AttributeSpec[];
}

/** What a dataset is exported from or imported into. */
export type DatasetTarget = "project" | "task" | "job";

/** One page of a list. */
export interface Page<T> {
  count: number;
  results: T[];
}
