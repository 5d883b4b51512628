import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { AttributeSpec, LabelSpec, Page } from "./types";

export interface LabelParent {
  kind: "task" | "project";
  id: number;
}

export function labelsQuery(parent: LabelParent) {
  return queryOptions({
    queryKey: ["labels", parent.kind, parent.id],
    queryFn: ({ signal }) => allLabels(parent, signal),
  });
}

async function allLabels(parent: LabelParent, signal: AbortSignal): Promise<LabelSpec[]> {
  const query = { [`${parent.kind}_id`]: parent.id, page_size: "all", sort: "id" };
  const page = (await answer(
    api.GET("/api/labels", { params: { query }, signal }),
  )) as unknown as Page<LabelSpec>;
  return page.results.map(labelSpec);
}

function labelSpec({ id, name, color, type, attributes }: LabelSpec): LabelSpec {
  return { id, name, color, type, attributes: attributes.map(attributeSpec) };
}

function attributeSpec(attribute: AttributeSpec): AttributeSpec {
  const { id, name, mutable, input_type, default_value, values } = attribute;
  return { id, name, mutable, input_type, default_value, values };
}

type LabelChange = LabelSpec | { id: number; deleted: true };

/** The changes that turn the labels `before` into `after`, as a parent's PATCH takes them. */
export function labelChanges(
  before: readonly LabelSpec[],
  after: readonly LabelSpec[],
): LabelChange[] {
  const known = new Map(before.map((label) => [label.id, JSON.stringify(label)]));
  const kept = new Set(after.map((label) => label.id));
  const removed = before.flatMap((label) =>
    label.id === undefined || kept.has(label.id) ? [] : [{ id: label.id, deleted: true as const }],
  );
  const changed = after.filter(
    (label) => label.id === undefined || known.get(label.id) !== JSON.stringify(label),
  );
  return [...removed, ...changed];
}

export async function saveLabels(
  parent: LabelParent,
  before: readonly LabelSpec[],
  after: readonly LabelSpec[],
): Promise<void> {
  const params = { path: { id: parent.id } };
  const body = { labels: labelChanges(before, after) };
  if (parent.kind === "task") await answer(api.PATCH("/api/tasks/{id}", { params, body }));
  else await answer(api.PATCH("/api/projects/{id}", { params, body }));
}
